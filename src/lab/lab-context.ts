import type { Undo } from '../undo.ts'
import type { CommandListener } from './command-record.ts'
import type { Node } from './node.ts'
import type { TakenCaptures } from './observe/taken-captures.ts'
import type { Program } from './program.ts'

/** What the parts of a lab know of the whole. */
export interface LabContext {
  readonly nodes: readonly Node[]
  /** Every program that was started, for its output. */
  readonly programs: Program[]
  /** Hears of each command of a script that is over. */
  readonly onCommand?: CommandListener
  /** What was captured, for the report. */
  readonly captures: TakenCaptures
  /** How everything that outlives a call is ended. */
  readonly undo: Undo
  /** Waits until links that came up pass packets; at once when nothing was done since. */
  settled(): Promise<void>
  /** Tells the reader of the report something about the lab: that a stand-in carries a tunnel. */
  note(text: string): void
  /** Counts every action: what was read from the kernel at one count holds until the next. */
  readonly actions: number
}
