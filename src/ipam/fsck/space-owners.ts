import type { SpaceKeys } from '../blocks/space-keys.ts'
import type { Space } from '../blocks/space.ts'
import type { PoolRecord } from '../records.ts'
import type { Audit } from './audit.ts'
import type { ReadAddress } from './space-audit.ts'

/**
 * An owner has one record for all blocks of a space: which block each is to be compared with, by
 * block. Reports owners that have addresses in several blocks; nobody mends what they have.
 */
export function ownersByBlock(
  audit: Audit,
  where: { keys: SpaceKeys; space: Space; blocks: ReadonlyMap<string, PoolRecord> },
  { addresses, owners }: { addresses: readonly ReadAddress[]; owners: ReadonlyMap<string, string> },
): Map<string, Map<string, string>> {
  const byBlock = new Map([...where.blocks.keys()].map(block => [block, new Map<string, string>()]))
  const held = heldByOwner(
    addresses.filter(({ block, address }) => blockOf(where.space, address) === block),
    byBlock,
  )
  for (const [owner, theirs] of held) {
    const said = owners.get(owner)
    const right = theirs.find(({ address }) => address === said) ?? theirs[0]!
    if (said !== undefined) byBlock.get(right.block)?.set(owner, said)
    const others = theirs.filter(({ block }) => block !== right.block)
    for (const { block, address } of others) {
      byBlock.get(block)?.set(owner, address)
      const message = `"${owner}" has ${right.address} and ${address}: release one of them`
      audit.report('DUPLICATE', where.space.name, message)
    }
  }
  for (const [owner, said] of owners) {
    if (held.has(owner)) continue
    const block = byBlock.get(blockOf(where.space, said))
    if (block !== undefined) block.set(owner, said)
    else {
      const message = `"${owner}" is said to have ${said}, which is in nobody's block`
      const { keys, space } = where
      audit.mend(['OWNER', space.name, message], keys.space, [[keys.owner(owner), undefined]])
    }
  }
  return byBlock
}

function heldByOwner(
  addresses: readonly ReadAddress[],
  blocks: ReadonlyMap<string, unknown>,
): Map<string, ReadAddress[]> {
  const held = new Map<string, ReadAddress[]>()
  for (const address of addresses) {
    const { owner } = address.record
    if (owner === undefined || !blocks.has(address.block)) continue
    held.set(owner, [...(held.get(owner) ?? []), address])
  }
  return held
}

function blockOf(space: Space, address: string): string {
  try {
    return `${space.blockAt(address)}`
  } catch {
    return ''
  }
}
