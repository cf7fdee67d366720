import { UsageError } from '../errors.ts'
import { isAddress } from '../kernel/netlink/address-bytes.ts'
import { addressesFor } from '../lab/hosts-file.ts'
import { Node } from '../lab/node.ts'

/** Who is to be reached: a node, by its best address, an address, or a name that the node knows. */
export type Target = Node | string

/** RFC 1123, and the underscore that names of nodes may have. */
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]+)*\.?$/

function checkNode(from: Node, target: unknown): asserts target is Node {
  if (!(target instanceof Node)) {
    const what = target === null ? 'null' : typeof target
    throw new UsageError(`"${from.label}" cannot reach ${what}`, {
      code: 'TNET_TARGET_INVALID',
      hint: 'give a node, an address such as 192.0.2.1, or the name of a node',
    })
  }
  if (target.lab === from.lab) return
  throw new UsageError(`"${target.label}" is in another lab than "${from.label}"`, {
    code: 'TNET_TARGET_FOREIGN',
    hint: 'labs do not reach each other; use nodes of one',
  })
}

/** The address by which `from` reaches a node. */
export function nodeAddress(from: Node, target: Node): string {
  checkNode(from, target)
  const [best] = addressesFor(from, target)
  if (best !== undefined) return best.address
  if (target === from) return '127.0.0.1'
  throw new UsageError(`"${target.label}" has no address that "${from.label}" could use`, {
    code: 'TNET_ADDRESS_NONE',
    hint: 'add one, or name the address yourself',
  })
}

/** The address, or the name, by which `from` reaches a target. */
export function addressOf(from: Node, target: Target): string {
  if (typeof target !== 'string') return nodeAddress(from, target)
  if (isAddress(target)) return target
  if (HOST_NAME.test(target) && !/^[\d.]+$/.test(target)) return target
  throw new UsageError(`"${target}" is not an address`, {
    code: 'TNET_ADDRESS_INVALID',
    hint: 'give a node, an address such as 192.0.2.1, or the name of a node',
  })
}

/** `db (10.0.1.3)`, or the address alone. */
export function targetText(target: Target, address: string): string {
  return target instanceof Node ? `${target.label} (${address})` : address
}

/** A name that nobody on this node knows: most often a typo, so no failure to reach it. */
export function unknownName(from: Node, name: string, said: string): UsageError {
  return new UsageError(`"${from.label}" knows nobody called "${name}"`, {
    code: 'TNET_NAME_UNKNOWN',
    hint: 'give the node itself; whether a name is known is what toResolve is for',
    facts: { said, command: `ip netns exec ${from.netns.name} getent ahosts ${name}` },
  })
}
