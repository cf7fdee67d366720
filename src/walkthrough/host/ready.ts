import { untilSettled } from '../../kernel/carrier.ts'
import { neighbourFailed } from '../../kernel/netlink/neighbour.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { Lab } from '../../lab/lab.ts'
import type { Node } from '../../lab/node.ts'
import { poll } from '../../poll.ts'

/** Duplicate address detection takes a second, or two where packets are delayed. */
const DETECTED_MS = 4000
/** Three questions, a second each: net/core/neighbour.c, mcast_solicit and retrans_time. */
const ASKED_MS = 3500
/** A port of a bridge with STP listens for 15 s, and learns for 15 s. */
const FORWARDING_MS = 32_000

async function isDetecting(node: Node): Promise<boolean> {
  const [addresses, links] = await Promise.all([node.addresses(), node.links()])
  // Nobody is asked on a link without carrier: it stays so.
  const live = new Set(links.filter(one => one.hasCarrier).map(({ index }) => index))
  return addresses.some(one => one.isTentative && !one.isDuplicate && live.has(one.index))
}

async function isLearning(node: Node): Promise<boolean> {
  const links = await node.links()
  return links.some(
    ({ portState, hasCarrier }) =>
      hasCarrier && (portState === 'listening' || portState === 'learning'),
  )
}

/** What is sent now would wait for an answer that was asked for when things were different. */
async function isAsking(node: Node): Promise<boolean> {
  return (await node.neighbours()).some(({ state }) => state === 'incomplete')
}

/**
 * After a command that reached nobody: the kernel asks for a neighbour three times, a second each,
 * and a person would not have typed the next command before that was over.
 */
export async function giveUpAsking(lab: Lab): Promise<void> {
  for (const node of lab.nodes) {
    for (const { state, address, index } of await node.neighbours()) {
      if (state !== 'incomplete') continue
      try {
        node.netns.execute(neighbourFailed({ index, name: `if${index}` }, address))
      } catch {
        // It was answered meanwhile, or its link is gone.
      }
    }
  }
}

async function until(
  nodes: readonly Node[],
  isBusy: (node: Node) => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  await poll(
    async () => ((await Promise.all(nodes.map(isBusy))).some(Boolean) ? undefined : true),
    { timeoutMs },
  )
}

/**
 * Waits as long as a person takes to type the next command: until links that came up pass packets,
 * bridges have learnt, neighbours that were asked for before have answered or not, and addresses are
 * no longer tentative, where those matter.
 *
 * @param unnamed namespaces that processes alone hold
 */
export async function ready(lab: Lab, isIPv6: boolean, unnamed: readonly Netns[]): Promise<void> {
  const { nodes } = lab
  await untilSettled([...nodes.map(({ netns }) => netns), ...unnamed])
  if (isIPv6) await until(nodes, isDetecting, DETECTED_MS)
  await until(nodes, isLearning, FORWARDING_MS)
  await until(nodes, isAsking, ASKED_MS)
}
