import type { CommandItem } from './listing-items.ts'
import { isBlank, type ListingLine } from './listing-line.ts'
import type { Prompt, TypedCommand } from './typed.ts'

/** A command while the document is being read: its output may come later. */
export interface Draft {
  item: CommandItem
  shown: ListingLine[]
  listing: number
  headings: string[]
  before: string[]
  after: string[]
}

export function draft(item: CommandItem, listing: number, headings: readonly string[]): Draft {
  return { item, shown: [], listing, headings: [...headings], before: [], after: [] }
}

/** Lines without the blank ones around them. */
export function trimmed(lines: readonly ListingLine[]): ListingLine[] {
  const first = lines.findIndex(line => !isBlank(line))
  if (first === -1) return []
  return lines.slice(first, lines.findLastIndex(line => !isBlank(line)) + 1)
}

/** A comment behind a command, in its line. */
function trailingComment(text: string): string | undefined {
  for (const found of text.split('\n', 1)[0]?.matchAll(/\s#+\s*(?=\S)/g) ?? []) {
    const quotes = text.slice(0, found.index).match(/["']/g)?.length ?? 0
    if (quotes % 2 === 0) return text.slice(found.index + found[0].length).split('\n', 1)[0]
  }
  return undefined
}

/** What a prompt calls a host is a namespace where the document makes one of that name. */
function placed(prompt: Prompt, namespaces: ReadonlySet<string>): Prompt {
  const { host, ...rest } = prompt
  if (host === undefined || !namespaces.has(host)) return prompt
  return { ...rest, namespace: host }
}

export function typedCommand(given: Draft, namespaces: ReadonlySet<string>): TypedCommand {
  const { item, listing, headings, before, after } = given
  const shown = trimmed(given.shown)
  const comment = trailingComment(item.text)
  return {
    line: item.line,
    lastLine: item.lastLine,
    text: item.text,
    ...(item.prompt === undefined ? {} : { prompt: placed(item.prompt, namespaces) }),
    ...(shown[0] === undefined
      ? {}
      : { shown: shown.map(({ text }) => text.trimEnd()), shownLine: shown[0].line }),
    headings,
    before,
    after: comment === undefined ? after : [comment, ...after],
    listing,
    mistakes: [...item.mistakes, ...shown.flatMap(({ mistakes }) => mistakes)],
  }
}
