import { rmSync } from 'node:fs'
import { open, rename, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { makeFolder } from '../../../make-folder.ts'
import { Markup } from '../markup.ts'
import { betweenParts, pageEnd, pageStart } from './page-parts.ts'
import { statusOf, type AttemptRecord, type RunRecord, type ScenarioRecord } from './run-record.ts'
import { endOfAttempt, endOfRow, signsOf, startOfAttempt, startOfRow } from './scenario-row.ts'
import type { Spool, SpoolRange } from '../spool.ts'
import { STATUSES } from '../status.ts'
import type { Topologies } from '../topologies.ts'
import { growthEnd, growthStart, stageEnd, stageStart } from '../walk/growth.ts'

/** What a page is made of. */
export interface PageSource {
  run: RunRecord
  spool: Spool
  topologies: Topologies
}

type Piece = Markup | SpoolRange

/** What needs somebody first; otherwise as it ran. */
function inOrder({ scenarios }: RunRecord): ScenarioRecord[] {
  const rank = new Map(scenarios.map(one => [one, STATUSES.indexOf(statusOf(one))]))
  return scenarios.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))
}

async function* stagePieces(
  { stages }: AttemptRecord,
  { topologies, spool }: PageSource,
): AsyncGenerator<Piece> {
  const [first, ...others] = stages
  if (first === undefined) return
  if (others.length === 0) return yield await topologies.figure(first.topology, first.title)
  yield growthStart(stages.length)
  for (const { topology, title, intro } of stages) {
    yield stageStart(title)
    yield await topologies.figure(topology, title, new Markup(spool.text(intro)))
    yield stageEnd
  }
  yield growthEnd
}

async function* attemptPieces(attempt: AttemptRecord, source: PageSource): AsyncGenerator<Piece> {
  yield attempt.before
  yield* stagePieces(attempt, source)
  yield attempt.after
}

async function* scenarioPieces(
  scenario: ScenarioRecord,
  source: PageSource,
): AsyncGenerator<Piece> {
  const { attempts } = scenario
  const [first] = attempts
  if (attempts.length === 1 && first !== undefined) return yield* attemptPieces(first, source)
  yield signsOf(scenario)
  const opened = attempts.findLast(({ end }) => end.status === 'failed') ?? attempts.at(-1)
  const sorted = attempts.toSorted(
    (a, b) => a.start.repeat - b.start.repeat || a.start.attempt - b.start.attempt,
  )
  for (const attempt of sorted) {
    yield startOfAttempt(attempt, { of: scenario, isOpen: attempt === opened })
    yield* attemptPieces(attempt, source)
    yield endOfAttempt
  }
}

async function* pagePieces(source: PageSource): AsyncGenerator<Piece> {
  const scenarios = inOrder(source.run)
  const ids = new Map(scenarios.map((scenario, i) => [scenario, `s${i + 1}`]))
  yield pageStart(source.run, ids)
  for (const [scenario, id] of ids) {
    const isOpen = id === 's1' && (ids.size === 1 || statusOf(scenario) === 'failed')
    yield startOfRow(scenario, { id, isOpen })
    yield* scenarioPieces(scenario, source)
    yield endOfRow
  }
  yield betweenParts
  for (const store of source.topologies.stores()) yield store
  yield pageEnd
}

async function write(handle: FileHandle, source: PageSource): Promise<void> {
  let waiting = ''
  const flush = async () => {
    if (waiting !== '') await handle.writeFile(waiting)
    waiting = ''
  }
  for await (const piece of pagePieces(source)) {
    if ('text' in piece) {
      waiting += piece.text
      if (waiting.length > 64 * 1024) await flush()
      continue
    }
    await flush()
    for (const chunk of source.spool.read(piece)) await handle.writeFile(chunk)
  }
  await flush()
}

/** Writes the page next to its place, and moves it there when it is whole. */
export async function writePage(file: string, source: PageSource): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`)
  // Somebody who presses Ctrl-C once more has this process end while it writes.
  const clear = () => rmSync(draft, { force: true })
  process.once('exit', clear)
  try {
    // Somebody may have taken the folder away meanwhile.
    makeFolder(path.dirname(file))
    const handle = await open(draft, 'w')
    try {
      await write(handle, source)
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    clear()
    throw error
  } finally {
    process.removeListener('exit', clear)
  }
}
