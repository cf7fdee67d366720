import type { RunEvent } from '../../src/runner/events.ts'
import * as attempts from './streams/attempts.ts'
import { growing } from './streams/growing.ts'
import * as hostileRuns from './streams/hostile.ts'
import * as outcomes from './streams/outcomes.ts'
import * as walks from './streams/walks.ts'

export { hostileTexts } from './streams/hostile.ts'
export { twoHosts } from './streams/lab.ts'
export { Recording } from './streams/recording.ts'

export const growingTopologies = growing()

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
export const walked = walks.walked()
export const walkedWrong = walks.walkedWrong()
export const walkUnjudged = walks.walkUnjudged()
export const walkedHosts = walks.walkedHosts()
export const walkCutOff = walks.walkCutOff()
export const walkedHostile = walks.walkedHostile()

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
  walked,
  walkedWrong,
  walkUnjudged,
  walkedHosts,
  walkCutOff,
  walkedHostile,
}
