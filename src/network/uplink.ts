import { UsageError } from '../errors.ts'
import { addressList, parseAddress } from '../kernel/netlink/address.ts'
import { linkList, parseLink, type LinkInfo } from '../kernel/netlink/link-list.ts'
import { isPacketDevice } from '../kernel/packet-device/known-devices.ts'
import { parseRoute, routeList } from '../kernel/netlink/route.ts'
import type { Netns } from '../kernel/netns.ts'
import type { Underlay } from './network-driver.ts'

/** A host's link to the other hosts, with its address there. */
export interface Uplink {
  index: number
  name: string
  mtu: number
  address: string
  /** `192.0.2.1/24` */
  prefix: string
  family: 'inet' | 'inet6'
}

function noUplink(host: Netns, reason: string): UsageError {
  return new UsageError(`"${host.label}" has no link to other hosts: ${reason}`, {
    code: 'TNET_UPLINK_NONE',
    hint: 'join it to a segment with an address, and say which one carries the network: over: wan',
    facts: { command: `ip -n ${host.name} addr; ip -n ${host.name} route` },
  })
}

function unclearUplink(host: Netns, candidates: readonly LinkInfo[]): UsageError {
  const names = candidates.map(({ name }) => name)
  return new UsageError(
    `it is not clear by which link "${host.label}" reaches the other hosts: ${names.join(' or ')}`,
    {
      code: 'TNET_UPLINK_UNCLEAR',
      hint: `say it: over: wan, or over: '${names[0]}'; or give the host a default route`,
      facts: { command: `ip -n ${host.name} addr; ip -n ${host.name} route` },
    },
  )
}

/** The link of the default route, or else the only one that can be meant. */
function choose(host: Netns, candidates: readonly LinkInfo[]): LinkInfo {
  const routes = host.dump(routeList, parseRoute)
  const out = routes.find(({ to, table }) => to === 'default' && table === 254)?.index
  const chosen = candidates.find(({ index }) => index === out) ?? candidates[0]
  if (chosen === undefined) throw noUplink(host, 'none has an address')
  if (chosen.index === out || candidates.length === 1) return chosen
  throw unclearUplink(host, candidates)
}

/**
 * The link by which a host reaches the others, as Flannel finds it: the one of its default route.
 * Without a default route, the only veth that has a global address and is no port of a bridge.
 *
 * @param over which device it is, for those who know
 * @throws UsageError TNET_UPLINK_NONE, TNET_UPLINK_UNCLEAR
 */
export function uplinkOf(host: Netns, over?: Underlay): Uplink {
  const links = host.dump(linkList, parseLink)
  const addresses = host.dump(addressList, parseAddress).filter(({ scope }) => scope === 'global')
  const has = ({ index }: LinkInfo) => addresses.some(address => address.index === index)
  const wanted = over?.(host)
  const link =
    wanted === undefined
      ? choose(
          host,
          links.filter(
            link =>
              ['veth', 'vlan', 'macvlan'].includes(link.kind) &&
              has(link) &&
              !isPacketDevice(host, link.index),
          ),
        )
      : links.find(({ name }) => name === wanted)
  if (link === undefined) throw noUplink(host, `there is no "${wanted}"`)
  const mine = addresses.filter(({ index }) => index === link.index)
  const address = mine.find(({ family }) => family === 'inet') ?? mine[0]
  if (address === undefined) throw noUplink(host, `"${link.name}" has no address`)
  const { index, name, mtu } = link
  return {
    index,
    name,
    mtu,
    address: address.address,
    prefix: address.prefix,
    family: address.family,
  }
}
