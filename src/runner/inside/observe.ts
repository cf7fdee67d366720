import { scaled } from '../../clock.ts'
import type { Lab } from '../../lab/lab.ts'
import type { WantedEvents } from '../worker-task.ts'
import { reportError } from './error-report.ts'
import type { Telling } from './telling.ts'

/** What is known of a failure is collected in so much time, or left out. */
const COLLECTED_AFTER_MS = 5000

interface Observation {
  wanted: WantedEvents
  /** Why the scenario failed, when it did. */
  failure: { thrown: unknown } | undefined
  telling: Telling
}

/** The nodes that an error names. */
function namedIn(thrown: unknown, lab: Lab): string[] {
  const { message, facts } = reportError(thrown)
  const text = [message, ...Object.values(facts)].join('\n')
  const names = lab.nodes.map(({ netns }) => netns.name)
  return names.filter(name => text.includes(name))
}

async function collect(lab: Lab, thrown: unknown, telling: Telling): Promise<void> {
  const { collectDiagnostics } = await import('../../lab/observe/collect-diagnostics.ts')
  const { leftOut } = await collectDiagnostics(lab, {
    onDiagnostic: one => telling.event({ type: 'diagnostic', ...one }),
    timeoutMs: scaled(COLLECTED_AFTER_MS),
    first: namedIn(thrown, lab),
  })
  if (leftOut.length > 0) telling.note(`not collected, as it took too long: ${leftOut.join(', ')}`)
}

async function look({ wanted, failure, telling }: Observation, lab: Lab): Promise<void> {
  if (wanted.topology && lab.nodes.length > 0) {
    const { topologyOf } = await import('../../lab/observe/topology-of.ts')
    telling.event({ type: 'topology', ...(await topologyOf(lab)) })
  }
  if (wanted.diagnostics && failure !== undefined) await collect(lab, failure.thrown, telling)
  if (wanted.captures || failure !== undefined) {
    const { capturesOf } = await import('../../lab/observe/captures-of.ts')
    for (const one of capturesOf(lab)) telling.event({ type: 'capture', ...one })
  }
}

/** Reads from the lab what reports show, before it is closed. It fails nothing. */
export async function observe(lab: Lab, observation: Observation): Promise<void> {
  try {
    await look(observation, lab)
  } catch (error) {
    const { name, message } = reportError(error)
    observation.telling.note(`could not look at the lab: ${name}: ${message}`)
  }
}
