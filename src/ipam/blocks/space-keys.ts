import { Keys } from '../records.ts'

/**
 * Where the things of an address space are in a store. Its blocks are pools, each called as its
 * subnet; as a pool's keys, but an owner has one address in all blocks together.
 *
 *     ipam/spaces/SPACE/space                         SpaceDefinition
 *     ipam/spaces/SPACE/hosts/HOST                    HostRecord
 *     ipam/spaces/SPACE/pools/BLOCK                   PoolRecord
 *     ipam/spaces/SPACE/addresses/BLOCK/ADDRESS       AddressRecord
 *     ipam/spaces/SPACE/owners/OWNER                  ADDRESS
 *     ipam/spaces/SPACE/bitmaps/BLOCK/LEVEL/INDEX     a part of the block's bitmap
 */
export class SpaceKeys extends Keys {
  /** `keys` of the IPAM that the space is part of. */
  constructor(keys: Keys, name: string) {
    super(`${keys.root}spaces/${encodeURIComponent(name)}/`)
  }

  get space(): string {
    return `${this.root}space`
  }
  host(name = ''): string {
    return `${this.root}hosts/${encodeURIComponent(name)}`
  }
  override owner(owner: string): string {
    return `${this.root}owners/${encodeURIComponent(owner)}`
  }
  get everyAddress(): string {
    return `${this.root}addresses/`
  }
}
