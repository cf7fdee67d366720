import { oneLine } from '../drawing/visible.ts'
import { yamlBlock, type YamlFields } from './yaml-block.ts'

export interface TestPoint {
  ok: boolean
  name: string
  durationMs?: number
  /** Why it was not run. */
  skip?: string
  /** Why it may fail. */
  todo?: string
  diagnostics?: YamlFields
  /** TAP of what is in it. */
  subtest?: string
}

/**
 * A description: what begins a directive, and the character that escapes it, escaped; a brace at
 * the end, which parsers take for the start of a subtest, shown.
 */
export function escaped(text: string): string {
  const shown = oneLine(text).trim().replace(/\{$/, '\\x7b')
  return shown.replaceAll('\\', '\\\\').replaceAll('#', '\\#')
}

function directive({ skip, todo, durationMs }: TestPoint): string {
  if (skip !== undefined) return ` # SKIP ${escaped(skip)}`.trimEnd()
  if (todo !== undefined) return ` # TODO ${escaped(todo)}`.trimEnd()
  return durationMs === undefined ? '' : ` # time=${durationMs.toFixed(3)}ms`
}

/** A comment, whatever is in it: its first word is never one that parsers know. */
export const comment = (label: string, text: string) => `# ${label}: ${oneLine(text)}\n`

/** The lines of one test point, its subtest before it. */
export function testPoint(number: number, point: TestPoint): string {
  const { ok, name, subtest = '', diagnostics = {} } = point
  const description = escaped(name)
  const before =
    subtest === '' ? '' : `# Subtest: ${description}\n${subtest.replace(/^(?=[^\n])/gm, '    ')}`
  const verdict = `${ok ? 'ok' : 'not ok'} ${number} - ${description}${directive(point)}\n`
  return before + verdict + yamlBlock(diagnostics)
}
