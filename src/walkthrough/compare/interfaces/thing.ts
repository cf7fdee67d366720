/** Stands for a value that is there and cannot be compared: an address that one side has as a name. */
export const SOME = '(some)'
/** Says that there is none; a fact that is left out says nothing. */
export const NONE = 'none'

/** What a listing shows: a device, a route, a port of a bridge; and what it says of it. */
export interface Thing {
  /** What it is matched by, and called in a report: `mybr0`, `route 172.18.0.0/16`. */
  name: string
  /** In a word or two, for when the other side does not have it; default: its facts. */
  text?: string
  /** `mtu`: `1500`. What is shown has to be there; what is there and not shown says nothing. */
  facts: Map<string, string>
  /** Facts that count when nothing may be left out: the queue's name, a group. */
  strictly?: Map<string, string>
  /** Facts that count where both sides have them: one has a name where the other has a number. */
  mutually?: Map<string, string>
  /** Addresses of a device, ports of a bridge. */
  parts?: Thing[]
  /** Of parts: what one may have instead of another: `address`, `port`. */
  kind?: string
  /** A document may leave it out, or leave off its parts. */
  isUsual?: boolean
  /** `...` stands among its parts. */
  isOpen?: boolean
  /** Its name is another spelling of a name that the other side may have: `gateway`. */
  isNickname?: boolean
  /** Why a document may show it where it is not. */
  whyMissing?: string
  /** Why a document may say another `fact` of it, beside what there is. */
  whyOther?: (fact: string, seen: Thing) => string | undefined
}

/** `given`, but for what is undefined. */
export function factsOf(given: Readonly<Record<string, string | undefined>>): Map<string, string> {
  return new Map(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** As a report says it: `mtu 1500, state UP`. */
export function textOf(thing: Thing): string {
  if (thing.text !== undefined) return thing.text
  const facts = [...thing.facts].filter(([, value]) => value !== NONE && value !== '')
  return facts.map(([fact, value]) => `${fact} ${value}`).join(', ') || 'there'
}

/** A listing, read. */
export interface Reading {
  things: Thing[]
  /** Lines that say something unknown, and which they are, from 0. */
  unread: { number: number; text: string }[]
}
