import fs from 'node:fs'
import { UsageError, type ErrorReport } from '../errors.ts'
import type { EarlyOutput } from './early-output.ts'
import { seeded } from './seeded.ts'
import type { ShardOf } from './events.ts'
import type { RunOptions } from './run-options.ts'
import type { SandboxProcess } from './sandbox-process.ts'
import { isSelected, scenarioKey } from './selection.ts'
import { planDigest, shards } from './shard.ts'
import { shownPath } from './shown-path.ts'
import type { CollectedScenario } from './worker-task.ts'

type Unreadable = ErrorReport & { printed: EarlyOutput }

/** A file, and what is known of it before it runs. */
export interface CollectedFile {
  /** Absolute path. */
  file: string
  scenarios: readonly CollectedScenario[]
  /** Why it could not be read, and what it printed before; running it says the same. */
  error?: Unreadable
  /** All files that it is made of, by absolute path. */
  dependencies: readonly string[]
}

/** Scenarios of one file that run one after the other in one sandbox. */
export interface Unit {
  file: string
  /** All that are selected, when there is none. */
  names?: readonly string[]
  attempt: number
  repeat: number
  /** Why the file cannot be read: that is what comes of it. */
  error?: Unreadable
}

export interface Plan {
  units: Unit[]
  /** How many scenarios will run; unknown until the file is loaded. */
  scenarios: number | undefined
  shard: ShardOf | undefined
}

/** Asks sandboxes what scenarios the files have, each file once, in their order. */
export async function collectFiles(
  files: readonly string[],
  sandboxes: { take: (slot: number) => SandboxProcess; slots: number },
  timeoutMs: number,
): Promise<CollectedFile[]> {
  const found: CollectedFile[] = []
  let next = 0
  const work = async (slot: number) => {
    for (let i = next++; i < files.length; i = next++) {
      const file = files[i] ?? ''
      const answer = await sandboxes.take(slot).ask('collect', file, timeoutMs)
      if (answer.type === 'collected') {
        const { scenarios, dependencies } = answer
        found[i] = { file, scenarios, dependencies }
      } else if (answer.type === 'uncollected') {
        const { error, dependencies, printed } = answer
        const all = [file, ...dependencies]
        found[i] = { file, scenarios: [], dependencies: all, error: { ...error, printed } }
      }
    }
  }
  await Promise.all(Array.from({ length: sandboxes.slots }, (_, slot) => work(slot)))
  return found
}

/** Whether a file may hold a `scenario.only`: a guess that is wrong on one side alone. */
export function mayHaveOnly(file: string): boolean {
  try {
    return /\bonly\b/i.test(fs.readFileSync(file, 'utf8'))
  } catch {
    return false // it cannot be read, which running it says
  }
}

interface Chosen {
  key: string
  error?: Unreadable
  file: string
  name: string | undefined
  durationMs: number | undefined
}

function refuseOnly(files: readonly CollectedFile[]): void {
  for (const { file, scenarios } of files) {
    const marked = scenarios.find(({ mode }) => mode === 'only')
    if (marked === undefined) continue
    throw new UsageError(`"${marked.name}" is marked scenario.only`, {
      code: 'TNET_ONLY_FORBIDDEN',
      hint: 'make it scenario(…): in CI, and under --forbid-only, the others have to run as well',
      facts: { where: `${shownPath(file)}${marked.line === undefined ? '' : `:${marked.line}`}` },
    })
  }
}

/** A file whose scenarios are unknown counts as one of its own name. */
function chosenOf(files: readonly CollectedFile[], options: RunOptions): Chosen[] {
  const { selection, history } = options
  const hasOnly = files.some(({ scenarios }) => scenarios.some(({ mode }) => mode === 'only'))
  return files.flatMap(({ file, scenarios, error }): Chosen[] => {
    const shown = shownPath(file)
    if (error !== undefined) {
      return [{ key: scenarioKey(shown, ''), file, name: undefined, durationMs: undefined, error }]
    }
    return scenarios
      .filter(({ mode }) => !hasOnly || mode === 'only')
      .filter(scenario => isSelected(selection, shown, scenario))
      .map(({ name }) => {
        const durationMs = history.durationMs(shown, name)
        return { key: scenarioKey(shown, name), file, name, durationMs }
      })
  })
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map(item => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** One unit a file, or a scenario when each wants a process of its own. */
function unitsOf(chosen: readonly Chosen[], { isIsolated }: RunOptions): Omit<Unit, 'repeat'>[] {
  const units: { file: string; names?: string[]; attempt: number; error?: Unreadable }[] = []
  for (const { file, name, error } of chosen) {
    const last = units.at(-1)
    if (name === undefined)
      units.push({ file, attempt: 1, ...(error === undefined ? {} : { error }) })
    else if (last?.file === file && last.names !== undefined && !isIsolated) last.names.push(name)
    else units.push({ file, names: [name], attempt: 1 })
  }
  return units
}

/** The longest first, so that the last to end ends soon; as they come where nothing is known. */
function longestFirst(units: Omit<Unit, 'repeat'>[], chosen: readonly Chosen[]): void {
  const durations = new Map(
    chosen.map(({ file, name, durationMs }) => [`${file}\n${name}`, durationMs]),
  )
  const weight = ({ file, names = [] }: Omit<Unit, 'repeat'>) =>
    names.reduce((sum, name) => sum + (durations.get(`${file}\n${name}`) ?? 0), 0)
  units.sort((a, b) => weight(b) - weight(a))
}

/** Who runs what, once the files are known. */
export function planOf(files: readonly CollectedFile[], options: RunOptions): Plan {
  const { shard, isShuffled, seed, repeat, jobs, forbidsOnly } = options
  if (forbidsOnly) refuseOnly(files)
  const all = chosenOf(files, options)
  const parts = shard === undefined ? undefined : shards(all, shard.total)
  const mine = shard === undefined ? all : (parts?.[shard.index - 1] ?? [])
  const ordered = isShuffled ? shuffled(mine, seeded(seed, 'order')) : mine
  const units = unitsOf(ordered, options)
  if (jobs > 1 && !isShuffled) longestFirst(units, ordered)
  return {
    units: Array.from({ length: repeat }, (_, i) =>
      units.map(unit => ({ ...unit, repeat: i + 1 })),
    ).flat(),
    scenarios: ordered.length,
    shard: shard === undefined ? undefined : { ...shard, plan: planDigest(parts ?? []) },
  }
}
