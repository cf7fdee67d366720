import type { SourceLine } from './document.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** `&lt;`, `&#39;`, `&#x27;` as what they stand for; others stay. */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,6}));/g,
    (all, ...groups) => {
      const [decimal, hexadecimal, name] = groups as (string | undefined)[]
      if (name !== undefined) return ENTITIES[name] ?? all
      const code = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : parseInt(decimal, 10)
      const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
      return isCharacter ? String.fromCodePoint(code) : all
    },
  )
}

export const withoutTags = (html: string): string =>
  decodeEntities(html.replace(/<!--.*?-->/gs, '').replace(/<\/?[a-zA-Z][^<>]*>/g, ''))

const OPENING = /<pre\b[^>]*>/i
const CLOSING = /<\/pre\s*>/i

export interface HtmlListing {
  language: string
  lines: SourceLine[]
  /** Of the line that closes it. */
  lastLine: number
}

function languageOf(html: string): string {
  return (/\b(?:lang(?:uage)?[-=]"?)([\w+-]+)/.exec(html)?.[1] ?? '').toLowerCase()
}

/** The `<pre>` that begins in `lines[from]` or after it and before `to`, whatever blank lines are in it. */
export function htmlListing(
  lines: readonly string[],
  from: number,
  to: number,
): HtmlListing | undefined {
  for (let i = from; i < to; i++) {
    const opening = OPENING.exec(lines[i] ?? '')
    if (opening === null) continue
    const first = (lines[i] ?? '').slice(opening.index + opening[0].length)
    const inside: SourceLine[] = []
    let last = i
    for (let text = first; ; text = lines[++last] ?? '') {
      const closing = CLOSING.exec(text)
      inside.push({ line: last + 1, text: withoutTags(text.slice(0, closing?.index)) })
      if (closing !== null || last + 1 >= lines.length) break
    }
    while (inside.length > 0 && inside[0]?.text.trim() === '') inside.shift()
    while (inside.length > 0 && inside.at(-1)?.text.trim() === '') inside.pop()
    const head = `${opening[0]}${first.slice(0, 200)}`
    return { language: languageOf(head), lines: inside, lastLine: last + 1 }
  }
  return undefined
}

const FENCE = /^\s*(`{3,}|~{3,})\s*([\w+-]*)\s*$/

/** A fence that HTML hides is not looked for further than this. */
const LONGEST = 2000

/** A fence that begins in `lines[from]` or after it and before `to`, within HTML that hides it. */
export function fenceInHtml(
  lines: readonly string[],
  from: number,
  to: number,
): HtmlListing | undefined {
  let opening = from
  while (opening < to && !FENCE.test(lines[opening] ?? '')) opening++
  const [, fence = '', language = ''] = FENCE.exec(lines[opening] ?? '') ?? []
  if (opening >= to) return undefined
  const below = lines.slice(opening + 1, opening + LONGEST)
  const length = below.findIndex(line => line.trim() === fence)
  if (length === -1) return undefined
  const inside = below.slice(0, length).map((text, i) => ({ line: opening + 2 + i, text }))
  return {
    language: language.toLowerCase(),
    lines: inside,
    lastLine: opening + 2 + length,
  }
}
