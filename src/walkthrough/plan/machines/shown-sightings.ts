import type { PlacedCommand } from '../typing/placed-command.ts'
import { isIP, isIPv6, isPrivate, isPublic, isRoutable, maskLength, spelling } from './addresses.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { GatewaySighting, Sighting } from './sighting.ts'
import { isCard } from './uplink-device.ts'

const LINK = /^\d+: ([\w.-]+)(?:@[\w.-]+)?: </
const INET =
  /^\s*inet6? ([\d.]+|[\da-f:]+)\/(\d{1,3})\b(?! .*\b(?:temporary|deprecated|dadfailed)\b)/
const BRIEF = /^([\w.-]+)(?:@\S+)?\s+(?:UP|DOWN|UNKNOWN)\s+(\S.*)$/
const IFCONFIG = /^([\w.-]+?):?\s+(?:flags=|Link encap)/
const OLD_INET =
  /^\s*inet(?: addr:| |  地址:)\s*(\d+(?:\.\d+){3}).*?(?:netmask |Mask:|掩码:)\s*(\d+(?:\.\d+){3})/
const OLD_INET6 = /^\s*inet6(?: addr:)? ([\da-f:]+)(?:\/|\s+prefixlen )(\d{1,3})\b/
const CONNECTED = /^\d+(?:\.\d+){3}\/(\d{1,2}) dev ([\w.-]+)\b.*\bsrc (\d+(?:\.\d+){3})/
const VIA = /^default via ([\d.]+|[\da-f:]+)(?: dev ([\w.-]+))?/
/** Of `route -n` and `netstat -rn`, whatever their headings are called. */
const OLD_VIA =
  /^(?:0\.0\.0\.0|default)\s+(\d+(?:\.\d+){3})\s+0\.0\.0\.0\s+UG\w*\s.*\s([\w.-]+)\s*$/
const PACKET = /(\d+(?:\.\d+){3})(?:\.\w+)? > (\d+(?:\.\d+){3})(?:\.\w+)?:/
const PACKET6 =
  /\bIP6 (?:\(.*\) )?([\da-f:]+)(?:\.\w+)? > ([\da-f:]+)(?:\.\w+)?: .*(?:echo (request|reply)|Flags \[(S|S\.)\])/

type Found = Pick<Sighting, 'address' | 'why' | 'strength'> & { device?: string; length?: number }

const shown = (device: string, address: string, length: number | undefined): Found => ({
  device,
  address: spelling(address),
  ...(length === undefined ? {} : { length }),
  why: 'it is shown',
  strength: 5,
})

/** What one line of `ip addr`, `ifconfig` or `ip route` says of a device. */
function* ofLine(text: string, device: string | undefined): Generator<Found> {
  const inet = INET.exec(text) ?? OLD_INET6.exec(text)
  if (inet !== null && device !== undefined) yield shown(device, inet[1] ?? '', Number(inet[2]))
  const [, name, words = ''] = BRIEF.exec(text) ?? []
  for (const word of name === undefined ? [] : words.split(/\s+/)) {
    const [address = '', length] = word.split('/')
    if (length !== undefined && name !== undefined) yield shown(name, address, Number(length))
  }
  const old = OLD_INET.exec(text)
  if (old !== null && device !== undefined) {
    yield { ...shown(device, old[1] ?? '', maskLength(old[2] ?? '')), why: 'ifconfig shows it' }
  }
  const route = CONNECTED.exec(text)
  if (route !== null) {
    const [, length, name = '', address = ''] = route
    yield { ...shown(name, address, Number(length)), why: 'a route shows it' }
  }
}

/** The machine's end of a packet on its link: the other is somebody in the internet. */
function ofPacket(text: string, own: OwnAddresses): Found | undefined {
  const [, source = '', target = ''] = PACKET.exec(text) ?? []
  for (const [mine, theirs] of [
    [source, target],
    [target, source],
  ] as const) {
    if (isPrivate(mine) && isPublic(theirs) && !own.has(mine)) {
      const why =
        mine === source ? 'it is the source of a packet there' : 'a packet there goes to it'
      return { address: mine, why, strength: 4 }
    }
  }
  return ofPacket6(text, own)
}

/** IPv6 has no addresses that tell which end is the near one: it is the one that asks. */
function ofPacket6(text: string, own: OwnAddresses): Found | undefined {
  const [, source = '', target = '', echo, flags] = PACKET6.exec(text) ?? []
  const asks = echo === 'request' || flags === 'S'
  const mine = asks ? source : target
  if (!isIPv6(mine) || !isRoutable(mine) || own.has(mine)) return undefined
  const why = asks ? 'it is the source of a packet there' : 'a packet there goes to it'
  return { address: spelling(mine), why, strength: 4 }
}

/** Addresses of its machine's own cards that the output of a command shows. */
export function shownSightings(placed: PlacedCommand, index: number, own: OwnAddresses) {
  const sightings: Sighting[] = []
  const gateways: GatewaySighting[] = []
  const { command, host } = placed
  const isInNamespace = placed.simple.some(one => (one.namespace ?? placed.inside) !== '')
  // What is not run shows another machine, or a container.
  if (isInNamespace || placed.kind === 'not-run') return { sightings, gateways }
  const isCapture = placed.nature === 'capture'
  const captured = placed.simple.map(({ args }) => args[args.indexOf('-i') + 1]).at(0)
  const isElsewhere = (gateway: string, through: string | undefined) =>
    isCard(through ?? '') ? !own.isGiven(gateway) : !own.has(gateway)
  let device: string | undefined
  for (const [i, text] of (command.shown ?? []).entries()) {
    const line = (command.shownLine ?? command.line) + i
    device = LINK.exec(text)?.[1] ?? IFCONFIG.exec(text)?.[1] ?? device
    for (const found of ofLine(text, device)) {
      // The subnet may be its machine's all the same: macvlan, a bridge that eth0 is put on.
      if (found.device === 'lo' || own.isGiven(found.address, index)) continue
      if (!isRoutable(found.address)) continue
      if (own.makesLink(`${host}/`, found.device ?? '') || isForeign(found.device ?? '')) continue
      sightings.push({ index, line, host, ...found })
    }
    if (isCapture && captured !== undefined && !own.makesLink(`${host}/`, captured)) {
      const found = ofPacket(text, own)
      if (found !== undefined) sightings.push({ index, line, host, device: captured, ...found })
    }
    const [, gateway, through] = VIA.exec(text) ?? OLD_VIA.exec(text) ?? []
    if (gateway !== undefined && isIP(gateway) && isElsewhere(gateway, through)) {
      gateways.push({
        index,
        line,
        host,
        address: spelling(gateway),
        ...(through === undefined ? {} : { device: through }),
      })
    }
  }
  return { sightings, gateways }
}

/** Bridges and tunnels of what else runs on the author's machine. */
const isForeign = (device: string) =>
  /^(docker|br-|virbr|cni|flannel|veth|tun|tap|lo|cali|kube|wg|vxlan|gre|ipip|sit|ip6|dummy|macvlan|ipvlan|lxc|lxd|incus|podman|tailscale|zt|ppp)/.test(
    device,
  )
