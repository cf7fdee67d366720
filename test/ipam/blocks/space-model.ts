/** What a refusal of the model says: the code of the error that is expected. */
export class Refused extends Error {}

export interface ModelRules {
  readonly perHost: number
  readonly isStrict: boolean
  readonly leaseMs: number | null
}

interface ModelHost {
  blocks: number[]
  expiresAt: number
}

const BLOCKS = 8
const SIZE = 4

/**
 * An address space as one would explain it: 8 blocks of 4 addresses, numbered, all of which are
 * handed out, lowest first. Places are numbered through.
 */
export class SpaceModel {
  readonly #rules: ModelRules
  readonly #hosts = new Map<string, ModelHost>()
  readonly #held = new Map<number, { owner: string; host: string }>()
  now = 0

  constructor(rules: ModelRules) {
    this.#rules = rules
  }

  #holder(block: number): string | undefined {
    return [...this.#hosts].find(([, { blocks }]) => blocks.includes(block))?.[0]
  }

  #freeIn(block: number): number | undefined {
    const places = Array.from({ length: SIZE }, (_, n) => block * SIZE + n)
    return places.find(place => !this.#held.has(place))
  }

  #expiry(): number {
    return this.#rules.leaseMs === null ? Infinity : this.now + this.#rules.leaseMs
  }

  #unclaimed(): number | undefined {
    const blocks = Array.from({ length: BLOCKS }, (_, n) => n)
    return blocks.find(b => this.#holder(b) === undefined && this.#freeIn(b) !== undefined)
  }

  /** Tries, and once more when the leases that ran out gave something back. */
  #again<T>(codes: string[], attempt: () => T): T {
    try {
      return attempt()
    } catch (error) {
      if (!codes.includes((error as Error).message) || this.releaseExpired().length === 0)
        throw error
      return attempt()
    }
  }

  claim(host: string): number {
    const known = this.#hosts.get(host)
    const first = known?.blocks[0]
    const block = this.#again(['TNET_SPACE_FULL'], () => first ?? this.#unclaimed() ?? full())
    const blocks =
      first === undefined ? [...(this.#hosts.get(host)?.blocks ?? []), block] : known!.blocks
    this.#hosts.set(host, { blocks, expiresAt: this.#expiry() })
    return block
  }

  renew(host: string): void {
    const known = this.#hosts.get(host)
    if (known === undefined || known.blocks.length === 0) throw new Refused('TNET_BLOCK_NONE')
    known.expiresAt = this.#expiry()
  }

  allocate(host: string, owner: string): number {
    if ([...this.#held.values()].some(held => held.owner === owner))
      throw new Refused('TNET_ADDRESS_DUPLICATE')
    const known = this.#hosts.get(host)
    if (known === undefined && this.#rules.leaseMs !== null) throw new Refused('TNET_BLOCK_NONE')
    if (known !== undefined && known.expiresAt <= this.now) throw new Refused('TNET_BLOCK_EXPIRED')
    const place = this.#again(['TNET_POOL_EXHAUSTED'], () => this.#placeFor(host))
    this.#held.set(place, { owner, host })
    return place
  }

  #placeFor(host: string): number {
    const record = this.#hosts.get(host) ?? { blocks: [], expiresAt: this.#expiry() }
    const own = record.blocks.map(block => this.#freeIn(block)).find(place => place !== undefined)
    if (own !== undefined) return own
    const block = record.blocks.length < this.#rules.perHost ? this.#unclaimed() : undefined
    if (block !== undefined) {
      record.blocks.push(block)
      this.#hosts.set(host, record)
      return this.#freeIn(block)!
    }
    for (let b = 0; b < BLOCKS && !this.#rules.isStrict; b++) {
      const isThere = this.#holder(b) !== undefined || this.#isHeld(b)
      const place = this.#holder(b) === host || !isThere ? undefined : this.#freeIn(b)
      if (place === undefined) continue
      this.#hosts.set(host, record)
      return place
    }
    throw new Refused('TNET_POOL_EXHAUSTED')
  }

  #isHeld(block: number): boolean {
    return [...this.#held.keys()].some(place => Math.floor(place / SIZE) === block)
  }

  releaseOwner(owner: string): number[] {
    const places = [...this.#held]
      .filter(([, held]) => held.owner === owner)
      .map(([place]) => place)
    for (const place of places) this.#held.delete(place)
    return places
  }

  releaseHost(host: string, { withAddresses }: { withAddresses: boolean }): void {
    const blocks = this.#hosts.get(host)?.blocks ?? []
    const isUsed = [...this.#held].some(
      ([place, held]) => held.host === host || blocks.includes(Math.floor(place / SIZE)),
    )
    if (isUsed && !withAddresses) throw new Refused('TNET_BLOCK_IN_USE')
    for (const [place, held] of this.#held) if (held.host === host) this.#held.delete(place)
    this.#hosts.delete(host)
  }

  releaseExpired(): string[] {
    const expired = [...this.#hosts].filter(([, { expiresAt }]) => expiresAt <= this.now)
    for (const [host] of expired) this.releaseHost(host, { withAddresses: true })
    return expired.map(([host]) => host).sort()
  }

  /** Every block that a host has, as `BLOCK HOST`. */
  blocks(): string[] {
    const all = [...this.#hosts].flatMap(([host, { blocks }]) => blocks.map(b => `${b} ${host}`))
    return all.sort()
  }

  /** Every address that somebody has, as `PLACE HOST OWNER`. */
  addresses(): string[] {
    return [...this.#held].map(([place, { host, owner }]) => `${place} ${host} ${owner}`).sort()
  }
}

function full(): never {
  throw new Refused('TNET_SPACE_FULL')
}
