import type { RunEvent } from '../../src/runner/events.ts'
import * as attempts from './streams/attempts.ts'
import * as hostileRuns from './streams/hostile.ts'
import * as outcomes from './streams/outcomes.ts'

export { hostileTexts } from './streams/hostile.ts'
export { twoHosts } from './streams/lab.ts'
export { Recording } from './streams/recording.ts'

export const allPass = outcomes.allPass()
export const failures = outcomes.failures()
export const skips = outcomes.skips()
export const timeouts = outcomes.timeouts()
export const crash = outcomes.crash()
export const retries = attempts.retries()
export const repeats = attempts.repeats()
export const expectedFailures = attempts.expectedFailures()
export const hostile = hostileRuns.hostile()
export const interrupted = attempts.interrupted()
export const bailed = attempts.bailed()
export const truncated = attempts.truncated()
export const parallel = attempts.parallel()
export const empty = attempts.empty()

/** Every recorded run, by name: what each reporter is fed. */
export const allStreams: Readonly<Record<string, readonly RunEvent[]>> = {
  allPass,
  failures,
  skips,
  timeouts,
  crash,
  retries,
  repeats,
  expectedFailures,
  hostile,
  interrupted,
  bailed,
  truncated,
  parallel,
  empty,
}
