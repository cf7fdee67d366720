import type { WalkDocument } from '../../document/document.ts'
import type { TypedCommand } from '../../typed/typed.ts'
import { WRAP } from '../../typed/typed.ts'

/**
 * Where the last line stands that a document shows of a command: what a program prints that runs for a
 * while may stand in several listings, with others' commands between.
 */
export function lastShownLine({ blocks }: WalkDocument, command: TypedCommand): number {
  const { shown = [], shownLine = command.line } = command
  const last = (shown.at(-1) ?? '').split(WRAP, 1)[0]?.trim() ?? ''
  if (last === '') return shownLine
  for (const block of blocks) {
    if (block.type !== 'listing' || block.line + block.lines.length < shownLine) continue
    const found = block.lines.find(({ line, text }) => line >= shownLine && text.includes(last))
    if (found !== undefined) return found.line
  }
  return shownLine
}
