import fs from 'node:fs'
import { KernelError, UsageError } from '../errors.ts'
import { bindUdp, listenTcp } from '../kernel/inet-socket.ts'
import type { Netns } from '../kernel/netns.ts'
import { hostPortText, type PortMapping } from './port-mapping.ts'

function alreadyAllocated(mapping: PortMapping, by: string, where: string): UsageError {
  return new UsageError(`${hostPortText(mapping)} on "${where}": port is already allocated`, {
    code: 'TNET_PORT_TAKEN',
    hint: `publish another port than ${mapping.hostPort}, or 0 for one that is free`,
    facts: { taken: by },
  })
}

function overlaps(a: PortMapping, b: PortMapping): boolean {
  return (
    a.hostPort === b.hostPort &&
    a.protocol === b.protocol &&
    (a.hostAddress === undefined ||
      b.hostAddress === undefined ||
      a.hostAddress === b.hostAddress ||
      a.hostAddress === '0.0.0.0' ||
      b.hostAddress === '0.0.0.0')
  )
}

/** `32768-33000,40000` as a test; the kernel's list of ports that it gives to nobody by itself. */
function portList(text: string): (port: number) => boolean {
  const ranges = text
    .split(',')
    .filter(part => part !== '')
    .map(part => part.split('-').map(Number))
  return port => ranges.some(([first = 0, last = first]) => port >= first && port <= last)
}

/** The published ports of a host: each leads to one container. */
export class HostPorts {
  readonly #netns: Netns
  readonly #claimed = new Map<PortMapping, string>()

  constructor(netns: Netns) {
    this.#netns = netns
  }

  /** Whoever has the port, or undefined: another mapping, or a socket, as bind(2) says it. */
  #holder(mapping: PortMapping): string | undefined {
    for (const [other, owner] of this.#claimed) {
      if (overlaps(mapping, other)) return `${hostPortText(other)} leads to ${owner}`
    }
    const { protocol, hostAddress: address, hostPort: port } = mapping
    const listen = protocol === 'tcp' ? listenTcp : bindUdp
    const { label } = this.#netns
    const at = address === undefined ? {} : { address }
    try {
      fs.closeSync(listen(this.#netns.fd, { label, port, ...at }).fd)
      return undefined
    } catch (error) {
      if (error instanceof UsageError) return `a socket of "${label}" listens there`
      if (error instanceof KernelError && error.errno === 'EADDRINUSE') {
        return `a socket of "${label}" listens there`
      }
      throw error
    }
  }

  #pick(mapping: PortMapping): PortMapping {
    const range = this.#netns.sysctl('net.ipv4.ip_local_port_range').split(/\s+/).map(Number)
    const isReserved = portList(this.#netns.sysctl('net.ipv4.ip_local_reserved_ports'))
    const [first = 32768, last = 60999] = range
    for (let hostPort = first; hostPort <= last; hostPort++) {
      if (isReserved(hostPort)) continue
      const picked = { ...mapping, hostPort }
      if (this.#holder(picked) === undefined) return picked
    }
    throw new UsageError(`"${this.#netns.label}" has no free port from ${first} to ${last}`, {
      code: 'TNET_PORT_TAKEN',
      hint: 'name a port, or widen net.ipv4.ip_local_port_range on the host',
    })
  }

  /**
   * Claims ports, all or none, and picks those that are 0: the lowest of the host's ephemeral range
   * that is neither reserved (net.ipv4.ip_local_reserved_ports) nor taken (D17).
   *
   * @throws UsageError TNET_PORT_TAKEN naming address and port
   */
  claim(mappings: readonly PortMapping[], owner: string): PortMapping[] {
    const claimed: PortMapping[] = []
    try {
      for (const mapping of mappings) {
        const chosen = mapping.hostPort === 0 ? this.#pick(mapping) : mapping
        const holder = mapping.hostPort === 0 ? undefined : this.#holder(chosen)
        if (holder !== undefined) throw alreadyAllocated(chosen, holder, this.#netns.label)
        const mine = { ...chosen }
        this.#claimed.set(mine, owner)
        claimed.push(mine)
      }
    } catch (error) {
      this.release(claimed)
      throw error
    }
    return claimed
  }

  /** Gives back what `claim` returned. */
  release(claimed: readonly PortMapping[]): void {
    for (const mapping of claimed) this.#claimed.delete(mapping)
  }
}

const known = new WeakMap<Netns, HostPorts>()

export function hostPortsOf(netns: Netns): HostPorts {
  const ports = known.get(netns) ?? new HostPorts(netns)
  known.set(netns, ports)
  return ports
}
