import type { Protocol } from '../../firewall/firewall.ts'
import { isListening } from '../../kernel/listening.ts'
import type { Node } from '../../lab/node.ts'
import type { Explanation } from '../check.ts'
import { droppingRules } from './dropping-rules.ts'
import { ownerOf, sourceAddress, walk, type Finding } from './path.ts'

export interface AskedPort {
  port: number
  protocol: Protocol
}

/** What is known of a port that was asked for: whether the one with the address listens there. */
function listening(target: Node | undefined, asked: AskedPort | undefined): Finding[] {
  if (target === undefined || asked === undefined) return []
  const { port, protocol } = asked
  if (isListening(target.netns.fd, port, protocol)) return []
  return [
    {
      text: `nothing on ${target.label} itself listens on ${protocol.toUpperCase()} port ${port}`,
      hint: `see what does: ip netns exec ${target.netns.name} ss -Hlntup`,
    },
  ]
}

/**
 * Why a node may not reach an address: what is so, node by node, on the way there and back. Routes,
 * neighbours, forwarding, sockets; then one more packet, to see which rules drop it.
 */
export async function whyUnreached(
  from: Node,
  to: string,
  asked?: AskedPort,
): Promise<Explanation> {
  const there = await walk(from, to)
  const target = ownerOf(from, to)
  const back =
    there.arrived && target !== undefined && target !== from
      ? await walk(target, sourceAddress(from, target, to))
      : undefined
  const wayBack = (back?.findings ?? []).map(({ text, hint }) => ({
    text: `on the way back, unless a rule rewrites the source: ${text}`,
    hint,
  }))
  const open = [...there.findings, ...wayBack]
  const nodes = [...there.nodes, ...(back?.nodes ?? []), ...(target === undefined ? [] : [target])]
  const dropped = open.length > 0 ? [] : await droppingRules(from, to, asked, nodes)
  const findings = [...open, ...dropped, ...listening(target, asked)]
  const [first] = findings
  if (first === undefined) return { facts: {} }
  return { facts: { why: findings.map(({ text }) => text).join('\n') }, hint: first.hint }
}
