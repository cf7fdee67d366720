import type { Comparer } from '../comparison.ts'
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
