import { fromMarkdown, type Options } from 'mdast-util-from-markdown'
import type { RootContent } from 'mdast'

/** A block that is in no other, and how many lines of the file stand before line 1 of its position. */
export interface TopLevel {
  node: RootContent
  before: number
}

/**
 * Blocks only: what stands between `*` or brackets costs the square of a paragraph's length, and
 * words are read later, within bounds (plain-words.ts).
 */
const INLINE =
  'attention autolink characterEscape characterReference codeText htmlText labelStartImage labelStartLink labelEnd hardBreakEscape'
const BLOCKS_ONLY: Options = { extensions: [{ disable: { null: INLINE.split(' ') } }] }

/** What is parsed in one piece: a long block costs the square of its lines. */
const PIECE = { characters: 64 * 1024, lines: 1000 }
/** How many times that a block may have whose inside a cut would spoil. */
const LARGEST: Readonly<Record<string, number>> = { code: 16, list: 8 }
const FENCE = /^ {0,3}(`{3,}|~{3,})/

function endOfPiece(lines: readonly string[], start: number, times: number): number {
  let characters = 0
  let end = start
  while (end < lines.length && end < start + times * PIECE.lines) {
    characters += (lines[end]?.length ?? 0) + 1
    if (characters > times * PIECE.characters && end > start) break
    end++
  }
  return end
}

/** Behind the line that closes the fence which `opening` opens, seen from `from`. */
function behindFence(lines: readonly string[], opening: string, from: number): number {
  const fence = FENCE.exec(opening)?.[1] ?? ''
  const closing = new RegExp(`^ {0,3}${fence[0] ?? '\u{0}'}{${fence.length},}[ \\t]*$`)
  let found = from
  while (found < lines.length && !closing.test(lines[found] ?? '')) found++
  return found + 1
}

const lineOf = (node: RootContent) => (node.position?.start.line ?? 1) - 1

/** All of a block but what a cut may have spoiled, and where that begins. */
function spared(node: RootContent): { node: RootContent; next: number } | undefined {
  if (node.type !== 'list' && node.type !== 'blockquote') return undefined
  const last = node.children.at(-1)
  if (last === undefined || node.children.length === 1) return undefined
  const rest = { ...node, children: node.children.slice(0, -1) } as RootContent
  return { node: rest, next: lineOf(last) }
}

/**
 * The blocks of `lines[from]` and after, read piece by piece: what is complete in a piece is what
 * nothing behind it can change, which is all but its last block.
 */
export function* topLevel(
  lines: readonly string[],
  from: number,
  remarks: string[],
): Generator<TopLevel> {
  let times = 1
  for (let start = from; start < lines.length;) {
    const before = start
    const end = endOfPiece(lines, start, times)
    const nodes = fromMarkdown(lines.slice(start, end).join('\n'), BLOCKS_ONLY).children
    const last = end === lines.length ? undefined : nodes.pop()
    for (const node of nodes) yield { node, before }
    if (last === undefined) {
      start = end
    } else if (nodes.length > 0) {
      start = before + lineOf(last)
      times = 1
    } else {
      const part = spared(last)
      if (part === undefined && times < (LARGEST[last.type] ?? 1)) {
        times *= 2
        continue
      }
      yield { node: part?.node ?? last, before }
      start = part === undefined ? end : before + part.next
      times = 1
      const opening = lines[before + lineOf(last)] ?? ''
      if (last.type === 'code' && FENCE.test(opening)) {
        start = behindFence(lines, opening, end)
        remarks.push(`the listing of line ${before + 1} is too long: only its first lines are read`)
      }
    }
  }
}
