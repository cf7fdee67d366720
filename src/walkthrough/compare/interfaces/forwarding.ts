import type { Comparer } from '../comparison.ts'
import { MAC, addressName } from './address-name.ts'
import { wordValues } from './device.ts'
import { lists } from './ip-command.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { NONE, factsOf } from './thing.ts'
import type { Thing } from './thing.ts'

const MULTICAST = /^(?:33:33|01:00:5e|01:80:c2)/i
const ALL = '00:00:00:00:00:00'
const VALUES = new Set(['dev', 'dst', 'master', 'vlan', 'port', 'vni', 'via', 'src_vni'])

/** What a line begins with, if it is a MAC. */
function macOf(line: string): string | undefined {
  const [word = ''] = line.trim().split(/\s+/)
  return MAC.test(word) ? word.toLowerCase() : undefined
}

/** No two machines make the same by chance: those on both sides were written by hand. */
function writtenByHand(shown: readonly string[], seen: string): ReadonlySet<string> {
  const here = new Set(seen.split('\n').flatMap(line => macOf(line) ?? []))
  return new Set(shown.flatMap(line => macOf(line) ?? []).filter(mac => here.has(mac)))
}

interface Known {
  /** The device that was asked for: then no line says it. */
  owner: string
  macs: ReadonlySet<string>
}

/** Whose entry it is counts only when it is everybody's, or when somebody chose the address. */
function ownerOf(mac: string, macs: ReadonlySet<string>): string {
  if (mac === ALL) return ALL
  if (MULTICAST.test(mac)) return 'multicast'
  return macs.has(mac) ? mac : 'somebody'
}

function readEntry(line: string, { owner, macs }: Known): Thing | undefined {
  const mac = macOf(line)
  if (mac === undefined) return undefined
  const words = line.trim().split(/\s+/).slice(1)
  const { dev = owner, dst, master, vlan } = wordValues(words.join(' '), VALUES)
  const state = ['permanent', 'static'].find(word => words.includes(word)) ?? 'learned'
  const whose = ownerOf(mac, macs)
  const facts = {
    dst: dst === undefined ? NONE : addressName(dst),
    master: master ?? (words.includes('master') ? undefined : NONE),
    self: words.includes('self') ? 'yes' : NONE,
    state,
    vlan,
  }
  const text = dst === undefined ? (state === 'static' ? state : 'there') : `dst ${dst}`
  const entry: Thing =
    whose === mac && mac !== ALL
      ? { name: `FDB entry for ${mac}`, text: `dev ${dev}`, facts: factsOf({ dev, ...facts }) }
      : { name: `FDB entry for ${whose} on ${dev}`, text, facts: factsOf(facts) }
  // What a bridge learned, its own addresses, what multicast needs: by chance and by version.
  const isByItself = state === 'learned' || (state === 'permanent' && dst === undefined)
  if (mac !== ALL && isByItself) entry.isUsual = true
  if (whose === 'multicast')
    entry.whyMissing = 'which multicast entries there are differs by kernel'
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

/**
 * `bridge fdb`: how many entries of which kind each device has. Their MACs are nothing, but for those
 * that both sides have.
 */
export const compareForwarding: Comparer = output => {
  const macs = writtenByHand(output.shown, output.seen)
  return listingComparer({
    isOf: lists('bridge', 'fdb'),
    read: (lines, { args }) => {
      const { dev: owner = 'a device' } = wordValues(args.join(' '), new Set(['dev']))
      const reading = readLines<Thing>(lines, line => readEntry(line, { owner, macs }))
      return { ...reading, things: distinctive(reading.things) }
    },
  })(output)
}
