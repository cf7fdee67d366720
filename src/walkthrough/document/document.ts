import type { FrontMatter } from './front-matter.ts'

/** A line of the file, and where it is in it, from 1. */
export interface SourceLine {
  line: number
  text: string
}

export interface Heading {
  type: 'heading'
  line: number
  /** 1 to 6. */
  depth: number
  text: string
}

/** Prose: a paragraph, an item of a list, a quotation, a cell of a table; its plain words. */
export interface Prose {
  type: 'prose'
  line: number
  text: string
  /** What of it is inline code, in order. */
  code?: string[]
  isCell?: true
}

/** A fenced or indented block, as it stands: nothing is taken away from its lines. */
export interface Listing {
  type: 'listing'
  /** Of its first line of content. */
  line: number
  /** What stands behind the fence, in lower case: `bash`; empty when nothing does. */
  language: string
  lines: SourceLine[]
}

export type Block = Heading | Prose | Listing

/** A Markdown file, read. */
export interface WalkDocument {
  /** As people find it. */
  file: string
  /** Front matter's, or the first heading of the highest rank; the file's name where there is neither. */
  title: string
  frontMatter: FrontMatter
  /** In the order of the file. */
  blocks: Block[]
  /** What is odd about the file itself, a sentence each: `the fence of line 12 is never closed`. */
  remarks: string[]
}
