import type { Nodes } from 'mdast'
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

/** What a reader sees of Markdown's inline markup. */
interface Words {
  text: string
  /** What of it is inline code, in order. */
  code: string[]
}

function codeIn(tree: Nodes): string[] {
  const code: string[] = []
  const stack: Nodes[] = [tree]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'inlineCode') code.push(node.value)
    else if ('children' in node) stack.push(...node.children.toReversed())
  }
  return code
}

/** Reads the words of Markdown's inline markup, as many characters as it is given. */
export class PlainWords {
  #left: number

  constructor(characters = 500_000) {
    this.#left = characters
  }

  of(markdown: string): Words {
    const raw = joined(markdown.split('\n'))
    if (!MARKED.test(raw) || raw.length > Math.min(LONGEST, this.#left)) {
      return { text: raw, code: [] }
    }
    this.#left -= raw.length
    // In front of it a word, or it could begin a block: `- `, `# `, `1.`.
    const tree = fromMarkdown(`x ${raw}`)
    return { text: toString(tree, { includeHtml: false }).slice(1).trim(), code: codeIn(tree) }
  }
}
