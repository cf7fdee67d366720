import stringWidth from 'string-width'

/** Cells that a line of code may have, as prettier counts them. */
export const WIDEST = 100

/** `key: value`, the value a number, a word or a string. */
const ENTRY = /(\w+: (?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[\w.-]+))(?:, )?/y
const CALL = /^(.*, \{) (.*) \}\)$/

function entriesOf(text: string): string[] | undefined {
  const entries: string[] = []
  ENTRY.lastIndex = 0
  while (ENTRY.lastIndex < text.length) {
    const entry = ENTRY.exec(text)?.[1]
    if (entry === undefined) return undefined
    entries.push(entry)
  }
  return entries
}

/** A call that is too long for its line, its last object over several, as prettier breaks it. */
export function broken(line: string): string[] {
  if (/\n|^\s*\/\//.test(line) || line.includes('`') || stringWidth(line) <= WIDEST) return [line]
  const indentation = /^ */.exec(line)?.[0] ?? ''
  const [, before, inside = ''] = CALL.exec(line) ?? []
  const entries = before === undefined ? undefined : entriesOf(inside)
  if (before === undefined || entries === undefined) return [line]
  return [before, ...entries.map(entry => `${indentation}  ${entry},`), `${indentation}})`]
}
