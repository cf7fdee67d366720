import type { Comparer } from '../comparison.ts'
import { isLeftOut } from '../lines.ts'
import { MAC } from './address-name.ts'
import { createAddress, readAddress } from './device-address.ts'
import { createDevice, flagsOf, peerOf, readHeader } from './device.ts'
import type { Device } from './device.ts'
import { lists } from './ip-command.ts'
import { devicesOfJson } from './json-devices.ts'
import { readKind, readLinkLine } from './link-kind.ts'
import { listingComparer } from './listing-comparer.ts'
import type { Reading } from './thing.ts'

const BRIEF =
  /^\s*([^\s@:]+)(?:@(\S+))?\s+(UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|TESTING|NOTPRESENT)(?:\s+(.*))?$/
/** What stands below a device and says nothing. */
const NOTHING =
  /^\s*(?:valid_lft|altname|alias|RX|TX|[\d\s]+$|vf\s|promiscuity|addrgenmode|parentbus|openvswitch)/

/** A line of `ip -br link` or `ip -br addr`. */
function readBrief(line: string): Device | undefined {
  const [, name, other, state, rest = ''] = BRIEF.exec(line) ?? []
  if (name === undefined) return undefined
  const flags = /<([^>]*)>/.exec(rest)?.[1]
  const device = createDevice(name, {
    flags: flags === undefined ? undefined : flagsOf(flags),
    peer: peerOf(other),
    state,
  })
  const words = rest
    .replace(/<.*$/, '')
    .replace(/\s+peer\s+/g, ' peer ')
    .trim()
  for (const [text] of words.matchAll(/\S+(?: peer \S+)?/g)) {
    if (isLeftOut(text)) device.isOpen = true
    else if (!MAC.test(text) && /[.:]/.test(text)) device.parts.push(createAddress(text, {}))
  }
  return device
}

/** Devices as `ip link` and `ip addr` print them, in any of their ways. */
export class DeviceLines {
  readonly #devices = new Map<string, Device>()
  #last: Device | undefined
  /** Takes lines below a device that others do not know. */
  readonly #readMore: ((line: string, device: Device) => boolean) | undefined

  constructor(readMore?: (line: string, device: Device) => boolean) {
    this.#readMore = readMore
  }

  #add(device: Device): true {
    const known = this.#devices.get(device.name)
    this.#last = known ?? device
    if (known === undefined) this.#devices.set(device.name, device)
    else for (const [fact, value] of device.facts) known.facts.set(fact, value)
    return true
  }

  /** `2: eth0    inet 192.0.2.1/24 …`, as `ip -o addr` has it; a line of `grep inet` has no device. */
  #readAddress(line: string): boolean {
    const [, name, rest] = /^\s*\d+:\s+([^\s:]+)\s+(inet6?\s.*)$/.exec(line) ?? []
    const read = readAddress(rest ?? line)
    if (read === undefined) return false
    if (name !== undefined) this.#add(createDevice(name, {}))
    else if (this.#last === undefined) this.#add(createDevice(read.label ?? 'a device', {}))
    this.#last?.parts.push(read.address)
    return true
  }

  read(line: string): boolean {
    if (line.trim() === '') return true
    if (isLeftOut(line)) {
      if (this.#last !== undefined) this.#last.isOpen = true
      return true
    }
    const device = readHeader(line) ?? (/^\s*\d+:/.test(line) ? undefined : readBrief(line))
    if (device !== undefined) return this.#add(device)
    if (this.#readAddress(line) || NOTHING.test(line)) return true
    const last = this.#last
    if (last === undefined) return /^\s*link\//.test(line)
    if (readLinkLine(line, last) || readKind(line, last)) return true
    return this.#readMore?.(line, last) ?? false
  }

  get devices(): Device[] {
    return [...this.#devices.values()]
  }
}

/** Reads what `ip link` and `ip addr` print. */
export function readDevices(lines: readonly string[]): Reading {
  const things = devicesOfJson(lines)
  if (things !== undefined) return { things, unread: [] }
  const reader = new DeviceLines()
  const unread: Reading['unread'] = []
  for (const [number, text] of lines.entries()) {
    // `-o` puts a backslash where a line would end.
    for (const line of text.split(/\\(?=\s)/)) {
      if (!reader.read(line)) unread.push({ number, text: line })
    }
  }
  return { things: reader.devices, unread }
}

/** `ip link`, `ip addr`. */
export const compareDevices: Comparer = listingComparer({
  isOf: lists('ip', 'link', 'address'),
  read: readDevices,
})
