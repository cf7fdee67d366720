import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'

/** Beyond this, emphasis and links are left in: reading them costs the square of the length. */
const LONGEST = 1000
const MARKED = /[*_`[\]<&\\!]/
const CJK = /[\u{2E80}-\u{9FFF}\u{F900}-\u{FAFF}\u{FF00}-\u{FFEF}]/u

/** One line out of several: where both sides are written without spaces, none is put between. */
export function joined(lines: readonly string[]): string {
  let text = ''
  for (const line of lines.map(one => one.trim()).filter(one => one !== '')) {
    const isTight = CJK.test(text.at(-1) ?? '') && CJK.test(line[0] ?? '')
    text += text === '' || isTight ? line : ` ${line}`
  }
  return text
}

/** Reads the words of Markdown's inline markup, as many characters as it is given. */
export class PlainWords {
  #left: number

  constructor(characters = 500_000) {
    this.#left = characters
  }

  of(markdown: string): string {
    const raw = joined(markdown.split('\n'))
    if (!MARKED.test(raw) || raw.length > Math.min(LONGEST, this.#left)) return raw
    this.#left -= raw.length
    // In front of it a word, or it could begin a block: `- `, `# `, `1.`.
    const tree = fromMarkdown(`x ${raw}`)
    return toString(tree, { includeHtml: false }).slice(1).trim()
  }
}
