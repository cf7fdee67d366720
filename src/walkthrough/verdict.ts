import type { Difference } from './compare/comparison.ts'

/**
 * What became of a command of a document:
 * `ran` it ended well, and the document shows nothing of it; `as-shown` what the document shows is
 * what happened; `differs` it is not; `failed` though the document shows success; `succeeded` though
 * the document shows failure; `not-run`, for a reason; `cannot-judge` this kernel lacks what it needs.
 */
export type Verdict =
  'ran' | 'as-shown' | 'differs' | 'failed' | 'succeeded' | 'not-run' | 'cannot-judge'

/** Those that make a walk fail. */
export const isWrong = (verdict: Verdict): boolean =>
  verdict === 'differs' || verdict === 'failed' || verdict === 'succeeded'

/** A command of a document when it is over and judged. */
export interface WalkedStep {
  /** Which command of the document, from 1. */
  number: number
  /** In the document, from 1. */
  line: number
  /** The simulated machine; which of several terminals, where it is not the first; the namespace of its prompt. */
  host: string
  terminal?: string
  namespace?: string
  /** As the document has it. */
  command: string
  verdict: Verdict
  /** Why it was not run, cannot be judged, or is not as shown, when that is known. */
  reason?: string
  durationMs: number
  exitCode?: number | null
  /** What the document shows; none when it shows nothing. */
  shown?: string
  /** What it printed: the last 64 KiB. */
  seen?: string
  differences?: Difference[]
  /** Differences that do not count, for what is known about them. */
  explained?: Difference[]
  /** What there is and the document leaves out. */
  leftOut?: string[]
  /** What a reader should know: how it was run, mistakes of the document. */
  remarks?: string[]
}

/** What became of all of them. */
export interface WalkedCounts {
  found: number
  run: number
  /** `as-shown`. */
  confirmed: number
  /** `differs`, `failed`, `succeeded`. */
  differing: number
  notRun: number
  cannotJudge: number
}
