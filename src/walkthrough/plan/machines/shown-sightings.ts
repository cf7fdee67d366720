import type { PlacedCommand } from '../typing/placed-command.ts'
import { isPrivate, isPublic, isIPv4, maskLength } from './ipv4.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { GatewaySighting, Sighting } from './sighting.ts'

const LINK = /^\d+: ([\w.-]+)(?:@[\w.-]+)?: </
const INET = /^\s*inet (\d+(?:\.\d+){3})\/(\d{1,2})\b/
const BRIEF = /^([\w.-]+)(?:@\S+)?\s+(?:UP|DOWN|UNKNOWN)\s+(\d+(?:\.\d+){3})\/(\d{1,2})\b/
const IFCONFIG = /^([\w.-]+?):?\s+(?:flags=|Link encap)/
const OLD_INET =
  /^\s*inet(?: addr:| |  地址:)\s*(\d+(?:\.\d+){3}).*?(?:netmask |Mask:|掩码:)\s*(\d+(?:\.\d+){3})/
const CONNECTED = /^\d+(?:\.\d+){3}\/(\d{1,2}) dev ([\w.-]+)\b.*\bsrc (\d+(?:\.\d+){3})/
const VIA = /^default via (\d+(?:\.\d+){3})(?: dev ([\w.-]+))?/
const PACKET = /(\d+(?:\.\d+){3})(?:\.\w+)? > (\d+(?:\.\d+){3})(?:\.\w+)?:/

type Found = Pick<Sighting, 'address' | 'why' | 'strength'> & { device?: string; length?: number }

/** What one line of `ip addr`, `ifconfig` or `ip route` says of a device. */
function* ofLine(text: string, device: string | undefined): Generator<Found> {
  const inet = INET.exec(text)
  if (inet !== null && device !== undefined) {
    yield {
      device,
      address: inet[1] ?? '',
      length: Number(inet[2]),
      why: 'it is shown',
      strength: 5,
    }
  }
  const brief = BRIEF.exec(text)
  if (brief !== null) {
    const [, name = '', address = '', length] = brief
    yield { device: name, address, length: Number(length), why: 'it is shown', strength: 5 }
  }
  const old = OLD_INET.exec(text)
  if (old !== null && device !== undefined) {
    const length = maskLength(old[2] ?? '')
    const sized = length === undefined ? {} : { length }
    yield { device, address: old[1] ?? '', ...sized, why: 'ifconfig shows it', strength: 5 }
  }
  const route = CONNECTED.exec(text)
  if (route !== null) {
    const [, length, name = '', address = ''] = route
    yield { device: name, address, length: Number(length), why: 'a route shows it', strength: 5 }
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
  return undefined
}

/** Addresses of its machine's own cards that the output of a command shows. */
export function shownSightings(placed: PlacedCommand, index: number, own: OwnAddresses) {
  const sightings: Sighting[] = []
  const gateways: GatewaySighting[] = []
  const { command, host } = placed
  if (placed.simple.some(one => (one.namespace ?? placed.inside) !== ''))
    return { sightings, gateways }
  const isCapture = placed.nature === 'capture'
  const captured = placed.simple.map(({ args }) => args[args.indexOf('-i') + 1]).at(0)
  let device: string | undefined
  for (const [i, text] of (command.shown ?? []).entries()) {
    const line = (command.shownLine ?? command.line) + i
    device = LINK.exec(text)?.[1] ?? IFCONFIG.exec(text)?.[1] ?? device
    for (const found of ofLine(text, device)) {
      if (found.device === 'lo' || own.has(found.address) || !isIPv4(found.address)) continue
      if (own.makesLink(`${host}/`, found.device ?? '') || isForeign(found.device ?? '')) continue
      sightings.push({ index, line, host, ...found })
    }
    if (isCapture && captured !== undefined && !own.makesLink(`${host}/`, captured)) {
      const found = ofPacket(text, own)
      if (found !== undefined) sightings.push({ index, line, host, device: captured, ...found })
    }
    const [, gateway, through] = VIA.exec(text) ?? []
    if (gateway !== undefined && isIPv4(gateway) && !own.has(gateway)) {
      gateways.push({
        index,
        line,
        host,
        address: gateway,
        ...(through === undefined ? {} : { device: through }),
      })
    }
  }
  return { sightings, gateways }
}

/** Bridges of what else runs on the author's machine. */
const isForeign = (device: string) =>
  /^(docker|br-|virbr|cni|flannel|veth|tun|tap|lo|cali|kube)/.test(device)
