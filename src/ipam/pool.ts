import { UsageError } from '../errors.ts'
import { addressBits, canonicalAddress } from './address.ts'
import type { AddressRange } from './address-range.ts'
import { parseRange } from './address-range.ts'
import { parseCidr } from './subnet.ts'
import type { Subnet } from './subnet.ts'

/**
 * Which free address comes next. `lowest-free`: the lowest, as Docker. `round-robin`: one past the
 * last one given out, so that a freed address rests until the range wraps, as CNI's host-local.
 */
export type Policy = 'lowest-free' | 'round-robin'

export interface PoolOptions {
  /** Any text: what people call the pool. */
  name: string
  /** `10.0.1.0/24`. Default: the first automatic subnet that is free. */
  subnet?: string
  /** The part that addresses are taken from: a smaller subnet, or `FIRST-LAST`. Default: all. */
  range?: string
  /** Default: the first usable address of the range. `false`: none. */
  gateway?: string | false
  /** Addresses that are never handed out, by what they are for. They lie in the subnet. */
  auxiliary?: Readonly<Record<string, string>>
  /** Default `lowest-free`. */
  policy?: Policy
}

/** A pool as it is recorded: every choice made, every address in its one spelling. */
export interface PoolDefinition {
  readonly name: string
  readonly subnet: string
  readonly range: string | null
  readonly gateway: string | null
  readonly auxiliary: Readonly<Record<string, string>>
  readonly policy: Policy
  /** Of a host's block: who has it; null: nobody, but addresses of it are still held. */
  readonly host?: string | null
  /** The ends of the subnet are handed out as well: its addresses stand alone, on no link. */
  readonly isWhole?: true
  /** Of an address space: how it is cut into the blocks of hosts. It hands out no address itself. */
  readonly blocks?: BlockRules
}

/** How an address space is cut into blocks, and what a host may have of it. */
export interface BlockRules {
  /** The length of each block's prefix. */
  readonly prefix: number
  /** The lowest block is left out. */
  readonly skipFirst: boolean
  /** Each block keeps an address for a gateway. */
  readonly gateways: boolean
  readonly perHost: number
  /** A host has no address outside its own blocks. */
  readonly isStrict: boolean
  readonly leaseMs: number | null
}

/** The arithmetic of one pool. Bits of its bitmap are places in its subnet. */
export class Pool {
  readonly definition: PoolDefinition
  readonly subnet: Subnet
  readonly range: AddressRange
  /** Places that are never handed out, by what they are. */
  readonly fixed: ReadonlyMap<bigint, string>

  constructor(definition: PoolDefinition) {
    this.definition = definition
    this.subnet = parseCidr(definition.subnet)
    this.range = rangeOf(this.subnet, definition.range)
    this.fixed = new Map([
      ...auxiliaryPlaces(this.subnet, definition.auxiliary),
      ...(definition.gateway === null
        ? []
        : ([[this.subnet.offset(definition.gateway), 'the gateway']] as const)),
      ...(definition.isWhole === true ? [] : edges(this.subnet)),
    ])
  }

  get name(): string {
    return this.definition.name
  }

  /** log2 of the number of addresses. */
  get bits(): number {
    return addressBits[this.subnet.family] - this.subnet.prefix
  }

  /** How many addresses the range has to hand out when nobody holds one. */
  get capacity(): bigint {
    let fixed = 0n
    for (const place of this.fixed.keys()) if (this.isInRange(place)) fixed += 1n
    return this.range.last - this.range.first + 1n - fixed
  }

  isInRange(place: bigint): boolean {
    return place >= this.range.first && place <= this.range.last
  }
}

function rangeOf(subnet: Subnet, range: string | null): AddressRange {
  return range === null ? { first: 0n, last: subnet.size - 1n } : parseRange(range, subnet)
}

/** The places at the ends of a subnet that no host may have; none in a subnet of one or two. */
function edges(subnet: Subnet): Map<bigint, string> {
  const places = new Map<bigint, string>()
  if (subnet.size <= 2n) return places
  if (subnet.family === 6) return places.set(0n, 'the subnet-router anycast address')
  return places.set(0n, 'the network address').set(subnet.size - 1n, 'the broadcast address')
}

function auxiliaryPlaces(subnet: Subnet, auxiliary: PoolDefinition['auxiliary']) {
  return Object.entries(auxiliary).map(
    ([label, address]) => [subnet.offset(address), `the auxiliary address "${label}"`] as const,
  )
}

function badGateway(gateway: string, name: string, subnet: Subnet, is: string): UsageError {
  return new UsageError(`${gateway} cannot be the gateway of pool "${name}": it is ${is}`, {
    code: 'TNET_POOL_GATEWAY',
    facts: { subnet: String(subnet) },
    hint: 'give another address of the subnet, or none: the first usable one is taken',
  })
}

function chooseGateway(
  { name, gateway }: PoolOptions,
  subnet: Subnet,
  range: AddressRange,
  taken: ReadonlyMap<bigint, string>,
): string | null {
  if (gateway === false) return null
  if (gateway !== undefined) {
    const is = taken.get(subnet.offset(gateway))
    if (is !== undefined) throw badGateway(gateway, name, subnet, is)
    return canonicalAddress(gateway)
  }
  for (let place = range.first; place <= range.last; place++) {
    if (!taken.has(place)) return subnet.nth(place)
  }
  throw new UsageError(`pool "${name}" has no address left for a gateway`, {
    code: 'TNET_POOL_GATEWAY',
    facts: { subnet: String(subnet) },
    hint: 'make the range larger, or say "gateway: false"',
  })
}

function checkAuxiliary(
  name: string,
  subnet: Subnet,
  auxiliary: PoolDefinition['auxiliary'],
): void {
  const taken = edges(subnet)
  for (const [place, label] of auxiliaryPlaces(subnet, auxiliary)) {
    const other = taken.get(place)
    if (other !== undefined) {
      throw new UsageError(`pool "${name}": ${label} is ${other} as well: ${subnet.nth(place)}`, {
        code: 'TNET_POOL_AUXILIARY',
        hint: 'give each its own address',
      })
    }
    taken.set(place, label)
  }
}

/** A pool's name, as part of a key; refuses what no key can be made of. */
export function checkName(what: string, name: unknown): void {
  // A lone surrogate has no UTF-8.
  if (typeof name === 'string' && name !== '' && !/\p{Surrogate}/u.test(name)) return
  throw new UsageError(`${what} cannot be called ${JSON.stringify(name) ?? String(name)}`, {
    code: 'TNET_POOL_NAME',
    hint: 'give it any text of one character or more',
  })
}

/**
 * Checks options and makes every choice that they leave open.
 *
 * @throws UsageError: TNET_POOL_NAME, TNET_POOL_POLICY, TNET_POOL_GATEWAY, TNET_POOL_AUXILIARY, and
 * what `parseCidr`, `parseRange` and `Subnet.offset` throw.
 */
export function definePool(options: PoolOptions & { subnet: string }): PoolDefinition {
  const { name, policy = 'lowest-free' } = options
  checkName('a pool', name)
  if (policy !== 'lowest-free' && policy !== 'round-robin') {
    throw new UsageError(`pool "${name}": there is no policy ${JSON.stringify(policy)}`, {
      code: 'TNET_POOL_POLICY',
      hint: 'choose lowest-free or round-robin',
    })
  }
  const subnet = parseCidr(options.subnet)
  const range = rangeOf(subnet, options.range ?? null)
  const auxiliary = Object.fromEntries(
    Object.entries(options.auxiliary ?? {}).map(([label, text]) => [label, canonicalAddress(text)]),
  )
  checkAuxiliary(name, subnet, auxiliary)
  const taken = new Map([...edges(subnet), ...auxiliaryPlaces(subnet, auxiliary)])
  const gateway = chooseGateway(options, subnet, range, taken)
  return { name, subnet: `${subnet}`, range: options.range ?? null, gateway, auxiliary, policy }
}
