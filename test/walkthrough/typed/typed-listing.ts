import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { typedIn } from '../../../src/walkthrough/typed/typed-in.ts'
import { WRAP, type TypedDocument } from '../../../src/walkthrough/typed/typed.ts'

/** A command, and what is shown of its output when something is. */
export type Row = [text: string, ...shown: string[]]

export const typed = (markdown: string): TypedDocument => typedIn(readDocument(markdown, 'a.md'))

export const rows = ({ commands }: TypedDocument): Row[] =>
  commands.map(({ text, shown = [] }) => [text, ...shown.map(line => line.replaceAll(WRAP, '⏎'))])

/** What is read out of one fence; `language` stands behind it. */
export const listing = (text: string, language = ''): Row[] =>
  rows(typed(`\`\`\`${language}\n${text}\n\`\`\`\n`))

export const mistakes = (markdown: string): string[] =>
  typed(markdown).commands.flatMap(command =>
    command.mistakes.map(({ line, text }) => `${line}: ${text}`),
  )
