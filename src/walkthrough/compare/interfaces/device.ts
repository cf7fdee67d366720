import { isLeftOut } from '../lines.ts'
import { whyElsewhere } from './made-by-modules.ts'
import { isCut } from './shown-lines.ts'
import { NONE, factsOf } from './thing.ts'
import type { Thing } from './thing.ts'

/** Flags that say what became of a device; the rest say what kind it is. */
const FLAGS = ['UP', 'LOWER_UP', 'NO-CARRIER', 'LOOPBACK', 'PROMISC', 'NOARP', 'SLAVE', 'RUNNING']
/** Words of a device's first line that have a value. */
const COMPARED = new Set(['mtu', 'state', 'master'])
const STRICT = new Set(['qdisc', 'group', 'qlen', 'mode'])

/**
 * `DOWN` by another name: the kernel looks for the other end by its number, among the devices of its
 * own namespace, and which of the two it finds depends on when it looks (net/core/link_watch.c).
 */
const LOWER = 'LOWERLAYERDOWN'

/** A device, with a place for its addresses. */
export interface Device extends Thing {
  parts: Thing[]
}

/** `<BROADCAST,MULTICAST,UP>`, its meaning; undefined when some are left out. */
export function flagsOf(text: string): string | undefined {
  const flags = text.split(/[\s,]+/)
  if (isCut(text)) return undefined
  return FLAGS.filter(flag => flags.includes(flag)).join(',') || NONE
}

/** `if7` and the like say that the other end is in another namespace. */
export const peerOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /^if\d+$/.test(text) ? 'in another namespace' : text

/** `master br0` and so on: what follows the words that have a value. */
export function wordValues(text: string, words: ReadonlySet<string>): Record<string, string> {
  const tokens = text.split(/\s+/)
  const values: Record<string, string> = {}
  for (const [i, token] of tokens.entries()) {
    const value = tokens[i + 1]
    if (words.has(token) && value !== undefined && !isLeftOut(value)) values[token] = value
  }
  return values
}

/**
 * A bridge that has no port yet: where udev runs it gives the bridge an address of its own, and at that
 * the kernel looks for ports that are up and takes the carrier away (net/bridge/br_stp_if.c).
 */
function whyNoCarrier(fact: string, shown: Thing, seen: Thing): string | undefined {
  if (fact !== 'flags' && fact !== 'state') return undefined
  const flags = (thing: Thing) => thing.facts.get('flags') ?? ''
  const isBridge =
    seen.facts.get('state') === 'UNKNOWN' &&
    flags(seen) === 'UP,LOWER_UP' &&
    flags(shown) === 'UP,NO-CARRIER' &&
    (shown.facts.get('state') ?? 'DOWN') === 'DOWN' &&
    !/^(?:tun|tap|vnet)/.test(shown.name)
  return isBridge
    ? 'udev, which is not here, takes the carrier of a bridge without ports'
    : undefined
}

/** A device that a listing names, and what it says of it. */
export function createDevice(name: string, facts: Record<string, string | undefined>): Device {
  const whyMissing = whyElsewhere(name)
  const all = factsOf(facts)
  const strictly = new Map([...all].filter(([fact]) => STRICT.has(fact)))
  for (const fact of strictly.keys()) all.delete(fact)
  const mtu = all.get('mtu')
  if (name === 'lo' && mtu !== undefined) {
    // 16436 on old kernels, 65536 since.
    all.delete('mtu')
    strictly.set('mtu', mtu)
  }
  const state = all.get('state')
  if (state === LOWER) {
    all.set('state', 'DOWN')
    strictly.set('state', state)
  }
  const text = ['flags', 'mtu', 'state'].flatMap(fact => {
    const value = all.get(fact)
    return value === undefined || value === NONE ? [] : fact === 'mtu' ? `mtu ${value}` : value
  })
  const device: Device = { name, facts: all, strictly, parts: [], isUsual: true }
  device.text = text.join(', ') || 'there'
  device.whyOther = (fact, seen) => whyNoCarrier(fact, device, seen)
  if (whyMissing !== undefined) device.whyMissing = whyMissing
  return device
}

const STATES = 'UP DOWN UNKNOWN LOWERLAYERDOWN DORMANT TESTING NOTPRESENT'.split(' ')

/** A state that a page cut in two is one: `state U NKNOWN mode DEFAULT`. */
function wholeState(rest: string): Record<string, string> {
  const [, begin = '', end = ''] = /\bstate\s+([A-Z]+)\s+([A-Z]+)\b/.exec(rest) ?? []
  return !STATES.includes(begin) && STATES.includes(begin + end) ? { state: begin + end } : {}
}

const HEADER =
  /^\s*(?:\d+:\s+)?([^\s:@]+)(?:\s+state\s+[A-Z]+)?\s*(?:@([^\s:]+))?\s*:\s+<([^>]*)>\s*(.*)$/

/**
 * A device's first line, as `ip link` and `bridge link` have it; old ones of `bridge` have a state
 * before the other end: `14: vethA state LOWERLAYERDOWN @vethpA: <NO-CARRIER,UP> mtu 1500 …`.
 */
export function readHeader(line: string): Device | undefined {
  const [, name, other, flags = '', rest = ''] = HEADER.exec(line) ?? []
  if (name === undefined) return undefined
  const values = wordValues(rest, new Set([...COMPARED, ...STRICT]))
  if (values['master'] === undefined && !isCut(rest)) values['master'] = NONE
  return createDevice(name, {
    flags: flagsOf(flags),
    peer: peerOf(other),
    ...values,
    ...wholeState(rest),
  })
}
