import type { Subnet } from '../../../ipam/subnet.ts'
import type { Guess } from '../walk-plan.ts'
import { familyOf, isIP, prefixAround, subnetOf } from './addresses.ts'
import type { GatewaySighting, Sighting } from './sighting.ts'

/** Where simulated machines live when a document says nothing: documentation's networks. */
const RESERVED = {
  4: ['192.0.2.0/24', '203.0.113.0/24', '198.18.0.0/24', '100.64.0.0/24'],
  6: ['2001:db8:0:1::/64', '2001:db8:1::/64', '2001:db8:ffff::/64', '3fff::/64'],
} as const
/** Bits of an address that comes without a network: some clouds give every machine one like that. */
const ALONE = { 4: 32, 6: 128 } as const
/** A router of whose addresses nobody needs to know, and where it has no room for one. */
const LINK_LOCAL = { 4: '169.254.1.1', 6: 'fe80::1' } as const
const isOfLink = (address: string) => /^(?:169\.254\.|fe80:)/i.test(address)
/** No document has so many machines. */
const MOST = 512n

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
  guess?: Pick<Guess, 'line' | 'why'>
}

/** The lowest address that nobody has; undefined: all are taken. */
function freeIn(segment: Subnet, taken: ReadonlySet<string>): string | undefined {
  const last = segment.offset(segment.last)
  for (let n = segment.offset(segment.first); n <= last && n < MOST; n++) {
    if (!taken.has(segment.nth(n))) return segment.nth(n)
  }
  return undefined
}

/** The segment that machines share, in one family. */
class Linking {
  readonly #clues: SegmentClues
  readonly #sightings: readonly Sighting[]
  readonly #gateways: readonly GatewaySighting[]
  /** In the order of the machines. */
  readonly #found: readonly Known[]
  /** Nobody has a network on the link: the router is reached all the same, wherever its address is. */
  readonly #isAlone: boolean
  readonly #guesses: Guess[] = []

  constructor(clues: SegmentClues) {
    const { machines, family } = clues
    this.#clues = clues
    const isOurs = (one: { host: string; address: string }) =>
      familyOf(one.address) === family && machines.some(({ name }) => name === one.host)
    this.#sightings = clues.sightings.filter(isOurs)
    this.#gateways = clues.gateways.filter(isOurs)
    this.#found = machines.map(one => this.#known(one))
    const lengths = this.#lengths
    this.#isAlone = lengths.length > 0 && lengths.every(length => length === ALONE[family])
  }

  get #lengths(): number[] {
    return this.#found.flatMap(({ length }) => length ?? [])
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
  #free(beside?: Subnet): Subnet {
    const subnets = RESERVED[this.#clues.family]
      .flatMap(text => subnetOf(text) ?? [])
      .filter(subnet => beside?.overlaps(subnet) !== true)
    return subnets.find(subnet => !this.#clues.isTaken(subnet)) ?? subnets[0]!
  }

  /** The smallest that holds what is known. */
  #around(): Subnet {
    const { family, gateway } = this.#clues
    const addresses = this.#found.flatMap(({ address }) => address ?? [])
    const router = this.#isAlone ? undefined : (gateway ?? this.#gateways[0]?.address)
    const beside = router === undefined || isOfLink(router) ? [] : [router]
    const [first] = [...addresses, ...beside]
    if (first === undefined || !isIP(first)) return this.#free()
    const lengths = this.#lengths.filter(length => length < ALONE[family])
    const usual = (all: readonly string[]) => (family === 4 ? prefixAround(all) : 64)
    const length =
      lengths.length > 0
        ? Math.min(...lengths)
        : (usual([...addresses, ...beside]) ?? usual(addresses))
    const wide = length === undefined ? undefined : subnetOf(`${first}/${length}`)
    const holdsAll = addresses.every(address => wide?.contains(address))
    return (holdsAll ? wide : subnetOf(`${first}/${usual(addresses) ?? 1}`)) ?? this.#free()
  }

  #gateway(segment: Subnet, taken: ReadonlySet<string>): string {
    if (this.#clues.gateway !== undefined) return this.#clues.gateway
    const others = this.#gateways.filter(({ address }) => !taken.has(address))
    const isNear = (address: string) => isOfLink(address) || segment.contains(address)
    const shown = others.find(({ address }) => isNear(address)) ?? others[0]
    if (shown !== undefined) {
      const { address, line } = shown
      this.#guesses.push({
        text: `the gateway is ${address}`,
        line,
        why: 'it is shown',
        instead: `gateway: ${address}`,
      })
      return address
    }
    return freeIn(segment, taken) ?? LINK_LOCAL[this.#clues.family]
  }

  segment(): Segment {
    const { machines, family } = this.#clues
    const segment = this.#around()
    const length = this.#isAlone ? ALONE[family] : segment.prefix
    const used = new Set(this.#found.flatMap(({ address }) => address ?? []))
    const shown = this.#clues.gateway ?? this.#gateways[0]?.address
    // The first address of a network that the document shows is its router's.
    const router = shown ?? (used.size > 0 ? segment.first : undefined)
    const reserved = new Set([...used, ...(router === undefined ? [] : [router])])
    const prefixes = this.#found.map(({ address, guess }, i) => {
      const free = freeIn(segment, reserved) ?? freeIn(this.#free(segment), reserved)
      const own = address ?? free ?? segment.first
      reserved.add(own)
      used.add(own)
      const prefix = `${own}/${length}`
      const { device, name } = machines[i]!
      const whose = machines.length > 1 ? `${device} of ${name}` : device
      const given = device === 'eth0' ? prefix : `{ address: ${prefix}, device: ${device} }`
      const instead = `hosts: { ${name}: ${given} }`
      if (guess !== undefined) {
        this.#guesses.push({ text: `${whose} has ${prefix}`, ...guess, instead })
      }
      return prefix
    })
    return { prefixes, gateway: this.#gateway(segment, used), guesses: this.#guesses }
  }
}

/** Puts machines on one segment, with the addresses that the document shows of them. */
export const segmentOf = (clues: SegmentClues): Segment => new Linking(clues).segment()
