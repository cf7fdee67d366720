import { findLink } from '../../../src/lab/link.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { linkSet } from '../../../src/kernel/netlink/link-request.ts'
import {
  VlanStandIn,
  type VlanStandInOptions,
} from '../../../src/kernel/tunnel-stand-in/vlan-stand-in.ts'
import type { Bridge } from '../../../src/lab/bridge.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import type { Node } from '../../../src/lab/node.ts'
import type { Segment } from '../../../src/lab/segment.ts'

export interface Site {
  host: Host
  bridge: Bridge
  container: Container
}

export interface TaggedHosts extends AsyncDisposable {
  lab: Lab
  wan: Segment
  alpha: Site
  beta: Site
}

/** A bridge of a host, and a container on it. */
export async function site(
  host: Host,
  { bridge: label, prefix, container }: { bridge: string; prefix: string; container: string },
): Promise<Site> {
  const bridge = await host.bridge(label, prefix)
  return { host, bridge, container: await bridge.container(container) }
}

/**
 *     web 10.0.42.2 ─ blue ─ alpha 192.0.2.1 ── wan ── 192.0.2.2 beta ─ blue ─ db 10.0.42.130
 */
export async function taggedHosts(
  onAction: (shell: string) => void = () => {},
): Promise<TaggedHosts> {
  const lab = new Lab({ onAction })
  const wan = await lab.segment('wan')
  const alpha = await site(await wan.join('alpha', '192.0.2.1/24'), {
    bridge: 'blue',
    prefix: '10.0.42.1/24',
    container: 'web',
  })
  const beta = await site(await wan.join('beta', '192.0.2.2/24'), {
    bridge: 'blue',
    prefix: '10.0.42.129/24',
    container: 'db',
  })
  return { lab, wan, alpha, beta, [Symbol.asyncDispose]: () => lab.close() }
}

/** A VLAN of a node's eth0, up: of a host as a port of a bridge. */
export function openVlan(
  node: Node,
  options: Partial<VlanStandInOptions> & { bridge?: Bridge } = {},
): VlanStandIn {
  const { bridge, ...rest } = options
  const { id = 42 } = rest
  const parent = findLink(node.netns, 'eth0')
  const vlan = VlanStandIn.create(node.netns, {
    name: `eth0.${id}`,
    id,
    parent,
    mtu: 1500,
    ...rest,
  })
  node.lab.undo.push('vlan', () => vlan.close())
  const master = bridge === undefined ? [] : [linkSet(vlan, { master: bridge })]
  node.netns.execute(...master, linkSet(vlan, { up: true }))
  return vlan
}
