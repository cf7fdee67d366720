import type { Topology, Walked } from '../../../runner/events.ts'
import type { Attempt } from '../../attempts.ts'
import { topologyKey } from '../topologies.ts'
import { topologyChanges } from './topology-changes.ts'

/** What there was after a line of the document. */
export interface Stage {
  topology: Topology
  line?: number
  /** After which it was read. */
  command?: Walked
  /** What is new since the stage before, and what is gone. */
  changes: string[]
}

/** Of more, as many from the whole way are kept. */
const MOST = 60

function evenly<T>(all: readonly T[]): T[] {
  if (all.length <= MOST) return [...all]
  return Array.from(
    { length: MOST },
    (_, i) => all[Math.round((i * (all.length - 1)) / (MOST - 1))]!,
  )
}

/**
 * What a walkthrough built as it grew; only what differs from the stage before. The last one is the
 * end, and all that there is of a script.
 */
export function stagesOf({ events }: Attempt): Stage[] {
  const stages: Omit<Stage, 'changes'>[] = []
  const commands = new Map<number, Walked>()
  let last = ''
  for (const event of events) {
    if (event.type === 'walked') commands.set(event.line, event)
    if (event.type !== 'topology') continue
    const { nodes, networks, line } = event
    const topology = { nodes, networks }
    const key = topologyKey(topology)
    if (key === last) continue
    last = key
    const command = line === undefined ? undefined : commands.get(line)
    stages.push({
      topology,
      ...(line === undefined ? {} : { line }),
      ...(command === undefined ? {} : { command }),
    })
  }
  const isWalk = commands.size > 0
  return evenly(isWalk ? stages : stages.slice(-1)).map((stage, i, kept) => ({
    ...stage,
    changes: topologyChanges(kept[i - 1]?.topology, stage.topology),
  }))
}
