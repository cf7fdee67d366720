import t from 'tap'
import { Attempts, type Attempt } from '../../src/report/attempts.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { allPass, parallel, retries, truncated } from './streams.ts'

function attemptsOf(events: readonly RunEvent[]): Attempt[] {
  const attempts = new Attempts()
  return events.flatMap(event => attempts.tell(event) ?? [])
}

const namesOf = (attempts: readonly Attempt[]) => attempts.map(({ start }) => start.name)

t.test('scenarios that run at once come out whole, in the order in which they end', async t => {
  const attempts = attemptsOf(parallel)
  t.same(namesOf(attempts), ['starts last, ends first', 'fails meanwhile', 'the longest'])
  for (const { start, events, end } of attempts) {
    const whole = parallel.filter(event => 'id' in event && event.id === start.id)
    t.same([start, ...events, end], whole, start.name)
  }
})

t.test('each try of a scenario is an attempt of its own', async t => {
  t.same(
    attemptsOf(retries).map(({ start, end }) => [start.attempt, end.isFinal]),
    [
      [1, false],
      [2, true],
      [1, false],
      [2, false],
      [3, true],
      [1, true],
    ],
  )
})

t.test('one that never ended does not come out', async t => {
  t.same(namesOf(attemptsOf(truncated)), ['it came that far'])
})

t.test('nothing is kept of one that is over', async t => {
  const attempts = new Attempts()
  for (const event of allPass) attempts.tell(event)
  const end = allPass.findLast(({ type }) => type === 'scenario-end')!
  t.equal(attempts.tell(end), undefined)
})
