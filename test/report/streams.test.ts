import { Buffer } from 'node:buffer'
import t from 'tap'
import type { RunEvent } from '../../src/runner/events.ts'
import {
  allStreams,
  failures,
  parallel,
  retries,
  truncated,
  walkedWrong,
  walkUnjudged,
  walked,
} from './streams.ts'
import { breaches } from './streams/rules.ts'

t.test('every recorded stream keeps the rules of the stream', async t => {
  for (const [name, events] of Object.entries(allStreams)) t.same(breaches(events), [], name)
})

/** A copy of a stream that is changed in one place, and what is then wrong with it. */
const spoiled: [string, RunEvent[], (events: RunEvent[]) => unknown][] = [
  ['run-start is not first', failures, events => events.shift()],
  ['run-end is not last', failures, events => events.push(events[1]!)],
  ['time goes back', failures, events => Object.assign(events[9]!, { atMs: 0 })],
  ['not one start, first', failures, events => events.splice(1, 1)],
  ['not one end', failures, events => events.splice(indexOf(events, 'scenario-end'), 1)],
  ['something comes after the end', failures, events => events.splice(-1, 0, events[2]!)],
  ['ends as another', failures, events => (find(events, 'scenario-end').name += '!')],
  ['failed without an error', failures, events => delete find(events, 'scenario-end').error],
  [
    'step 1 is not numbered on',
    failures,
    events => events.splice(2, 0, find(events, 'step-start')),
  ],
  ['step 3 is in none', failures, events => (find(events, 'step-start', 2).parent = 7)],
  ['step 3 has a wrong path', failures, events => find(events, 'step-start', 2).path.shift()],
  ['passed within a step', parallel, events => (find(events, 'scenario-end').id = 's1')],
  ['expectation has a wrong path', failures, events => find(events, 'expectation').path.push('x')],
  ['cannot be flaky', failures, events => (find(events, 'scenario-end').isFlaky = true)],
  ['never tried again', failures, events => (find(events, 'scenario-end').isFinal = false)],
  ['attempts do not count on', retries, events => find(events, 'scenario-start').attempt++],
  ['tried on after the end', retries, events => (find(events, 'scenario-end').isFinal = true)],
  ['failed is miscounted', failures, events => find(events, 'run-end').failed++],
  ['flaky is miscounted', retries, events => (find(events, 'run-end').flaky = 0)],
  ['plan is miscounted', failures, events => find(events, 'run-end').notRun++],
  ['a script has two topologies', failures, events => addAfter(events, 'topology')],
  ['walked without a plan', walked, events => events.splice(indexOf(events, 'walk-plan'), 1)],
  ['two walk-plans', walked, events => addAfter(events, 'walk-plan')],
  ['two walk-ends', walked, events => addAfter(events, 'walk-end')],
  ['walked before the plan', walked, events => events.splice(2, 0, find(events, 'walked'))],
  ['a command is told twice', walked, events => (find(events, 'walked', 1).number = 1)],
  ['a command that was not found', walked, events => (find(events, 'walked').number = 99)],
  ['a walkthrough expects', walked, events => Object.assign(find(events, 'walked'), expectation)],
  ['walked after the end', walked, events => events.splice(-2, 0, find(events, 'walked'))],
  ['confirmed is miscounted', walked, events => find(events, 'walk-end').confirmed++],
  ['differing is miscounted', walkedWrong, events => find(events, 'walk-end').differing--],
  ['notRun is miscounted', walkedWrong, events => find(events, 'walk-end').notRun++],
  ['cannotJudge is miscounted', walkedWrong, events => find(events, 'walk-end').cannotJudge--],
  ['run is miscounted', walked, events => (find(events, 'walk-end').run = 1)],
  [
    'did not fail, and was wrong',
    walkedWrong,
    events => (find(events, 'scenario-end').status = 'passed'),
  ],
  [
    'passed, and was not judged',
    walkUnjudged,
    events => (find(events, 'scenario-end').status = 'passed'),
  ],
  ['no counts', walked, events => events.splice(indexOf(events, 'walk-end'), 1)],
]

const expectation = { type: 'expectation', path: [], title: 'a', status: 'passed', attempts: 1 }

function addAfter(events: RunEvent[], type: RunEvent['type']): void {
  const at = indexOf(events, type)
  events.splice(at, 0, events[at]!)
}

t.test('a stream that breaks a rule is told so', async t => {
  for (const [breach, events, spoil] of spoiled) {
    const copy = JSON.parse(JSON.stringify(events)) as RunEvent[]
    spoil(copy)
    t.ok(breaches(copy).includes(breach), breach, { found: breaches(copy) })
  }
})

t.test('only the one that was cut off has scenarios without an end', async t => {
  t.match(truncated.at(-1), { type: 'expectation' })
  for (const [name, events] of Object.entries(allStreams)) {
    t.equal(events.at(-1)?.type === 'run-end', name !== 'truncated', name)
  }
})

t.test('captures hold a pcap file with as many packets as they say', async t => {
  const captures = Object.values(allStreams)
    .flat()
    .filter(event => event.type === 'capture')
  t.ok(captures.length > 10)
  t.ok(captures.every(({ pcap, packets }) => packetsIn(pcap) === packets.length))
})

/** Records of a little-endian pcap file, whose lengths have to lead to its last byte. */
function packetsIn(pcap: string): number {
  const file = Buffer.from(pcap, 'base64')
  if (file.readUInt32LE(0) !== 0xa1b2c3d4) return NaN
  let count = 0
  let at = 24
  for (; at < file.length; count++) at += 16 + file.readUInt32LE(at + 8)
  return at === file.length ? count : NaN
}

type OfType<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

const indexOf = (events: RunEvent[], type: RunEvent['type']) =>
  events.findIndex(event => event.type === type)

function find<T extends RunEvent['type']>(events: RunEvent[], type: T, nth = 0): OfType<T> {
  return events.filter((event): event is OfType<T> => event.type === type)[nth]!
}
