import { oneLine, visible } from '../drawing/visible.ts'

/** What Markdown, HTML or GitHub's own additions could take as theirs, bare links included. */
const SPECIAL = /[&<>"'`*_~[\]#|\\@$]|:(?=\/\/)|(?<=www)\./gi

/** A text that is shown as it is, within a line, a table's cell or an HTML element. */
export function inline(text: string): string {
  return oneLine(text).replace(SPECIAL, character => `&#${character.charCodeAt(0)};`)
}

/** A block of code that nothing in it can end. */
export function codeBlock(text: string, language: string): string {
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(3, ...runs.map(run => run.length + 1)))
  return `${fence}${language}\n${visible(text).replace(/\n*$/, '\n')}${fence}\n`
}

/** Rows of cells that are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('')
}

/** Something that opens when its title is clicked; both are Markdown already. */
export function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n</details>\n`
}
