import type { RunEvent } from '../../../src/runner/events.ts'
import { noPing, stopped, threw } from './errors.ts'
import { twoHosts } from './lab.ts'
import { Recording } from './recording.ts'

const lostPing = {
  status: 'failed',
  durationMs: 1000,
  attempts: 3,
  expected: 'an echo reply',
  received: 'no echo reply within 1000 ms',
} as const

/** One passes when it is tried again, one never does. */
export function retries(): RunEvent[] {
  const run = new Recording({ scenarios: 3 })
  run
    .scenario('passes at the second attempt')
    .expectation('web pings db', lostPing)
    .output('first attempt\n')
    .fail(noPing, { isFinal: false })
  run
    .scenario('passes at the second attempt', { attempt: 2 })
    .expectation('web pings db')
    .topology(twoHosts)
    .pass({ isFlaky: true })
  for (const attempt of [1, 2, 3]) {
    run
      .scenario('never passes', { line: 30, attempt })
      .expectation('web pings db', lostPing)
      .fail(attempt === 2 ? threw : noPing, { isFinal: attempt === 3 })
  }
  run.scenario('passes at once', { line: 50 }).pass()
  return run.end()
}

/** `--repeat 5`: one scenario, the third repeat of it failed. */
export function repeats(): RunEvent[] {
  const run = new Recording({ scenarios: 1 })
  for (const repeat of [1, 2, 3, 4, 5]) {
    const one = run.scenario('a race', { repeat })
    if (repeat === 3) one.expectation('web pings db', lostPing).fail(noPing)
    else one.expectation('web pings db').pass()
  }
  return run.end()
}

/** One fails as it says, one passes although it says that it fails. */
export function expectedFailures(): RunEvent[] {
  const run = new Recording({ scenarios: 2 })
  run.scenario('known to fail').expectation('web pings db', lostPing).failAsExpected(noPing)
  run.scenario('said to fail, but passes', { line: 20 }).expectation('web pings db').fail(
    {
      name: 'ExpectationError',
      code: 'TNET_EXPECTED_FAILURE',
      message: 'expected that the scenario fails, but it passed',
      facts: {},
      hint: 'it is mended: make scenario.fails a scenario again',
      at: 'scenarios/shop.ts:20',
    },
    { isExpectedToFail: true },
  )
  return run.end()
}

/** Ctrl-C while the second of five ran. */
export function interrupted(): RunEvent[] {
  const run = new Recording({ scenarios: 5 })
  run.scenario('it came that far').expectation('web pings app').pass()
  run.scenario('it was under way', { line: 20 }).openStep('a long way').fail(stopped)
  return run.end({ notRun: 3, stoppedBy: 'SIGINT', exitCode: 130 })
}

/** `--bail`: the rest is left out after the first failure, and nobody stopped it. */
export function bailed(): RunEvent[] {
  const run = new Recording({ scenarios: 3 })
  run.scenario('the first one fails').expectation('web pings db', lostPing).fail(noPing)
  return run.end({ notRun: 2 })
}

/** The run was killed: a scenario without an end, and no `run-end`. */
export function truncated(): RunEvent[] {
  const run = new Recording({ scenarios: 3 })
  run.scenario('it came that far').expectation('web pings app').pass()
  run.scenario('nobody knows', { line: 20 }).openStep('a long way').expectation('web pings app')
  return run.events
}

/** Three at once; the first to start is the last to end. */
export function parallel(): RunEvent[] {
  const run = new Recording({ scenarios: 3, jobs: 3 })
  const long = run.scenario('the longest', { worker: 1 })
  long.step('around all of the others', () => {
    const failing = run.scenario('fails meanwhile', { line: 20, worker: 2 })
    long.expectation('web pings app')
    failing.step('of the second', () => {
      const short = run.scenario('starts last, ends first', { line: 30, worker: 3 })
      failing.expectation('web pings db', lostPing)
      short.step('of the third', () => {
        long.note('still here')
        short.expectation('db pings web')
      })
      long.expectation('app pings web')
      short.pass()
    })
    long.output('one line of the longest\n')
    failing.fail(noPing)
  })
  long.pass()
  return run.end()
}

/** Nothing matched, and nobody minded. */
export function empty(): RunEvent[] {
  return new Recording({ files: [], scenarios: 0 }).end()
}
