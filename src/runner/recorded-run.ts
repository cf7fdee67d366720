import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { UsageError } from '../errors.ts'
import { EVENTS_VERSION, type RunEnd, type RunEvent, type RunStart } from './events.ts'
import { NumberedOn } from './numbered-on.ts'

/** A file of events, and its first. */
export interface RecordedRun {
  file: string
  start: RunStart
}

function wrong(file: string, what: string, hint: string): UsageError {
  return new UsageError(`${file} ${what}`, { code: 'TNET_EVENTS_INVALID', hint })
}

function eventOf(line: string): RunEvent | undefined {
  try {
    const event = JSON.parse(line) as unknown
    return typeof event === 'object' && event !== null ? (event as RunEvent) : undefined
  } catch {
    return undefined
  }
}

/** The events of a file, one after the other; a last line that was cut off is left out. */
async function* eventsIn(file: string): AsyncGenerator<RunEvent> {
  const lines = readline.createInterface({ input: fs.createReadStream(file), crlfDelay: Infinity })
  let number = 0
  let told = 0
  let broken: number | undefined
  for await (const line of lines) {
    number++
    if (line === '') continue
    if (broken !== undefined) {
      // It is no file of events at all.
      if (told === 0) break
      const hint = 'mend or remove that line: what comes after it would not be told'
      throw wrong(file, `has a line ${broken} that is no event`, hint)
    }
    const event = eventOf(line)
    if (event === undefined) broken = number
    else {
      told++
      yield event
    }
  }
}

async function opened(file: string): Promise<RecordedRun> {
  for await (const event of eventsIn(file)) {
    if (event.type !== 'run-start') break
    if (event.version !== EVENTS_VERSION) {
      throw wrong(
        file,
        `has events of version ${String(event.version)}, and this reads ${EVENTS_VERSION}`,
        'use the tnet-lab that wrote them',
      )
    }
    return { file, start: event }
  }
  if (fs.statSync(file).size === 0) {
    throw wrong(file, 'is empty: that run was killed before it began', 'see its log; leave it out')
  }
  throw wrong(file, 'does not begin as the events of a run do', 'give what --reporter jsonl wrote')
}

/** Whether it begins as what `--reporter jsonl` writes; who looks through a folder finds others. */
async function isRecorded(file: string): Promise<boolean> {
  for await (const { type } of eventsIn(file)) return type === 'run-start'
  return false
}

/** Files of events below a folder, such as one of downloaded artifacts. */
async function below(place: string): Promise<string[]> {
  const stat = fs.statSync(place, { throwIfNoEntry: false })
  if (stat === undefined) {
    throw wrong(place, 'is not there', 'give a file of events, or a folder with events.jsonl in it')
  }
  if (!stat.isDirectory() && !stat.isFile()) {
    throw wrong(place, 'is no file, and a pipe cannot be read twice', 'keep the events in a file')
  }
  if (stat.isFile()) return [place]
  const names = fs.readdirSync(place, { recursive: true, encoding: 'utf8' }).sort()
  const found: string[] = []
  for (const name of names.filter(name => name.endsWith('.jsonl'))) {
    const file = path.join(place, name)
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) continue
    // One of this name that is something else is a part that is broken.
    if (path.basename(name).startsWith('events') || (await isRecorded(file))) found.push(file)
  }
  if (found.length > 0) return found
  throw wrong(
    place,
    'has no events.jsonl, nor any other .jsonl of a run',
    'run with --report DIR, or -r jsonl',
  )
}

/** Whether one is what `tnet-lab report` made of the other, and of more. */
function isToldOf(one: RunStart, other: RunStart): boolean {
  if (one.startedAt !== other.startedAt) return false
  const shards = [one, other].filter(({ shard }) => shard !== undefined)
  return shards.length === 1 || (shards.length === 0 && one.seed === other.seed)
}

/** Opens files of events, and folders that have some. */
export async function recordedRuns(places: readonly string[]): Promise<RecordedRun[]> {
  const runs = new Map<string, RecordedRun>()
  const files = await Promise.all(places.map(below))
  for (const file of files.flat()) {
    const run = await opened(file)
    // A copy, or the same place in other words: no other run has this moment and this seed.
    const key = JSON.stringify(run.start)
    if (runs.has(key)) continue
    const same = [...runs.values()].find(other => isToldOf(run.start, other.start))
    if (same !== undefined) {
      throw wrong(file, `tells of the same run as ${same.file}`, 'give one of the two')
    }
    runs.set(key, run)
  }
  return [...runs.values()]
}

/**
 * Parts of one run that do not belong together, or are not all there.
 *
 * @returns `part 2 of 3` for each that is missing
 * @throws UsageError when parts are of different wholes
 */
export function missingParts(runs: readonly RecordedRun[]): string[] {
  const shards = runs.flatMap(({ file, start: { shard } }) =>
    shard === undefined ? [] : [{ file, ...shard }],
  )
  const [first] = shards
  if (first === undefined) return []
  for (const { file, plan, total } of shards) {
    if (plan === first.plan && total === first.total) continue
    throw wrong(
      file,
      `is part of another run than ${first.file}: they divided the scenarios differently`,
      'let all parts have the same scenarios, arguments and --history',
    )
  }
  const there = new Map<number, string>()
  for (const { file, index } of shards) {
    const other = there.get(index)
    if (other !== undefined) {
      throw wrong(file, `is part ${index}, as ${other} is`, 'give one of the two')
    }
    there.set(index, file)
  }
  return Array.from({ length: first.total }, (_, i) => i + 1)
    .filter(index => !there.has(index))
    .map(index => `part ${index} of ${first.total}`)
}

const sum = (runs: readonly RecordedRun[], of: (start: RunStart) => number) =>
  runs.reduce((total, { start }) => total + of(start), 0)

function mergedStart(runs: readonly RecordedRun[], first: RunStart): RunStart {
  const { scenarios: _, shard: __, ...rest } = first
  const known = runs.every(({ start }) => start.scenarios !== undefined)
  return {
    ...rest,
    files: [...new Set(runs.flatMap(({ start }) => start.files))],
    ...(known ? { scenarios: sum(runs, ({ scenarios = 0 }) => scenarios) } : {}),
    jobs: sum(runs, ({ jobs }) => jobs),
    startedAt: runs.map(({ start }) => start.startedAt).sort()[0] ?? first.startedAt,
  }
}

/** Ends what a run that was killed left open, so that every start has an end. */
function* endsOf(
  open: ReadonlyMap<string, Extract<RunEvent, { type: 'scenario-start' }>>,
  lastMs: number,
) {
  for (const { id, atMs, file, name } of open.values()) {
    yield {
      type: 'scenario-end',
      id,
      atMs: lastMs,
      file,
      name,
      durationMs: lastMs - atMs,
      phases: [],
      status: 'failed',
      isFinal: true,
      isFlaky: false,
      isExpectedToFail: false,
      error: {
        name: 'CommandError',
        code: 'TNET_RUN_TRUNCATED',
        message: 'the run ended before this scenario did',
        facts: {},
        hint: 'see the log of that run: it was killed, or its machine went away',
      },
    } satisfies RunEvent
  }
}

/** How a run ended of which nobody told. */
function cutOff({ scenarios, repeats = 1 }: RunStart, told: number, durationMs: number): RunEnd {
  return {
    type: 'run-end',
    passed: 0,
    failed: 0,
    skipped: 0,
    flaky: 0,
    notRun: scenarios === undefined ? 0 : Math.max(0, scenarios * repeats - told),
    durationMs,
    exitCode: 1,
    stoppedBy: 'something unknown',
  }
}

/**
 * Events of one run with numbers that no other has; a start for each end, an end for each start, and
 * an end of it all.
 */
async function* within(run: RecordedRun, numbered: NumberedOn): AsyncGenerator<RunEvent> {
  let told = 0
  let lastMs = 0
  const open = new Map<string, Extract<RunEvent, { type: 'scenario-start' }>>()
  let starts = 0
  let end: RunEnd | undefined
  for await (const event of eventsIn(run.file)) {
    if (event.type === 'run-start') starts++
    if (starts > 1) {
      throw wrong(run.file, 'has events of more than one run', 'give each run a file of its own')
    }
    if (event.type === 'run-end') end = event
    if (event.type === 'run-start' || event.type === 'run-end' || end !== undefined) continue
    const renamed = numbered.of(event)
    if (renamed.type === 'scenario-start') open.set(renamed.id, renamed)
    if (renamed.type === 'scenario-end') open.delete(renamed.id)
    if (renamed.type === 'scenario-end' && renamed.isFinal) told++
    lastMs = Math.max(lastMs, renamed.atMs)
    yield renamed
  }
  if (end === undefined) yield* endsOf(open, lastMs)
  yield end ?? cutOff(run.start, told + open.size, lastMs)
}

/** A signal's is told when nothing else was wrong. */
function worse(one: number, other: number): number {
  const known = [2, 1, 3, 4].find(code => code === one || code === other)
  return known ?? Math.max(one, other)
}

/** Several recorded runs as one: what their reporters would have been told on one machine. */
export async function* merged(runs: readonly RecordedRun[]): AsyncGenerator<RunEvent> {
  const [first] = runs
  if (first === undefined) return
  yield mergedStart(runs, first.start)
  const total = { passed: 0, failed: 0, skipped: 0, flaky: 0, notRun: 0 }
  const counted = { ...total }
  let durationMs = 0
  const lost = missingParts(runs)
  let exitCode = lost.length > 0 ? 1 : 0
  const stops = new Set(lost.map(part => `the loss of ${part}`))
  const numbered = new NumberedOn(runs.length)
  for (const run of runs) {
    let end: RunEnd | undefined
    numbered.begin(run.start)
    for await (const event of within(run, numbered)) {
      if (event.type === 'run-end') end = event
      else {
        if (event.type === 'scenario-end' && event.isFinal) {
          counted[event.status]++
          if (event.isFlaky) counted.flaky++
        }
        yield event
      }
    }
    if (end === undefined) continue
    total.notRun += end.notRun
    durationMs = Math.max(durationMs, end.durationMs)
    exitCode = worse(exitCode, end.exitCode)
    if (end.stoppedBy !== undefined) stops.add(end.stoppedBy)
  }
  const stopped = stops.size === 0 ? {} : { stoppedBy: [...stops].join(', ') }
  yield { type: 'run-end', ...counted, notRun: total.notRun, durationMs, exitCode, ...stopped }
}
