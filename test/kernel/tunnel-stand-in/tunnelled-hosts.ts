import { linkSet } from '../../../src/kernel/netlink/link-request.ts'
import {
  TunnelStandIn,
  type TunnelStandInOptions,
} from '../../../src/kernel/tunnel-stand-in/tunnel-stand-in.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { Segment } from '../../../src/lab/segment.ts'

export interface Site {
  host: Host
  container: Container
  /** Its underlay address, and the subnet of its containers. */
  address: string
  subnet: string
}

export interface TunnelledHosts extends AsyncDisposable {
  lab: Lab
  wan: Segment
  alpha: Site
  beta: Site
}

/** Bytes that a tunnel puts in front of each IP packet; of a gretap, the inner Ethernet header too. */
export function overhead({ kind, key }: Pick<TunnelStandInOptions, 'kind' | 'key'>): number {
  return { ipip: 20, gre: 24, gretap: 38 }[kind] + (key === undefined ? 0 : 4)
}

async function site(wan: Segment, name: string, n: number): Promise<Site> {
  const address = `192.0.2.${n}`
  const host = await wan.join(name, `${address}/24`)
  await host.forward()
  const bridge = await host.bridge('br0', `10.0.${n}.1/24`)
  const container = await bridge.container(name === 'alpha' ? 'web' : 'db')
  return { host, container, address, subnet: `10.0.${n}.0/24` }
}

/**
 *     web 10.0.1.2 ─ br0 ─ alpha 192.0.2.1 ── wan ── 192.0.2.2 beta ─ br0 ─ db 10.0.2.2
 */
export async function tunnelledHosts(): Promise<TunnelledHosts> {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await site(wan, 'alpha', 1)
  const beta = await site(wan, 'beta', 2)
  return { lab, wan, alpha, beta, [Symbol.asyncDispose]: () => lab.close() }
}

export const linkNames = async (host: Host) => (await host.links()).map(({ name }) => name)

/** One end of a tunnel, up. */
export function openTunnel(
  { host, address }: Site,
  options: Omit<TunnelStandInOptions, 'name' | 'local' | 'mtu'> & { name?: string; mtu?: number },
): TunnelStandIn {
  const tunnel = TunnelStandIn.create(host.netns, {
    name: 'tunnel0',
    local: address,
    mtu: 1500 - overhead(options),
    ...options,
  })
  host.lab.undo.push('tunnel', () => tunnel.close())
  host.netns.execute(linkSet(tunnel, { up: true }))
  return tunnel
}

/**
 * Both ends, and routes between the containers. IPIP and GRE find each other by their peers; the
 * ends of a gretap have addresses on one Ethernet.
 */
export async function joinSites(
  { alpha, beta }: TunnelledHosts,
  options: Parameters<typeof openTunnel>[1],
): Promise<[TunnelStandIn, TunnelStandIn]> {
  const ends: TunnelStandIn[] = []
  for (const [here, there] of [
    [alpha, beta],
    [beta, alpha],
  ] as const) {
    const isTap = options.kind === 'gretap'
    const tunnel = openTunnel(here, { ...(isTap ? { remote: there.address } : {}), ...options })
    ends.push(tunnel)
    const to = there.subnet
    if (isTap) {
      const link = await here.host.link(tunnel.name)
      await link.addAddress(here.address.replace('192.0.2', '172.16.0') + '/24')
      await here.host.addRoute({ to, via: there.address.replace('192.0.2', '172.16.0') })
    } else {
      tunnel.addPeer(to, there.address)
      await here.host.addRoute({ to, dev: tunnel.name })
    }
  }
  return ends as [TunnelStandIn, TunnelStandIn]
}
