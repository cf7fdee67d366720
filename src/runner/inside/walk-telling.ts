import type { Lab } from '../../lab/lab.ts'
import type { WalkListener } from '../../walkthrough/walk-listener.ts'
import type { WantedEvents } from '../worker-task.ts'
import type { Telling } from './telling.ts'

/** Tells a walk as events; the topology whenever it has changed. */
export function walkTelling(lab: Lab, telling: Telling, wanted: WantedEvents): WalkListener {
  let before = ''
  const grown = async (line: number) => {
    const { topologyOf } = await import('../../lab/observe/topology-of.ts')
    const topology = await topologyOf(lab)
    const now = JSON.stringify(topology)
    if (now === before) return
    before = now
    telling.event({ type: 'topology', line, ...topology })
  }
  return {
    planned({ guesses, leftAlone, parts }, found, remarks) {
      const shown = parts.map(({ line, why, hosts }) => ({
        line,
        ...(why === undefined ? {} : { why }),
        hosts: hosts.map(({ name }) => name),
      }))
      telling.event({
        type: 'walk-plan',
        found,
        guesses,
        leftAlone,
        parts: shown,
        remarks: [...remarks],
      })
    },
    walked: step => telling.eventHere({ type: 'walked', ...step }),
    over: (counts, took) => telling.event({ type: 'walk-end', ...counts, ...took }),
    ...(wanted.topology ? { grown } : {}),
  }
}
