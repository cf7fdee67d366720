import { UsageError } from '../errors.ts'
import {
  macvlanAdd,
  tunnelAdd,
  vlanAdd,
  vxlanAdd,
  type MacvlanSpec,
  type TunnelSpec,
  type VlanSpec,
  type VxlanSpec,
} from '../kernel/netlink/device-request.ts'
import type { Request } from '../kernel/netlink/message.ts'
import { quietLink } from '../kernel/netlink/quiet-link.ts'
import { findLink, Link } from './link.ts'
import type { Node } from './node.ts'

type LinkOrName = Link | string

/** A spec whose links may be given by their names. */
type Named<T> = Omit<T, 'index' | 'up' | 'master' | 'parent' | 'dev' | 'kind' | 'namespace'>

/** A link as `ip link add NAME type TYPE …` makes it. */
export type DeviceSpec =
  | ({ type: 'vxlan'; dev?: LinkOrName } & Named<VxlanSpec>)
  | ({ type: 'ipip' | 'gre' | 'gretap'; dev?: LinkOrName } & Named<TunnelSpec>)
  | ({ type: 'vlan'; parent: LinkOrName } & Named<VlanSpec>)
  | ({ type: 'macvlan'; parent: LinkOrName } & Named<MacvlanSpec>)

const TYPES: readonly DeviceSpec['type'][] = ['vxlan', 'ipip', 'gre', 'gretap', 'vlan', 'macvlan']

/** From a script in JavaScript it may be anything. */
function checkType({ type, name }: DeviceSpec): void {
  if (TYPES.includes(type)) return
  throw new UsageError(`"${name}" cannot be a link of type ${JSON.stringify(type)}`, {
    code: 'TNET_LINK_TYPE_UNKNOWN',
    hint: `choose one of ${TYPES.join(', ')}; for others see node.veth, addBridge, addTap`,
  })
}

function request(node: Node, index: number, spec: DeviceSpec): Request {
  const link = (of: LinkOrName) => (of instanceof Link ? of : findLink(node.netns, of))
  if (spec.type === 'vlan') return vlanAdd({ ...spec, index, parent: link(spec.parent) })
  if (spec.type === 'macvlan') return macvlanAdd({ ...spec, index, parent: link(spec.parent) })
  const { dev, ...rest } = spec
  const below = dev === undefined ? {} : { dev: link(dev) }
  if (rest.type === 'vxlan') return vxlanAdd({ ...rest, ...below, index })
  return tunnelAdd({ ...rest, ...below, kind: rest.type, index })
}

/**
 * Makes a device of a node: see `Node.addLink`.
 *
 * @throws UsageError TNET_LINK_TYPE_UNKNOWN
 */
export function addDevice(node: Node, spec: DeviceSpec): Link {
  checkType(spec)
  const link = { index: node.netns.nextIndex(), name: spec.name }
  node.netns.execute(request(node, link.index, spec), ...quietLink(link))
  return new Link(node, link.name, link.index)
}
