import { Container } from './container.ts'
import { Host } from './host.ts'
import type { Lab } from './lab.ts'

/**
 * A machine that somebody else made: the lab reads and reaches its network namespace, and changes
 * nothing of it by itself. `descriptor` may be closed afterwards.
 */
export function adoptedHost(lab: Lab, label: string, descriptor: number): Host {
  const host = new Host(lab, lab.namespace(label, 'the lab', { adopts: descriptor }))
  lab.adopt(host)
  return host
}

/** A namespace on such a machine. */
export function adoptedContainer(host: Host, label: string, descriptor: number): Container {
  const netns = host.lab.namespace(label, host.label, { adopts: descriptor })
  const container = new Container(host.lab, netns, host)
  host.netns.addName(netns)
  host.lab.adopt(container)
  return container
}
