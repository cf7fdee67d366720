import type { ErrorReport } from '../errors.ts'
import { nothingMatches } from './nothing-matches.ts'
import { collectFiles, planOf } from './plan.ts'
import type { RunOptions } from './run-options.ts'
import { Sandboxes } from './sandboxes.ts'
import { isPrivileged } from './sandbox.ts'
import { shownPath } from './shown-path.ts'
import type { CollectedScenario } from './worker-task.ts'

/** A file with the scenarios of it that would run. */
export interface ListedFile {
  /** As people find it. */
  file: string
  scenarios: CollectedScenario[]
  /** Why it cannot be read. */
  error?: ErrorReport
}

/** What a run with these options would run: files in the order in which they begin. */
export async function list(options: RunOptions): Promise<ListedFile[]> {
  const { files, jobs, memoryBytes, timeoutMs, slowness, shard } = options
  const slots = Math.min(jobs, files.length)
  const sandboxes = new Sandboxes({ rootless: !isPrivileged(), memoryBytes }, slots)
  try {
    const collected = await collectFiles(files, sandboxes, timeoutMs * slowness)
    // One job: in the order of the files.
    const { units } = planOf(collected, { ...options, repeat: 1, jobs: 1, isIsolated: false })
    const isChosen = Object.values(options.selection).some(wish => wish !== undefined)
    if (units.length === 0 && shard === undefined && isChosen) throw nothingMatches(options)
    return units.map(({ file, names = [] }) => {
      const { scenarios = [], error } = collected.find(one => one.file === file) ?? {}
      return {
        file: shownPath(file),
        // As they begin: --shuffle has another order than the file.
        scenarios: names.flatMap(wanted => scenarios.filter(({ name }) => name === wanted)),
        ...(error === undefined ? {} : { error }),
      }
    })
  } finally {
    await sandboxes.end()
  }
}
