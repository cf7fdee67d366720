import type { RunEvent, ScenarioEnd, ScenarioStart } from '../../src/runner/events.ts'

/** Clocks are read a moment apart. */
const SLACK_MS = 1
/** Of a scenario that takes long, so much of its time may be in no phase. */
const UNTOLD_SHARE = 0.2
const UNTOLD_MS = 50

type OfScenario = Extract<RunEvent, { id: string }>

function ofTheRun(events: readonly RunEvent[]): string[] {
  const broken: string[] = []
  const count = (type: RunEvent['type']) => events.filter(event => event.type === type).length
  if (events[0]?.type !== 'run-start') broken.push(`begins with ${events[0]?.type}`)
  if (count('run-start') !== 1) broken.push(`${count('run-start')} run-start`)
  if (count('run-end') > 1) broken.push(`${count('run-end')} run-end`)
  if (count('run-end') === 1 && events.at(-1)?.type !== 'run-end') {
    broken.push(`${events.at(-1)?.type} after run-end`)
  }
  return broken
}

function ofTheSums(events: readonly RunEvent[]): string[] {
  const end = events.at(-1)
  if (end?.type !== 'run-end') return []
  const final = events.filter(
    event => event.type === 'scenario-end' && event.isFinal,
  ) as ScenarioEnd[]
  const broken: string[] = []
  for (const status of ['passed', 'failed', 'skipped'] as const) {
    const told = final.filter(one => one.status === status).length
    if (told !== end[status]) broken.push(`${told} ${status}, and run-end says ${end[status]}`)
  }
  const flaky = final.filter(one => one.isFlaky).length
  if (flaky !== end.flaky) broken.push(`${flaky} flaky, and run-end says ${end.flaky}`)
  return broken
}

function ofTheSteps(id: string, events: readonly OfScenario[]): string[] {
  const broken: string[] = []
  const begun = new Map<number, boolean>()
  for (const event of events) {
    if (event.type === 'step-start') {
      if (begun.has(event.step)) broken.push(`${id}: step ${event.step} begins twice`)
      const { parent } = event
      if (parent !== undefined && begun.get(parent) !== false) {
        broken.push(`${id}: step ${event.step} begins in step ${parent}, which does not run`)
      }
      begun.set(event.step, false)
    } else if (event.type === 'step-end') {
      if (begun.get(event.step) !== false)
        broken.push(`${id}: step ${event.step} ends, and ran not`)
      begun.set(event.step, true)
    } else if ('step' in event && !begun.has(event.step ?? 0)) {
      broken.push(`${id}: ${event.type} in step ${event.step}, which never began`)
    }
  }
  return broken
}

function ofTheEnd(id: string, start: ScenarioStart, end: ScenarioEnd): string[] {
  const { phases, durationMs, status, error, reason } = end
  const told = phases.reduce((sum, phase) => sum + phase.durationMs, 0)
  const untold = durationMs - told
  const broken: string[] = []
  if (start.name !== end.name || start.file !== end.file) broken.push(`${id}: ends as another`)
  if (phases.length > 0 && (untold < -SLACK_MS || untold > UNTOLD_MS + durationMs * UNTOLD_SHARE)) {
    broken.push(`${id}: phases are ${told} ms of ${durationMs} ms`)
  }
  if (status === 'failed' && error === undefined) broken.push(`${id}: failed without an error`)
  if (status === 'skipped' && reason === undefined) broken.push(`${id}: skipped without a reason`)
  if (status === 'passed' && error !== undefined && !end.isExpectedToFail) {
    broken.push(`${id}: passed with an error`)
  }
  return broken
}

function ofAScenario(id: string, events: readonly OfScenario[]): string[] {
  const broken: string[] = []
  const first = events[0]
  const last = events.at(-1)
  const count = (type: string) => events.filter(event => event.type === type).length
  if (count('scenario-start') !== 1 || count('scenario-end') !== 1) {
    broken.push(`${id}: ${count('scenario-start')} starts, ${count('scenario-end')} ends`)
  }
  if (first?.type !== 'scenario-start') broken.push(`${id}: begins with ${first?.type}`)
  if (last?.type !== 'scenario-end') broken.push(`${id}: ends with ${last?.type}`)
  let before = -Infinity
  for (const { atMs, type } of events) {
    if (atMs < before - SLACK_MS) broken.push(`${id}: ${type} at ${atMs}, after ${before}`)
    before = Math.max(before, atMs)
  }
  if (first?.type === 'scenario-start' && last?.type === 'scenario-end') {
    broken.push(...ofTheEnd(id, first, last))
  }
  return [...broken, ...ofTheSteps(id, events), ...ofTheWalk(id, events)]
}

const WRONG = new Set<string>(['differs', 'failed', 'succeeded'])

/** Of the commands of a document: each at most once, and its counts after all of them. */
function ofTheWalk(id: string, events: readonly OfScenario[]): string[] {
  const broken: string[] = []
  const counted: Record<string, number> = {}
  let found: number | undefined
  let isOver = false
  for (const event of events) {
    if (event.type === 'walk-plan') {
      if (found !== undefined) broken.push(`${id}: two walk-plan`)
      found = event.found
    } else if (event.type === 'walked') {
      const { number, verdict } = event
      if (found === undefined || isOver) broken.push(`${id}: walked ${number} outside of the walk`)
      if (number < 1 || number > (found ?? 0)) broken.push(`${id}: command ${number} of ${found}`)
      if (counted[`number ${number}`] !== undefined) broken.push(`${id}: ${number} is told twice`)
      counted[`number ${number}`] = 1
      const kind = WRONG.has(verdict) ? 'wrong' : verdict
      counted[kind] = (counted[kind] ?? 0) + 1
    } else if (event.type === 'walk-end') {
      if (found === undefined || isOver) broken.push(`${id}: walk-end outside of a walk`)
      isOver = true
      const told = [event.confirmed, event.differing, event.notRun, event.cannotJudge]
      const seen = ['as-shown', 'wrong', 'not-run', 'cannot-judge'].map(one => counted[one] ?? 0)
      if (told.join() !== seen.join())
        broken.push(`${id}: walk-end says ${told}, told were ${seen}`)
      if (event.found !== found) broken.push(`${id}: walk-end found ${event.found} of ${found}`)
    } else if (event.type === 'scenario-end') {
      if (event.status !== 'failed' && (counted['wrong'] ?? 0) > 0) {
        broken.push(`${id}: ${event.status} with ${counted['wrong']} wrong`)
      }
      if (event.status === 'passed' && (counted['cannot-judge'] ?? 0) > 0) {
        broken.push(`${id}: passed without being judged`)
      }
      if (event.status === 'passed' && found !== undefined && !isOver) {
        broken.push(`${id}: passed without walk-end`)
      }
    }
  }
  return broken
}

/** What a stream does that reports/README.md says it never does; a line each. */
export function brokenRules(events: readonly RunEvent[]): string[] {
  const byId = new Map<string, OfScenario[]>()
  for (const event of events) {
    if (!('id' in event)) continue
    const own = byId.get(event.id)
    if (own === undefined) byId.set(event.id, [event])
    else own.push(event)
  }
  return [
    ...ofTheRun(events),
    ...ofTheSums(events),
    ...[...byId].flatMap(([id, own]) => ofAScenario(id, own)),
  ]
}
