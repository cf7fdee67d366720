import { readFileSync } from 'node:fs'
import { WRAP, type TypedDocument } from '../../../src/walkthrough/typed/typed.ts'

/** What was read out of a document, as a person checks it: `⏎` where a page wrapped. */
export function spelled({ commands, leftAlone }: TypedDocument): string {
  const typed = commands.flatMap(({ line, lastLine, prompt, text, shown = [], mistakes }) => [
    `${line}-${lastLine} ${prompt === undefined ? '' : `${prompt.text} `}${text}`,
    ...shown.map(one => `  | ${one}`.trimEnd()),
    ...mistakes.map(mistake => `  ! ${mistake.line}: ${mistake.text}`),
  ])
  const left = leftAlone.map(({ line, what }) => `left ${line} ${what}`)
  return `${[...typed, ...left].join('\n').replaceAll(WRAP, '⏎')}\n`
}

export const fixture = (name: string): string =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
