import { UsageError } from '../errors.ts'
import { parseCidr } from './subnet.ts'
import type { Subnet } from './subnet.ts'

/** A block of addresses that is cut into pools of one size. */
export interface AutomaticBlock {
  base: string
  prefix: number
}

/** Docker's default address pools, in its order: 172.17 to 172.31 as /16s, then 192.168 in /20s. */
export const automaticBlocks: readonly AutomaticBlock[] = [
  ...Array.from({ length: 15 }, (_, n) => ({ base: `172.${17 + n}.0.0/16`, prefix: 16 })),
  { base: '192.168.0.0/16', prefix: 20 },
]

/**
 * The first subnet of the blocks that overlaps nothing in `used`.
 *
 * @throws UsageError TNET_POOL_NONE_LEFT
 */
export function automaticSubnet(
  used: readonly Subnet[],
  blocks: readonly AutomaticBlock[] = automaticBlocks,
): Subnet {
  for (const { base, prefix } of blocks) {
    for (const subnet of parseCidr(base).split(prefix)) {
      if (!used.some(other => other.overlaps(subnet))) return subnet
    }
  }
  throw new UsageError('no automatic pool is left: every one overlaps a pool or a route', {
    code: 'TNET_POOL_NONE_LEFT',
    facts: { tried: blocks.map(({ base, prefix }) => `${base} in /${prefix}s`).join(', ') },
    hint: 'delete a pool that is not needed, or give a subnet',
  })
}
