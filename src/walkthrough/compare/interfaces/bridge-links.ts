import type { Comparer } from '../comparison.ts'
import { addressName } from './address-name.ts'
import { wordValues } from './device.ts'
import type { Device } from './device.ts'
import { lists } from './ip-command.ts'
import { DeviceLines } from './ip-devices.ts'
import { devicesOfJson } from './json-devices.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { NONE, factsOf } from './thing.ts'
import type { Reading, Thing } from './thing.ts'

/** What `bridge -d link` says in the lines below a port. */
const SWITCHES = new Set(['hairpin', 'isolated', 'vlan_tunnel', 'neigh_suppress', 'learning'])
const MULTICAST = /^(?:33:33|01:00:5e|01:80:c2)/i

function readSwitches(line: string, device: Device): boolean {
  if (!/^\s*(?:hairpin|guard|mcast_|learning|backup_port|vlan_tunnel|mab)/.test(line)) return false
  for (const [word, value] of Object.entries(wordValues(line, SWITCHES)))
    device.facts.set(word, value)
  return true
}

/**
 * Before iproute2 6.3 or so, `@…` is whatever has the peer's index here, in whichever namespace the
 * peer is: it reads IFLA_LINK without IFLA_LINK_NETNSID.
 */
function withoutPeer(port: Device): Device {
  port.facts.delete('peer')
  return port
}

/** `bridge link`: on a port's line `state` is the port's; old ones have the device's before `@`. */
export const compareBridgeLinks: Comparer = listingComparer({
  isOf: lists('bridge', 'link'),
  read: lines => {
    const json = devicesOfJson(lines)
    if (json !== undefined) {
      return { things: json.map(port => ({ ...withoutPeer(port), isUsual: false })), unread: [] }
    }
    const reader = new DeviceLines(readSwitches)
    const unread: Reading['unread'] = []
    for (const [number, text] of lines.entries()) {
      for (const line of text.split(/\\(?=\s)/)) {
        if (!reader.read(line)) unread.push({ number, text: line })
      }
    }
    for (const device of reader.devices) delete withoutPeer(device).isUsual
    return { things: reader.devices, unread }
  },
})

/** An entry: whose address it is counts only when it is everybody's. */
function readEntry(line: string, owner: string): Thing | undefined {
  const [, mac = '', rest = ''] = /^\s*((?:[\da-fx*]{2}:){5}[\da-fx*]{2})\s+(.*)$/i.exec(line) ?? []
  if (mac === '') return undefined
  const words = rest.trim().split(/\s+/)
  const values = wordValues(
    rest,
    new Set(['dev', 'dst', 'master', 'vlan', 'port', 'vni', 'via', 'src_vni']),
  )
  const isForAll = /^[0:]+$/.test(mac)
  const isPermanent = words.includes('permanent')
  const { dev = owner, dst } = values
  const who = isForAll ? '00:00:00:00:00:00' : MULTICAST.test(mac) ? 'multicast' : 'somebody'
  const entry: Thing = {
    name: `FDB entry for ${who} on ${dev}`,
    facts: factsOf({
      dst: dst === undefined ? NONE : addressName(dst),
      master: values['master'] ?? (words.includes('master') ? undefined : NONE),
      state: isPermanent ? 'permanent' : words.includes('static') ? 'static' : 'learned',
      vlan: values['vlan'],
    }),
  }
  entry.text = dst === undefined ? 'there' : `dst ${dst}`
  // What a bridge learned, its own addresses, what multicast needs: by chance and by version.
  if (!isForAll && (dst === undefined || !isPermanent)) entry.isUsual = true
  if (who === 'multicast') entry.whyMissing = 'which multicast entries there are differs by kernel'
  return entry
}

/** What says most is matched first, lest what says less takes its partner; of multicast one is enough. */
function distinctive(entries: readonly Thing[]): Thing[] {
  const groups = new Set<string>()
  const isNew = (entry: Thing) => {
    const identity = JSON.stringify([entry.name, ...entry.facts])
    if (entry.whyMissing === undefined) return true
    return !groups.has(identity) && groups.add(identity).size > 0
  }
  return entries.filter(isNew).sort((a, b) => b.facts.size - a.facts.size)
}

/** `bridge fdb`: how many entries of which kind each device has; their MACs are nothing. */
export const compareForwarding: Comparer = listingComparer({
  isOf: lists('bridge', 'fdb'),
  read: (lines, { args }) => {
    // Of one device it does not say which.
    const owner = args[args.indexOf('dev') + 1] ?? 'a device'
    const reading = readLines<Thing>(lines, line => readEntry(line, owner))
    return { ...reading, things: distinctive(reading.things) }
  },
})

const createVlan = (id: string, rest: string): Thing => ({
  name: `VLAN ${id}`,
  kind: 'VLAN',
  facts: factsOf({
    flags: [...rest.matchAll(/PVID|Egress Untagged/gi)].map(([flag]) => flag).join(' ') || NONE,
  }),
})

/** `bridge vlan`: ports, and below each the VLANs that it is in. */
export const compareVlans: Comparer = listingComparer({
  isOf: lists('bridge', 'vlan'),
  read: lines =>
    readLines<Thing>(lines, (line, last) => {
      if (/^\s*port\s+vlan/.test(line)) return 'nothing'
      const [, more, flags = ''] =
        /^\s+(\d+(?:-\d+)?)\s*((?:PVID|Egress|Untagged|\s)*)$/.exec(line) ?? []
      if (more !== undefined && last !== undefined) {
        last.parts?.push(createVlan(more, flags))
        return 'nothing'
      }
      const [, port, id, rest = ''] = /^(\S+)\s+(?:(\d+(?:-\d+)?)|None)\s*(.*)$/.exec(line) ?? []
      if (port === undefined) return undefined
      return {
        name: port,
        facts: new Map(),
        parts: id === undefined ? [] : [createVlan(id, rest)],
        isUsual: true,
      }
    }),
})
