import type { Node } from '../../lab/node.ts'
import { poll } from '../../poll.ts'

/** The kernel takes a namespace apart in the background, some milliseconds after its name is gone. */
const GONE_MS = 2000

/** One end of a veth pair whose other end is in a namespace that was deleted. */
export interface CableEnd {
  node: Node
  index: number
}

/** The ends in other namespaces of the cables that lead into one. */
export async function cableEnds(gone: Node, nodes: readonly Node[]): Promise<CableEnd[]> {
  const inside = (await gone.links()).filter(({ kind }) => kind === 'veth')
  if (inside.length === 0) return []
  const ends: CableEnd[] = []
  for (const node of nodes.filter(one => one !== gone)) {
    for (const { index, peer, kind } of await node.links()) {
      const isEnd = inside.some(one => one.index === peer && one.peer === index)
      if (kind === 'veth' && isEnd) ends.push({ node, index })
    }
  }
  return ends
}

/** Waits until they are gone with it: somebody who types is slower than the kernel. */
export async function untilCablesAreGone(ends: readonly CableEnd[]): Promise<void> {
  const isThere = async ({ node, index }: CableEnd) =>
    (await node.links().catch(() => [])).some(link => link.index === index)
  await poll(
    async () => ((await Promise.all(ends.map(isThere))).some(Boolean) ? undefined : true),
    { timeoutMs: GONE_MS },
  )
}
