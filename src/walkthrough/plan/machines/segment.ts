import type { Subnet } from '../../../ipam/subnet.ts'
import type { Guess } from '../walk-plan.ts'
import { familyOf, isIP, prefixAround, subnetOf } from './addresses.ts'
import type { GatewaySighting, Sighting } from './sighting.ts'

/** Where simulated machines live when a document says nothing: documentation's networks. */
const RESERVED = {
  4: ['192.0.2.0/24', '203.0.113.0/24', '198.18.0.0/24', '100.64.0.0/24'],
  6: ['2001:db8:0:1::/64', '2001:db8:1::/64', '2001:db8:ffff::/64', '3fff::/64'],
} as const
/** A router of whose addresses nobody needs to know. */
const LINK_LOCAL = 'fe80::1'

export interface SegmentClues {
  family: 4 | 6
  /** The machines on it, with their cards and what a reader says of their addresses. */
  machines: readonly { name: string; device: string; given: string | undefined }[]
  /** The router, as a reader says. */
  gateway: string | undefined
  sightings: readonly Sighting[]
  gateways: readonly GatewaySighting[]
  /** Whether the document itself uses any of that network. */
  isTaken: (subnet: Subnet) => boolean
}

export interface Segment {
  /** `192.0.2.1/24`, in the order of the machines. */
  prefixes: string[]
  gateway: string
  guesses: Guess[]
}

interface Known {
  address?: string
  length?: number
  guess?: Omit<Guess, 'text'>
}

/** The segment that machines share, in one family. */
class Linking {
  readonly #clues: SegmentClues
  readonly #sightings: readonly Sighting[]
  readonly #gateways: readonly GatewaySighting[]
  readonly #guesses: Guess[] = []

  constructor(clues: SegmentClues) {
    const { machines, family } = clues
    this.#clues = clues
    const isOurs = (one: { host: string; address: string }) =>
      familyOf(one.address) === family && machines.some(({ name }) => name === one.host)
    this.#sightings = clues.sightings.filter(isOurs)
    this.#gateways = clues.gateways.filter(isOurs)
  }

  /** The address that is best shown; of several, the first. */
  #known({ name, device, given }: SegmentClues['machines'][number]): Known {
    if (given !== undefined) {
      const [address = '', length] = given.split('/')
      return { address, ...(length === undefined ? {} : { length: Number(length) }) }
    }
    const own = this.#sightings.filter(
      one => one.host === name && (one.device === undefined || one.device === device),
    )
    const strength = Math.max(0, ...own.map(one => one.strength))
    const best = own.find(one => one.strength === strength)
    if (best === undefined) return { guess: { why: 'the document shows no address of it' } }
    const { address, line, why } = best
    const length = best.length ?? own.find(one => address === one.address && one.length)?.length
    return { address, ...(length === undefined ? {} : { length }), guess: { line, why } }
  }

  /** A network that the document leaves alone. */
  #free(): Subnet {
    const subnets = RESERVED[this.#clues.family].flatMap(text => subnetOf(text) ?? [])
    return subnets.find(subnet => !this.#clues.isTaken(subnet)) ?? subnets[0]!
  }

  /** The smallest that holds what is known. */
  #around(found: readonly Known[]): Subnet {
    const { family, gateway } = this.#clues
    const addresses = found.flatMap(({ address }) => address ?? [])
    const [first] = addresses
    if (first === undefined || !isIP(first)) return this.#free()
    const lengths = found.flatMap(({ length }) => length ?? [])
    const shown = gateway ?? this.#gateways[0]?.address
    const usual = (all: readonly string[]) => (family === 4 ? prefixAround(all) : 64)
    const length =
      lengths.length > 0
        ? Math.min(...lengths)
        : usual([...addresses, ...(shown === undefined ? [] : [shown])])
    const wide = subnetOf(`${first}/${length}`)
    const holdsAll = addresses.every(address => wide?.contains(address))
    return (holdsAll ? wide : subnetOf(`${first}/${usual(addresses)}`)) ?? this.#free()
  }

  #gateway(segment: Subnet, taken: ReadonlySet<string>): string {
    if (this.#clues.gateway !== undefined) return this.#clues.gateway
    const isThere = (address: string) =>
      address.startsWith('fe80:') || (segment.contains(address) && !taken.has(address))
    const shown = this.#gateways.find(({ address }) => isThere(address))
    if (shown !== undefined) {
      const { address, line } = shown
      this.#guesses.push({ text: `the gateway is ${address}`, line, why: 'it is shown' })
      return address
    }
    for (let n = 1n; n < segment.size - 1n && n < 512n; n++) {
      if (!taken.has(segment.nth(n))) return segment.nth(n)
    }
    return this.#clues.family === 4 ? segment.first : LINK_LOCAL
  }

  segment(): Segment {
    const { machines } = this.#clues
    const found = machines.map(one => this.#known(one))
    const segment = this.#around(found)
    const taken = new Set(found.flatMap(({ address }) => address ?? []))
    const shown = this.#clues.gateway ?? this.#gateways[0]?.address
    const reserved = new Set([...taken, ...(shown === undefined ? [] : [shown])])
    // The first address of a network that the document shows is its router's.
    let n = taken.size > 0 && shown === undefined ? 2n : 1n
    const prefixes = found.map(({ address, guess }, i) => {
      let own = address
      if (own === undefined) {
        while (reserved.has(segment.nth(n))) n++
        own = segment.nth(n++)
      }
      const prefix = `${own}/${segment.prefix}`
      const { device, name } = machines[i]!
      const whose = machines.length > 1 ? `${device} of ${name}` : device
      if (guess !== undefined) this.#guesses.push({ text: `${whose} has ${prefix}`, ...guess })
      return prefix
    })
    const used = new Set(prefixes.map(prefix => prefix.split('/', 1)[0] ?? ''))
    return { prefixes, gateway: this.#gateway(segment, used), guesses: this.#guesses }
  }
}

/** Puts machines on one segment, with the addresses that the document shows of them. */
export const segmentOf = (clues: SegmentClues): Segment => new Linking(clues).segment()
