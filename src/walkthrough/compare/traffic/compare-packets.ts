import type { Comparison, Difference } from '../comparison.ts'
import { align, type Alignment } from '../text/alignment.ts'
import { goesOn } from './excerpt.ts'
import type { Packet } from './packet.ts'

const FIELDS = ['tunnel', 'interface', 'direction', 'vlan', 'from', 'to', 'kind', 'says'] as const
type Field = (typeof FIELDS)[number]
/** Printed by newer versions, or when asked for: compared where both sides have them. */
const OPTIONAL: readonly Field[] = ['interface', 'direction', 'vlan', 'says']
const NAMES: Readonly<Record<Field, string>> = {
  tunnel: 'tunnel',
  interface: 'interface',
  direction: 'direction',
  vlan: 'VLAN',
  from: 'source',
  to: 'destination',
  kind: 'kind',
  says: 'content',
}

/** Packets of one kind, in one conversation, that the other side lacks. */
interface Lacking {
  packet: Packet
  count: number
}

const short = ({ from, to, kind }: Packet) => (from === '' ? kind : `${from} > ${to}: ${kind}`)
const times = ({ packet, count }: Lacking, text = packet.line) =>
  count === 1 ? text : `${text} (${count} times)`

/** What both sides print of a packet. */
function commonFields(shown: readonly Packet[], seen: readonly Packet[]): Field[] {
  const has = (packets: readonly Packet[], field: Field) =>
    packets.some(packet => packet[field] !== undefined)
  return FIELDS.filter(
    field => !OPTIONAL.includes(field) || (has(shown, field) && has(seen, field)),
  )
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

const counted = (packets: readonly Packet[], keyOf: (packet: Packet) => string): Lacking[] =>
  [...grouped(packets, keyOf).values()].flatMap(group =>
    group[0] === undefined ? [] : [{ packet: group[0], count: group.length }],
  )

/** Nothing but an acknowledgement: when those come, and how many, is a matter of timing. */
const isAcknowledgement = ({ kind, says }: Packet) => kind === 'TCP [.]' && says === undefined

/** Asked again while packets already flow, as the kernel does some seconds later. */
function isRefresh(packet: Packet, shown: readonly Packet[], seen: readonly Packet[]): boolean {
  if (!packet.kind.startsWith('ARP')) return false
  const at = shown.indexOf(packet)
  const before = shown.slice(0, at)
  const asked = /^ARP (\S+) is-at/.exec(packet.kind)?.[1]
  const question = before.findLast(({ kind }) => kind.startsWith(`ARP who-has ${asked} `))
  if (asked !== undefined) return question !== undefined && isRefresh(question, shown, seen)
  const ends = /who-has (\S+) tell (\S+)/.exec(packet.kind)?.slice(1) ?? []
  const isOfThem = (other: Packet) =>
    !other.kind.startsWith('ARP') &&
    ends.some(end => `${other.from} ${other.to} `.includes(`${end} `))
  return before.some(isOfThem) && seen.some(isOfThem)
}

interface Judged {
  missing: Lacking[]
  extra: Lacking[]
  explained: Difference[]
  leftOut: string[]
}

interface Both {
  shown: readonly Packet[]
  seen: readonly Packet[]
  keyOf: (packet: Packet) => string
}

/** As many of each kind are missing, and there are some of each: it went on for longer there. */
function isWholeRounds(missing: readonly Lacking[], { shown, seen, keyOf }: Both): boolean {
  const kinds = new Set(shown.map(keyOf))
  const here = new Set(seen.map(keyOf))
  const rounds = new Set(missing.map(({ count }) => count))
  return (
    missing.length === kinds.size && rounds.size === 1 && [...kinds].every(kind => here.has(kind))
  )
}

function explanationOf(
  lacking: Lacking,
  missing: readonly Lacking[],
  { within, all }: { within: Both; all: Both },
): string | undefined {
  const { packet } = lacking
  if (isAcknowledgement(packet))
    return 'when TCP acknowledges, and how often, is a matter of timing'
  if (isRefresh(packet, all.shown, all.seen)) {
    return 'the kernel asks again some seconds later, when the capture may be over'
  }
  if (packet.isNoise && !packet.kind.startsWith('ARP')) {
    return 'the kernel, or a service, sends it by itself and when it likes'
  }
  return isWholeRounds(missing, within) ? 'it went on for longer there' : undefined
}

/** What there is of a conversation and is not shown. */
function judgeExtra(
  judged: Judged,
  { shown, seen, keyOf }: Both,
  { partners, extra }: Alignment,
  isAnswered: boolean,
): void {
  const known = new Set(shown.map(keyOf))
  const before = (packet: Packet) => {
    const end = seen.indexOf(packet)
    return partners.flatMap(j => (j !== undefined && j < end ? (seen[j] ?? []) : []))
  }
  const more = counted(
    extra.flatMap(j => seen[j] ?? []),
    keyOf,
  )
  for (const lacking of more) {
    const { packet } = lacking
    // That somebody has an address after all says more than that somebody asks.
    const tells = shown.length > 0 && packet.kind.endsWith(' is-at')
    if (known.has(keyOf(packet)) || isAcknowledgement(packet) || (packet.isNoise && !tells)) {
      judged.leftOut.push(times(lacking, short(packet)))
    } else if (isAnswered && goesOn(packet, { shown, before: before(packet) })) {
      const explanation = 'it answers what is shown, and the document shows an excerpt'
      judged.explained.push({ what: short(packet), seen: times(lacking), explanation })
    } else judged.extra.push(lacking)
  }
}

/** One conversation: what is shown of it beside what there is. */
function compareConversation(within: Both, all: Both, isAnswered: boolean): Judged {
  const { shown, seen, keyOf } = within
  const alignment = align(shown, seen, (a, b) => keyOf(a) === keyOf(b))
  const missing = counted(
    shown.filter((_, i) => alignment.partners[i] === undefined),
    keyOf,
  )
  const judged: Judged = { missing: [], extra: [], explained: [], leftOut: [] }
  for (const lacking of missing) {
    const explanation = explanationOf(lacking, missing, { within, all })
    const seenTimes = seen.filter(packet => keyOf(packet) === keyOf(lacking.packet)).length
    if (explanation === undefined) judged.missing.push(lacking)
    else if (!isAcknowledgement(lacking.packet) || seenTimes === 0) {
      judged.explained.push({ what: short(lacking.packet), shown: times(lacking), explanation })
    }
  }
  judgeExtra(judged, within, alignment, isAnswered)
  return judged
}

/** The field in which two packets differ, if it is one. */
function onlyDifference(shown: Packet, seen: Packet, fields: readonly Field[]): Field | undefined {
  const other = fields.filter(field => shown[field] !== seen[field])
  return other.length === 1 ? other[0] : undefined
}

/** What is missing beside what is there instead. */
function paired(judged: Judged, all: Both, fields: readonly Field[]): Difference[] {
  const left = [...judged.extra]
  const differences = judged.missing.map((lacking): Difference => {
    const at = left.findIndex(
      ({ packet }) => onlyDifference(lacking.packet, packet, fields) !== undefined,
    )
    const instead = left[at]
    if (instead !== undefined) {
      left.splice(at, 1)
      const field = onlyDifference(lacking.packet, instead.packet, fields) ?? 'kind'
      const what = `${NAMES[field]} of ${lacking.packet.kind}`
      return { what, shown: times(lacking), seen: times(instead) }
    }
    const key = all.keyOf(lacking.packet)
    const inShown = all.shown.filter(packet => all.keyOf(packet) === key).length
    const inSeen = all.seen.filter(packet => all.keyOf(packet) === key).length
    const what = `packet ${short(lacking.packet)}`
    if (inSeen >= inShown) return { what, shown: times(lacking), seen: 'it comes in another order' }
    return { what, shown: times(lacking) }
  })
  const more = left.map(lacking => ({
    what: `packet ${short(lacking.packet)}`,
    seen: times(lacking),
  }))
  return [...differences, ...more]
}

/**
 * Every packet that is shown has to be there, in its order within its conversation. More of the same
 * is left out, and so is what nobody caused; another packet in a conversation that is shown, or a
 * conversation that is not, is a difference, unless all is answered and this is an answer.
 */
export function comparePackets(
  shown: readonly Packet[],
  seen: readonly Packet[],
  { isElided, isAnswered }: { isElided: boolean; isAnswered: boolean },
): Comparison {
  const fields = commonFields(shown, seen)
  const keys = new Map(
    [...shown, ...seen].map(packet => [
      packet,
      JSON.stringify(fields.map(field => packet[field] ?? null)),
    ]),
  )
  const keyOf = (packet: Packet) => keys.get(packet) ?? ''
  const all = { shown, seen, keyOf }
  const [inShown, inSeen] = [shown, seen].map(packets =>
    grouped(packets, ({ conversation }) => conversation),
  )
  const names = new Set([...(inShown?.keys() ?? []), ...(inSeen?.keys() ?? [])])
  const judged: Judged = { missing: [], extra: [], explained: [], leftOut: [] }
  for (const name of names) {
    const within = { shown: inShown?.get(name) ?? [], seen: inSeen?.get(name) ?? [], keyOf }
    const one = compareConversation(within, all, isAnswered)
    judged.missing.push(...one.missing)
    judged.explained.push(...one.explained)
    judged.leftOut.push(...one.leftOut)
    if (isElided)
      judged.leftOut.push(...one.extra.map(lacking => times(lacking, short(lacking.packet))))
    else judged.extra.push(...one.extra)
  }
  return {
    differences: paired(judged, all, fields),
    explained: judged.explained,
    leftOut: judged.leftOut,
  }
}
