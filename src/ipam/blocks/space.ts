import { UsageError } from '../../errors.ts'
import { addressBits } from '../address.ts'
import type { Family } from '../address.ts'
import { definePool, Pool } from '../pool.ts'
import type { BlockRules, Policy, PoolDefinition } from '../pool.ts'
import { parseCidr, subnetOf } from '../subnet.ts'
import type { Subnet } from '../subnet.ts'

export interface BlockSpaceOptions {
  /** What people call it, such as its network's name. Pools and spaces share their names. */
  name: string
  /** What is cut into blocks: `10.244.0.0/16`. Four blocks or more have to fit. */
  subnet: string
  /**
   * The length of each block's prefix, at most 30 or 126. Default as Flannel: 24 (IPv6: 64), or a
   * quarter of a subnet that is too small for four of those.
   */
  blockPrefix?: number
  /** Leaves out the lowest block, as Flannel. Default false. */
  skipFirst?: boolean
  /**
   * Each block is a link's subnet: it keeps its first usable address for a gateway and hands out
   * neither the network nor the broadcast address. `false`: every address is handed out, to stand
   * alone as Calico's. Default true.
   */
  gateways?: boolean
  /** How many blocks a host may have, 1 to 50. Calico: 20. Default 1. */
  blocksPerHost?: number
  /**
   * `false`: a host whose blocks are full, when it can have no other, borrows single addresses from
   * the blocks of others. Default: true when `blocksPerHost` is 1, as Flannel; else false, as Calico.
   */
  strictAffinity?: boolean
  /**
   * How long a host keeps its blocks without renewing them, a second or more. Flannel: 24 h, which
   * is `86_400_000`. Default: until they are released. Compared by the hosts' own clocks.
   */
  leaseMs?: number
  /** Which free address of a block comes next. Default `lowest-free`. */
  policy?: Policy
}

/** An address space as it is recorded. */
export type SpaceDefinition = PoolDefinition & { readonly blocks: BlockRules }

/** Whether it is an address space that something in the index of pools is about. */
export function isSpace(definition: PoolDefinition): definition is SpaceDefinition {
  return definition.blocks !== undefined
}

/** More would not fit one change of etcd's, which takes 128 operations. */
const MOST_BLOCKS = 50
const SHORTEST_LEASE_MS = 1000

/** The arithmetic of one address space. */
export class Space {
  readonly definition: SpaceDefinition
  readonly subnet: Subnet

  constructor(definition: SpaceDefinition) {
    this.definition = definition
    this.subnet = parseCidr(definition.subnet)
  }

  get name(): string {
    return this.definition.name
  }

  get rules(): BlockRules {
    return this.definition.blocks
  }

  /** How many blocks hosts can have. */
  get size(): bigint {
    const all = 1n << BigInt(this.rules.prefix - this.subnet.prefix)
    return this.rules.skipFirst ? all - 1n : all
  }

  /** The blocks that hosts can have, lowest first, each made when it is asked for. */
  *blocks(): Generator<Subnet> {
    let skip = this.rules.skipFirst
    for (const block of this.subnet.split(this.rules.prefix)) {
      if (!skip) yield block
      skip = false
    }
  }

  /**
   * The block that an address is in.
   *
   * @throws UsageError: what `Subnet.offset` throws; TNET_ADDRESS_RESERVED in a first block that is
   * left out.
   */
  blockAt(address: string): Subnet {
    const value = this.subnet.base + this.subnet.offset(address)
    const block = subnetOf({
      address: { family: this.subnet.family, value },
      prefix: this.rules.prefix,
    })
    if (!this.#isSkipped(block)) return block
    throw new UsageError(`${address} is in the first block of space "${this.name}"`, {
      code: 'TNET_ADDRESS_RESERVED',
      facts: { block: `${block}` },
      hint: 'ask for an address of another block: no host has that one',
    })
  }

  /**
   * A block by its subnet, in its one spelling.
   *
   * @throws UsageError TNET_BLOCK_INVALID, and what `parseCidr` throws.
   */
  blockNamed(cidr: string): string {
    const block = parseCidr(cidr)
    const isOne = block.prefix === this.rules.prefix && this.subnet.contains(block)
    if (isOne && !this.#isSkipped(block)) return `${block}`
    throw new UsageError(`${block} is no block of space "${this.name}"`, {
      code: 'TNET_BLOCK_INVALID',
      facts: { subnet: `${this.subnet}`, blocks: `/${this.rules.prefix}` },
      hint: isOne
        ? 'the first block is left out: ask for the next'
        : `ask for a /${this.rules.prefix} of ${this.subnet}, or for any`,
    })
  }

  /** A block as the pool that it is; `host` null: nobody's. */
  poolOf(block: string, host: string | null): Pool {
    const { gateways } = this.rules
    const definition = definePool({
      name: block,
      subnet: block,
      policy: this.definition.policy,
      ...(!gateways && { gateway: false }),
    })
    return new Pool({ ...definition, host, ...(!gateways && { isWhole: true as const }) })
  }

  #isSkipped(block: Subnet): boolean {
    return this.rules.skipFirst && block.base === this.subnet.base
  }
}

function refused(name: string, facts: Record<string, string>, hint: string): UsageError {
  const message = `space "${name}" cannot be cut into blocks of hosts`
  return new UsageError(message, { code: 'TNET_SPACE_BLOCKS', facts, hint })
}

/** Flannel's: a /24 or a /64 each if four of them fit, or else a quarter of the subnet. */
function defaultPrefix({ family, prefix }: { family: Family; prefix: number }): number {
  const usual = family === 4 ? 24 : 64
  return prefix + 2 <= usual ? usual : prefix + 2
}

function choosePrefix({ name, blockPrefix }: BlockSpaceOptions, subnet: Subnet): number {
  // Two addresses at the ends, a gateway and a container: four.
  const longest = addressBits[subnet.family] - 2
  const prefix = blockPrefix ?? defaultPrefix(subnet)
  if (subnet.prefix + 2 > longest) {
    const least = `/${longest - 2} is the smallest that four blocks of four addresses fit in`
    throw refused(name, { subnet: `${subnet}`, reason: least }, 'give a larger subnet')
  }
  const facts = { subnet: `${subnet}`, blocks: `/${prefix}` }
  if (!Number.isInteger(prefix) || prefix > longest) {
    const hint = `give a "blockPrefix" from ${subnet.prefix + 2} to ${longest}`
    throw refused(name, { ...facts, reason: 'a block has four addresses or more' }, hint)
  }
  if (prefix < subnet.prefix + 2) {
    const hint = `give a larger subnet, or a "blockPrefix" of ${subnet.prefix + 2} or more`
    throw refused(name, { ...facts, reason: 'four blocks have to fit' }, hint)
  }
  return prefix
}

function checkLimits({ name, blocksPerHost = 1, leaseMs }: BlockSpaceOptions): void {
  if (!Number.isInteger(blocksPerHost) || blocksPerHost < 1 || blocksPerHost > MOST_BLOCKS) {
    const hint = `give a "blocksPerHost" from 1 to ${MOST_BLOCKS}`
    throw refused(name, { 'blocks per host': `${blocksPerHost}` }, hint)
  }
  if (leaseMs === undefined) return
  if (Number.isSafeInteger(leaseMs) && leaseMs >= SHORTEST_LEASE_MS) return
  const hint = 'give a second or more as "leaseMs", or none to keep blocks until they are released'
  throw refused(name, { lease: `${leaseMs} ms` }, hint)
}

/**
 * Checks options and makes every choice that they leave open.
 *
 * @throws UsageError TNET_SPACE_BLOCKS, TNET_POOL_NAME, TNET_POOL_POLICY, and what `parseCidr`
 * throws.
 */
export function defineSpace(options: BlockSpaceOptions): SpaceDefinition {
  const { skipFirst = false, gateways = true, blocksPerHost: perHost = 1 } = options
  const { name, policy = 'lowest-free' } = options
  const pool = definePool({ name, subnet: options.subnet, policy, gateway: false })
  checkLimits(options)
  const prefix = choosePrefix(options, parseCidr(pool.subnet))
  const isStrict = options.strictAffinity ?? perHost === 1
  const leaseMs = options.leaseMs ?? null
  return { ...pool, blocks: { prefix, skipFirst, gateways, perHost, isStrict, leaseMs } }
}
