import type { Netns } from '../kernel/netns.ts'
import type { Addressing } from './addressing/addressing.ts'
import type { NetworkDriver, NetworkPlan } from './network-driver.ts'
import type { HostPart, Network } from './network.ts'

/** A network that this process made: what everybody sees of it, and what makes it work. */
export interface LiveNetwork {
  readonly network: Network
  readonly members: Members
  readonly driver: NetworkDriver
  readonly plan: NetworkPlan
  readonly addressing: Addressing
}

/** A network's hosts and parts: the same lists that the network shows, to be changed here. */
export class Members {
  readonly hosts: Netns[] = []
  readonly parts: HostPart[] = []

  add(part: HostPart): void {
    this.hosts.push(part.host)
    this.parts.push(part)
  }

  /** @returns what puts it back where it was */
  remove(host: Netns): () => void {
    const at = this.hosts.indexOf(host)
    const [part] = this.parts.splice(at, 1)
    this.hosts.splice(at, 1)
    return () => {
      if (part === undefined) return
      this.hosts.splice(at, 0, host)
      this.parts.splice(at, 0, part)
    }
  }
}
