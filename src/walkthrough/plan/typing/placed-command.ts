import type { SimpleCommand } from '../../compare/comparison.ts'
import type { TypedCommand } from '../../typed/typed.ts'
import type { Nature } from '../steps/nature.ts'
import type { StepKind } from '../walk-plan.ts'

/** A command of a document, taken apart, and where it is typed. */
export interface PlacedCommand {
  /** From 1, in the document's order. */
  number: number
  command: TypedCommand
  /** With loops, variables, functions and scripts of the document written out. */
  simple: readonly SimpleCommand[]
  /** The text of those. */
  written: string
  nature: Nature
  kind: StepKind
  reason?: string
  /** Name of the machine. */
  host: string
  /** Others that the document says to type it on as well. */
  alsoOn: readonly string[]
  /** The network namespace that its prompt names, when no shell that is open is in it. */
  namespace?: string
  /** Network namespace that its words are about where they name none; empty: the machine's own. */
  inside: string
  /** Of that machine, which the reader has before them. */
  terminal: string
  /** The same, by what the document says, though that be the only shell that is open. */
  window: string
  /** Words right above it send its reader there. */
  isSentThere: boolean
  /** The namespace of the shell that is open there, whatever its prompt says. */
  shell: string
  /** Shells that the document never leaves, and that are left before this; the inner first. */
  leaves: readonly PlacedCommand[]
  remarks: readonly string[]
}

/** The network namespace that one simple command of it acts in; empty: the machine's own. */
export const scopeOf = ({ inside }: PlacedCommand, { namespace }: SimpleCommand): string =>
  namespace ?? inside
