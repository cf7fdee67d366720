import { isIPv4, isIPv6 } from 'node:net'
import type { NetworkRequest } from '../network-driver.ts'
import type { OverlayOptions } from '../overlay/overlay-driver.ts'
import {
  checkMtu,
  checkOptions,
  wrongOption,
  type OptionTable,
  type OptionType,
} from './driver-options.ts'

/** What the VXLAN driver can be asked for. */
export interface VxlanOptions extends OverlayOptions {
  /** VXLAN network identifier. Default: the lowest that its hosts do not use, from 1. */
  vni?: number
  /** UDP port of the outer header. Default 8472, the kernel's and Flannel's; flat 4789, IANA's. */
  port?: number
  /** Hosts side by side route to each other without a tunnel (F4). Default false. */
  directRouting?: boolean
  /** One subnet for all hosts, their bridges joined to one Ethernet. Default false: routed. */
  flat?: boolean
  /**
   * Flat: how a frame for everybody finds all hosts. `head-end`: a copy for each, by static FDB
   * entries. `multicast`: the underlay copies it. Default `head-end`.
   */
  flood?: 'head-end' | 'multicast'
  /** Flat, multicast: the group. Default 239.1.x.y with the VNI's last two bytes. */
  group?: string
  /** Length of each host's part of the subnet. Default 24, or a quarter of a small subnet (F8). */
  hostPrefix?: number
}

const table: OptionTable = {
  driver: 'vxlan',
  types: {
    vni: 'number',
    port: 'number',
    directRouting: 'boolean',
    flat: 'boolean',
    flood: 'string',
    group: 'string',
    hostPrefix: 'number',
    masquerade: 'boolean',
    mtu: 'number',
    bridgeName: 'string',
  } satisfies Record<keyof VxlanOptions, OptionType>,
}

/** Refuses a group that is no multicast address of the hosts' family: ff00::/8 or 224.0.0.0/4. */
export function checkGroup(
  { name, options }: Pick<NetworkRequest, 'name' | 'options'>,
  family: 'inet' | 'inet6',
): void {
  const { group } = options as VxlanOptions
  if (group === undefined) return
  const isGroup =
    family === 'inet6'
      ? isIPv6(group) && /^ff[0-9a-f]{2}:/i.test(group)
      : isIPv4(group) && /^2(2[4-9]|3\d)\./.test(group)
  if (isGroup) return
  const reason = `"${group}" is no multicast address of IPv${family === 'inet6' ? 6 : 4}, as the hosts use`
  throw wrongOption(table, name, { option: 'group', reason })
}

/** The options as they came, checked. Throws a `UsageError` TNET_NETWORK_OPTION. */
export function vxlanOptions({
  name,
  options,
}: Pick<NetworkRequest, 'name' | 'options'>): VxlanOptions {
  checkOptions(table, name, options)
  const wrong = (option: keyof VxlanOptions, reason: string) =>
    wrongOption(table, name, { option, reason })
  const { flat, flood, group, directRouting, hostPrefix, mtu, port } = options as VxlanOptions
  checkMtu(table, name, mtu)
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw wrong('port', `${port} is not a UDP port`)
  }
  if (flood !== undefined && flood !== 'head-end' && flood !== 'multicast') {
    throw wrong('flood', `"flood" is head-end or multicast, not ${JSON.stringify(flood)}`)
  }
  if (group !== undefined && flood !== 'multicast') {
    throw wrong('group', 'a group is for flood: multicast')
  }
  if (flat === true && (directRouting === true || hostPrefix !== undefined)) {
    const option = directRouting === true ? 'directRouting' : 'hostPrefix'
    throw wrong(option, `a flat network is not routed, so no "${option}"`)
  }
  if (flat !== true && flood !== undefined) {
    throw wrong('flood', 'a routed network floods nothing; say flat: true')
  }
  return options
}
