import type { Node } from './node.ts'

/** A container's place in a network, as far as names go. */
export interface Attachment {
  network: { readonly name: string; readonly sharesNames: boolean }
  addresses: readonly string[]
}

const attachments = new WeakMap<Node, readonly Attachment[]>()

/** The networks that a container is on, in the order in which it was connected. */
function attachmentsOf(node: Node): readonly Attachment[] {
  return attachments.get(node) ?? []
}

export function attach(node: Node, attachment: Attachment): void {
  attachments.set(node, [...attachmentsOf(node), attachment])
}

export function detach(node: Node, network: string): void {
  attachments.set(
    node,
    attachmentsOf(node).filter(other => other.network.name !== network),
  )
}

/**
 * The addresses by which `node` knows `other` by name, when both are on networks: those on networks
 * that both share, and that share names (D18). Undefined when networks have no say in it.
 */
export function sharedAddresses(node: Node, other: Node): readonly string[] | undefined {
  const mine = attachmentsOf(node)
  const theirs = attachmentsOf(other)
  if (node === other || mine.length === 0 || theirs.length === 0) return undefined
  return theirs
    .filter(({ network }) => network.sharesNames && mine.some(my => my.network === network))
    .flatMap(({ addresses }) => addresses)
}
