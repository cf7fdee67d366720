import type { Code, Nodes, Parent } from 'mdast'
import type { Block, Listing, SourceLine } from './document.ts'
import { likeness } from '../typed/command-shape.ts'
import { outputKind } from '../typed/output-shape.ts'
import { fenceInHtml, htmlListing, withoutTags } from './html-listing.ts'
import { joined, type PlainWords } from './plain-words.ts'
import type { TopLevel } from './top-level.ts'

export interface BlockReader {
  /** All of the file's. */
  lines: readonly string[]
  words: PlainWords
  remarks: string[]
  /** The file has no fence: paragraphs that look like what is typed and printed are listings. */
  isUnfenced: boolean
  /** Paragraphs that begin with a command, and listings with a fence, an indentation or a tag. */
  seen: { commands: number; listings: number }
  /** The paragraph right above, if it is a listing: a blank line in what is printed ends none. */
  above: Listing | undefined
}

const FENCE = /^(`{3,}|~{3,})/
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/
/** From such a line on a paragraph is a listing that lacks its fence or its indentation. */
const PROMPTED =
  /^(?:\[[\w.-]+@[\w.-]+ [^\]]{1,60}\][#$] ?|[\w.-]+@[\w.-]+:[~/][^\s#$]{0,60}[#$] |\$ )(?=[a-z./])/
/** No prompt, command or first word of output takes more to be one. */
const ENOUGH = 500
const NESTED_FENCE = /^\s*(?:`{3,}|~{3,})\s*[A-Za-z][\w+-]*\s*$/

const firstLine = (node: Nodes, before: number) => before + (node.position?.start.line ?? 1)

/** The words of inline nodes; what is parsed is blocks only, so that they are one text. */
function rawText(node: Nodes): string {
  if ('value' in node) return node.value
  if (!('children' in node)) return ''
  return node.children.map(child => (child.type === 'break' ? '\n' : rawText(child))).join('')
}

function isClosed(lines: readonly string[], fence: string, lastLine: number): boolean {
  const closing = /(`{3,}|~{3,})\s*$/.exec(lines[lastLine - 1] ?? '')?.[1] ?? ''
  return closing.length >= fence.length && closing[0] === fence[0]
}

interface Place {
  top: Nodes
  before: number
}

/** A fence in an indented block is not looked for further than this. */
const LONGEST = 2000

/**
 * What stands indented below `!!! note` or `=== "Tab"` is Markdown of its own in MkDocs: with a whole
 * fence in it, it is no listing.
 */
function indentedBlocks(lines: readonly SourceLine[], words: PlainWords): Block[] | undefined {
  const blocks: Block[] = []
  let behind = 0
  const say = (until: number) => {
    const prose = lines.slice(behind, until).filter(({ text }) => text.trim() !== '')
    const read = words.of(prose.map(({ text }) => text).join('\n'))
    if (prose[0] !== undefined) blocks.push({ type: 'prose', line: prose[0].line, ...read })
  }
  for (let i = 0; i < lines.length; i++) {
    const { line, text } = lines[i] ?? { line: 0, text: '' }
    const fence = FENCE.exec(text)?.[1]
    if (fence === undefined) continue
    const below = lines.slice(i + 1, i + LONGEST)
    const length = below.findIndex(one => one.text.trim() === fence)
    if (length === -1) continue
    say(i)
    const language = text.slice(fence.length).trim().toLowerCase()
    blocks.push({ type: 'listing', line: line + 1, language, lines: below.slice(0, length) })
    i += length + 1
    behind = i + 1
  }
  if (blocks.length === 0) return undefined
  say(lines.length)
  return blocks
}

function codeBlocks(node: Code, { top, before }: Place, reader: BlockReader): Block[] {
  const line = firstLine(node, before)
  const lastLine = before + (node.position?.end.line ?? 1)
  const source = reader.lines[line - 1] ?? ''
  const fence = FENCE.exec(source.slice((node.position?.start.column ?? 1) - 1))?.[1]
  // One that is in nothing and ends before the file does was cut, as it is long.
  const isCut = node === top && lastLine < reader.lines.length
  const closes = isCut || (lastLine > line && isClosed(reader.lines, fence ?? '', lastLine))
  if (fence !== undefined && !closes) {
    reader.remarks.push(`the fence of line ${line} is never closed`)
  }
  const first = fence === undefined ? line : line + 1
  const language = (node.lang ?? '').toLowerCase()
  const lines = (node.value === '' ? [] : node.value.split('\n')).map((text, i) => ({
    line: first + i,
    text,
  }))
  const indented = fence === undefined ? indentedBlocks(lines, reader.words) : undefined
  if (indented !== undefined) return indented
  const inner = /^(?:md|markdown|mdx)$/.test(language)
    ? -1
    : lines.findIndex(({ text }) => NESTED_FENCE.test(text))
  const nested = lines[inner]
  if (fence === undefined || nested === undefined) {
    return [{ type: 'listing', line: first, language, lines }]
  }
  reader.remarks.push(
    `another fence opens at line ${nested.line} within that of line ${line}; read as two listings`,
  )
  const behind = lines.slice(inner + 1)
  return [
    { type: 'listing', line: first, language, lines: lines.slice(0, inner) },
    {
      type: 'listing',
      line: nested.line + 1,
      language: nested.text.replace(/[`~\s]/g, '').toLowerCase(),
      lines: behind,
    },
  ]
}

/** From which row on a paragraph is a listing; -1: it is none. */
function listingIn(rows: readonly string[], isTop: boolean, reader: BlockReader): number {
  const { isUnfenced, seen } = reader
  const first = rows.find(row => !/^\s*(?:#|\/\/)/.test(row)) ?? ''
  const like = likeness(first.slice(0, ENOUGH))
  if (isTop && like === 3) seen.commands++
  if (isTop && isUnfenced && like > 1) return 0
  // In a list it takes more blanks than many give for a listing to be one.
  return rows.findIndex(row => PROMPTED.test(row))
}

interface Paragraph {
  raw: string
  line: number
  /** In no list and no quote: a list of commands may be one of what there is. */
  isTop: boolean
}

function proseBlocks({ raw, line, isTop }: Paragraph, reader: BlockReader): Block[] {
  const { words, above } = reader
  const rows = raw.split('\n')
  const numbered = rows.map((text, i) => ({ line: line + i, text }))
  if (above !== undefined && outputKind((rows[0] ?? '').slice(0, ENOUGH)) !== undefined) {
    above.lines.push({ line: line - 1, text: '' }, ...numbered)
    return []
  }
  const at = listingIn(rows, isTop, reader)
  if (at !== -1) {
    const said = words.of(rows.slice(0, at).join('\n'))
    const lines = numbered.slice(at)
    reader.above = { type: 'listing', line: line + at, language: '', lines }
    return [...(said.text === '' ? [] : [{ type: 'prose' as const, line, ...said }]), reader.above]
  }
  reader.above = undefined
  const isTable = rows.length > 1 && rows[0]?.includes('|') && TABLE_RULE.test(rows[1] ?? '')
  if (!isTable) {
    const read = words.of(raw)
    return read.text === '' ? [] : [{ type: 'prose', line, ...read }]
  }
  return rows.flatMap((row, i) =>
    i === 1
      ? []
      : row
          .split('|')
          .map(cell => words.of(cell))
          .filter(({ text }) => text !== '')
          .map(read => ({
            type: 'prose' as const,
            line: line + i,
            ...read,
            isCell: true as const,
          })),
  )
}

/** An HTML block: its `<pre>`, or its words; `until` is the last line that is dealt with. */
function htmlBlocks(node: Nodes, before: number, reader: BlockReader) {
  const line = firstLine(node, before)
  const end = before + (node.position?.end.line ?? 1)
  const blocks: Block[] = []
  let from = line - 1
  for (;;) {
    const pre = htmlListing(reader.lines, from, end) ?? fenceInHtml(reader.lines, from, end)
    if (pre === undefined) break
    const { language, lines } = pre
    reader.seen.listings++
    if (lines[0] !== undefined) {
      blocks.push({ type: 'listing', line: lines[0].line, language, lines })
    }
    from = pre.lastLine
  }
  if (blocks.length === 0 && from === line - 1) {
    const text = joined(withoutTags(rawText(node)).split('\n'))
    if (text !== '') blocks.push({ type: 'prose', line, text })
  }
  return { blocks, until: Math.max(from, end) }
}

/** The blocks of the file out of the parser's, those in quotes and lists among them, in order. */
export function* blocksOf(tops: Iterable<TopLevel>, reader: BlockReader): Generator<Block> {
  let until = 0
  for (const { node: top, before } of tops) {
    // A stack, as quotes stand in quotes.
    const stack: Nodes[] = [top]
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const line = firstLine(node, before)
      if (line <= until) continue
      if (node.type !== 'paragraph') reader.above = undefined
      if (node.type === 'heading') {
        yield {
          type: 'heading',
          line,
          depth: node.depth,
          text: reader.words.of(rawText(node)).text,
        }
      } else if (node.type === 'paragraph') {
        yield* proseBlocks({ raw: rawText(node), line, isTop: node === top }, reader)
      } else if (node.type === 'code') {
        reader.seen.listings++
        yield* codeBlocks(node, { top, before }, reader)
      } else if (node.type === 'html') {
        const html = htmlBlocks(node, before, reader)
        until = html.until
        yield* html.blocks
      } else if ('children' in node) {
        stack.push(...(node as Parent).children.toReversed())
      }
    }
  }
}
