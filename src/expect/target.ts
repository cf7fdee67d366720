import { UsageError } from '../errors.ts'
import { isAddress } from '../kernel/netlink/address-bytes.ts'
import { addressesFor } from '../lab/hosts-file.ts'
import { Node } from '../lab/node.ts'

/** Who is to be reached: a node, by its best address, or an address. */
export type Target = Node | string

/** The address by which `from` reaches a target. */
export function addressOf(from: Node, target: Target): string {
  if (typeof target === 'string') {
    if (isAddress(target)) return target
    throw new UsageError(`"${target}" is not an address`, {
      code: 'TNET_ADDRESS_INVALID',
      hint: 'give a node, or an address such as 192.0.2.1',
    })
  }
  const [best] = addressesFor(from, target)
  if (best !== undefined) return best.address
  throw new UsageError(`"${target.label}" has no address that "${from.label}" could use`, {
    code: 'TNET_ADDRESS_NONE',
    hint: 'add one, or name the address yourself',
  })
}

/** `db (10.0.1.3)`, or the address alone. */
export function targetText(target: Target, address: string): string {
  return target instanceof Node ? `${target.label} (${address})` : address
}
