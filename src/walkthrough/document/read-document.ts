import { basename } from 'node:path'
import { blocksOf } from './blocks.ts'
import type { Block, Heading, WalkDocument } from './document.ts'
import { PlainWords } from './plain-words.ts'
import { readFrontMatter } from './read-front-matter.ts'
import { sourceText } from './source-text.ts'
import { topLevel } from './top-level.ts'

/** More than any walkthrough has; beyond it a file is a book, and each block costs memory. */
const MOST_BLOCKS = 20_000
const MOST_REMARKS = 20

/** The first heading of the highest rank. */
function titleOf(blocks: readonly Block[]): string | undefined {
  const headings = blocks.filter(
    (block): block is Heading => block.type === 'heading' && block.text !== '',
  )
  const rank = headings.reduce((least, { depth }) => Math.min(least, depth), 7)
  return headings.find(({ depth }) => depth === rank)?.text
}

/** Fewer that stand alone in a text without listings may be talk. */
const ENOUGH_COMMANDS = 3

interface Source {
  lines: readonly string[]
  /** Of the front matter. */
  skipped: number
  remarks: string[]
}

function readBlocks({ lines, skipped, remarks: before }: Source, isUnfenced = false) {
  const remarks: string[] = [...before]
  const seen = { commands: 0, listings: 0 }
  const words = new PlainWords()
  const reader = { lines, words, remarks, isUnfenced, seen, above: undefined }
  const blocks: Block[] = []
  for (const block of blocksOf(topLevel(lines, skipped, remarks), reader)) {
    if (blocks.length === MOST_BLOCKS) {
      remarks.push(`nothing is read from line ${block.line} on: it has too many blocks`)
      break
    }
    blocks.push(block)
  }
  return { blocks, remarks, seen }
}

/**
 * Reads a Markdown file into headings, prose and listings, whatever is in it.
 *
 * @throws UsageError `TNET_FRONT_MATTER` when what stands below `tnet-lab` in its front matter is wrong
 */
export function readDocument(text: string, file: string): WalkDocument {
  const { lines, remarks: fileRemarks } = sourceText(text)
  const head = readFrontMatter(lines, file)
  fileRemarks.push(...head.remarks)
  const source = { lines, skipped: head.lines, remarks: fileRemarks }
  const read = readBlocks(source)
  const isUnfenced = read.seen.listings === 0 && read.seen.commands >= ENOUGH_COMMANDS
  const { blocks, remarks } = isUnfenced ? readBlocks(source, true) : read
  if (remarks.length > MOST_REMARKS) {
    const more = remarks.length - MOST_REMARKS
    remarks.splice(MOST_REMARKS, more, `and ${more} more of the kind`)
  }
  const title = head.title ?? titleOf(blocks) ?? basename(file)
  return { file, title, frontMatter: head.frontMatter, blocks, remarks }
}
