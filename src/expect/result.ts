import { nowMs } from '../clock.ts'

/** How one expectation went. */
export interface ExpectationResult {
  /** `web pings db` */
  title: string
  status: 'passed' | 'failed'
  durationMs: number
  attempts: number
  expected?: string
  /** What the last look found. */
  received?: string
  /** What to type to look by hand. */
  command?: string
}

/** An expectation that has begun and is not over. */
export interface PendingExpectation {
  /** `web pings db (10.0.1.3)`; until that is known, `expect(web).toPing`. */
  title: string
  /** Looks that are over. */
  attempts: number
  /** What the last of them found. */
  received?: string
  expected?: string
  command?: string
  /** When it began, on the clock of `nowMs`. */
  readonly beganMs: number
}

let listener: (result: ExpectationResult) => void = () => {}
const pending = new Set<PendingExpectation>()

/** Who hears of expectations from now on: one scenario runs at a time. */
export function onExpectation(next: (result: ExpectationResult) => void): void {
  listener = next
  pending.clear()
}

type FailureListener = (failure: unknown) => Promise<void>

let failureListener: FailureListener | undefined

/** Who is waited for when an expectation has failed, before the script is told: nothing has ended. */
export function onFailure(next: FailureListener | undefined): void {
  failureListener = next
}

/** Shows a failure that is about to be thrown to whoever wants to look around. */
export async function witnessed<E>(failure: E): Promise<E> {
  await failureListener?.(failure)
  return failure
}

/** Counts an expectation as begun. */
export function begin(title: string): PendingExpectation {
  const expectation = { title, attempts: 0, beganMs: nowMs() }
  pending.add(expectation)
  return expectation
}

/** It is over, without a result: the script was wrong before anything could be looked at. */
export function abandon(expectation: PendingExpectation): void {
  pending.delete(expectation)
}

/** It is over, and how it went is told; once only. */
export function finish(expectation: PendingExpectation, status: 'passed' | 'failed'): void {
  if (!pending.delete(expectation)) return
  const { beganMs, ...known } = expectation
  listener({ ...known, status, durationMs: nowMs() - beganMs })
}

/**
 * What has begun and is not over, oldest first. Anything here when a script has ended well was not
 * awaited.
 */
export function pendingExpectations(): readonly PendingExpectation[] {
  return [...pending]
}

/** What was being expected when time ran out: what has been pending longest. */
export function currentExpectation(): PendingExpectation | undefined {
  const [oldest] = pending
  return oldest
}
