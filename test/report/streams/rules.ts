import type { RunEvent, ScenarioEnd, ScenarioStart } from '../../../src/runner/events.ts'
import { walkBreaches } from './walk-rules.ts'

type OfAttempt = Extract<RunEvent, { id: string }>

const isOfAttempt = (event: RunEvent): event is OfAttempt => 'id' in event

/** What a stream says that `src/runner/events.ts` does not allow; one that was cut off may end early. */
export function breaches(events: readonly RunEvent[]): string[] {
  const ids = new Set(events.filter(isOfAttempt).map(({ id }) => id))
  const isCutOff = events.at(-1)?.type !== 'run-end'
  const attempts = [...ids].map(id => events.filter(isOfAttempt).filter(event => event.id === id))
  return [
    ...ofRun(events),
    ...attempts.flatMap(attempt => [
      ...ofAttempt(attempt, isCutOff),
      ...ofSteps(attempt),
      ...walkBreaches(attempt),
    ]),
    ...ofTries(events),
    ...ofCounts(events),
  ]
}

function ofRun(events: readonly RunEvent[]): string[] {
  const found: string[] = []
  if (events[0]?.type !== 'run-start') found.push('run-start is not first')
  if (events.filter(({ type }) => type === 'run-start').length > 1) found.push('two run-starts')
  if (events.slice(0, -1).some(({ type }) => type === 'run-end')) found.push('run-end is not last')
  const times = events.filter(isOfAttempt).map(({ atMs }) => atMs)
  if (times.some((at, i) => at < (times[i - 1] ?? 0))) found.push('time goes back')
  const read = JSON.parse(JSON.stringify(events)) as unknown
  if (JSON.stringify(read) !== JSON.stringify(events)) found.push('JSON loses something')
  return found
}

function ofAttempt(events: readonly OfAttempt[], isCutOff: boolean): string[] {
  const found: string[] = []
  const starts = events.filter(event => event.type === 'scenario-start')
  const ends = events.filter(event => event.type === 'scenario-end')
  const [start] = starts
  const [end] = ends
  if (starts.length !== 1 || events[0] !== start) found.push('not one start, first')
  if (ends.length > 1 || (ends.length === 0 && !isCutOff)) found.push('not one end')
  if (end === undefined || start === undefined) return found
  if (events.at(-1) !== end) found.push('something comes after the end')
  if (end.file !== start.file || end.name !== start.name) found.push('ends as another')
  if (end.status === 'failed' && end.error === undefined) found.push('failed without an error')
  if (end.status === 'skipped' && end.reason === undefined) found.push('skipped without a reason')
  if (!end.isFinal && end.status !== 'failed') found.push('tried again without having failed')
  if (end.isFlaky && (end.status !== 'passed' || start.attempt === 1)) found.push('cannot be flaky')
  return found
}

function ofSteps(events: readonly OfAttempt[]): string[] {
  const found: string[] = []
  const paths = new Map<number, readonly string[]>()
  const open = new Set<number>()
  for (const event of events) {
    if (event.type === 'step-start') {
      const { step, parent, path } = event
      if (step !== paths.size + 1) found.push(`step ${step} is not numbered on`)
      if (parent !== undefined && !open.has(parent)) found.push(`step ${step} is in none`)
      const around = parent === undefined ? [] : (paths.get(parent) ?? [])
      if (!isSame(around, path.slice(0, -1))) found.push(`step ${step} has a wrong path`)
      paths.set(step, path)
      open.add(step)
    } else if ('step' in event && event.step !== undefined) {
      if (!open.has(event.step)) found.push(`${event.type} in a step that is not open`)
      const isElsewhere = 'path' in event && !isSame(event.path, paths.get(event.step) ?? [])
      if (isElsewhere) found.push(`${event.type} has a wrong path`)
      if (event.type === 'step-end') open.delete(event.step)
    } else if (event.type === 'scenario-end' && event.status === 'passed' && open.size > 0) {
      found.push('passed within a step')
    }
  }
  return found
}

const isSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((text, i) => text === other[i])

/** Retries: the same scenario again, after an attempt that is not final, and only then. */
function ofTries(events: readonly RunEvent[]): string[] {
  const found: string[] = []
  const last = new Map<string, { start: ScenarioStart; end?: ScenarioEnd }>()
  const running = new Map<string, { start: ScenarioStart; end?: ScenarioEnd }>()
  for (const event of events) {
    if (event.type === 'scenario-start') {
      const key = JSON.stringify([event.file, event.name, event.repeat])
      const before = last.get(key)
      if (event.attempt !== (before?.start.attempt ?? 0) + 1) found.push('attempts do not count on')
      if (before !== undefined && before.end?.isFinal !== false)
        found.push('tried on after the end')
      last.set(key, { start: event })
      running.set(event.id, last.get(key)!)
    } else if (event.type === 'scenario-end') {
      const own = running.get(event.id)
      if (own !== undefined) own.end = event
    }
  }
  const isOver = events.at(-1)?.type === 'run-end'
  const dangling = [...last.values()].some(({ end }) => end?.isFinal === false)
  if (isOver && dangling) found.push('never tried again')
  return found
}

function ofCounts(events: readonly RunEvent[]): string[] {
  const run = events.at(-1)
  const start = events[0]
  if (run?.type !== 'run-end') return []
  const ends = events
    .filter(event => event.type === 'scenario-end')
    .filter(({ isFinal }) => isFinal)
  const found = (['passed', 'failed', 'skipped'] as const).filter(
    status => ends.filter(end => end.status === status).length !== run[status],
  )
  const counted: string[] = found.map(status => `${status} is miscounted`)
  if (ends.filter(({ isFlaky }) => isFlaky).length !== run.flaky)
    counted.push('flaky is miscounted')
  const known = new Set(ends.map(({ file, name }) => JSON.stringify([file, name]))).size
  const planned = start?.type === 'run-start' ? start.scenarios : undefined
  if (planned !== undefined && planned !== known + run.notRun) counted.push('plan is miscounted')
  return counted
}
