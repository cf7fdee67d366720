/**
 * Stands in a line of a listing where a page wrapped it and nobody knows whether a space was there:
 * it matches a space, or nothing. (A private-use character: no document has it.)
 */
export const WRAP = '\u{F8FF}'

/** What stands before a command: `[root@node1 ~]#`, `ns1>`, `$`. */
export interface Prompt {
  text: string
  user?: string
  /** The machine that it names. */
  host?: string
  /** The network namespace that it names, when that is what a document's prompts do. */
  namespace?: string
}

/** Something about how the document is written that a reader should know. */
export interface Mistake {
  line: number
  /** A sentence: `a page wrapped this line; read as one`. */
  text: string
}

/** A command as the document has it, and what the document shows that it prints. */
export interface TypedCommand {
  /** Where it begins, from 1. */
  line: number
  lastLine: number
  /** As the shell reads it: without prompt, continuation lines joined, heredocs with their lines. */
  text: string
  prompt?: Prompt
  /**
   * The lines that the document shows of its output, in order, `WRAP` in them, without line numbers
   * of a listing; `...` stands for lines that are left out. None: the document shows nothing.
   */
  shown?: string[]
  /** Where those begin. */
  shownLine?: number
  /** Headings above it, outermost first; empty before the first. */
  headings: string[]
  /** Prose and comments between the command before it and itself, in order. */
  before: string[]
  /** Prose and comments between itself (and its output) and the next command, or the end. */
  after: string[]
  /** Which listing it is in: the line of that. */
  listing: number
  mistakes: Mistake[]
}

/** A listing that is no commands and nobody's output, and what it seems to be. */
export interface LeftAlone {
  line: number
  /** `a drawing`, `Go`, `a configuration file`, `a man page`, `output that belongs to no command`. */
  what: string
}

/** What of a document a reader would type, in its order. */
export interface TypedDocument {
  commands: TypedCommand[]
  leftAlone: LeftAlone[]
}
