import t from 'tap'
import { Verdicts, type Verdict } from '../../src/report/verdicts.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { allStreams, parallel, repeats, retries, truncated } from './streams.ts'

function verdictsOf(events: readonly RunEvent[]): Verdict[] {
  const verdicts = new Verdicts()
  return events.flatMap(event => verdicts.tell(event) ?? [])
}

t.test('what counts is the last attempt; how those before it ended is known', async t => {
  t.same(
    verdictsOf(retries).map(({ start, end, earlier }) => [
      start.attempt,
      end.status,
      earlier.map(({ error }) => error?.code),
    ]),
    [
      [2, 'passed', ['TNET_EXPECTATION']],
      [3, 'failed', ['TNET_EXPECTATION', 'TNET_SCENARIO_THREW']],
      [1, 'passed', []],
    ],
  )
})

t.test('a repeat is no further attempt', async t => {
  const verdicts = verdictsOf(repeats)
  t.equal(verdicts.length, 5)
  t.ok(verdicts.every(({ earlier }) => earlier.length === 0))
})

t.test('as many verdicts as the run counted', async t => {
  for (const [name, events] of Object.entries(allStreams)) {
    const end = events.at(-1)
    if (end?.type !== 'run-end') continue
    t.equal(verdictsOf(events).length, end.passed + end.failed + end.skipped, name)
  }
})

t.test('it knows what is under way, and what never ended', async t => {
  const verdicts = new Verdicts()
  const most = Math.max(
    ...parallel.map(event => {
      verdicts.tell(event)
      return verdicts.running.length
    }),
  )
  t.equal(most, 3)
  t.same(verdicts.running, [])
  for (const event of truncated) verdicts.tell(event)
  t.same(
    verdicts.running.map(({ name }) => name),
    ['nobody knows'],
  )
})
