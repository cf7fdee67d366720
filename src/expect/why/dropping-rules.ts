import type { RuleCounter } from '../../firewall/counters.ts'
import { firewallOf } from '../../firewall/iptables-firewall.ts'
import { probePings } from '../../kernel/icmp-prober.ts'
import { probeReach } from '../../kernel/reach-probe.ts'
import { Container } from '../../lab/container.ts'
import type { Node } from '../../lab/node.ts'
import type { Finding } from './path.ts'
import type { AskedPort } from './why.ts'

const PROBE_MS = 200
/** Each costs a process. */
const MOST_NODES = 8

/** Nodes whose rules a packet can meet: those on its way, and hosts whose bridges it crosses. */
function withHosts(nodes: readonly Node[]): Node[] {
  const hosts = nodes.filter(node => node instanceof Container).map(({ host }) => host)
  return [...new Set([...nodes, ...hosts])].slice(0, MOST_NODES)
}

async function counters(node: Node, family: 4 | 6): Promise<RuleCounter[]> {
  try {
    return await firewallOf(node.netns).counters({ family })
  } catch {
    return [] // no iptables here, or it does not read what is there
  }
}

function grown(node: Node, before: readonly RuleCounter[], after: readonly RuleCounter[]) {
  const key = ({ table, chain, rule }: RuleCounter) => `${table} ${chain} ${rule}`
  const counts = new Map(before.map(counter => [key(counter), counter.packets]))
  return after
    .filter(({ target }) => target === 'DROP' || target === 'REJECT')
    .filter(counter => counter.packets > (counts.get(key(counter)) ?? 0))
    .map(({ table, chain, rule }): Finding => {
      const where = table === 'filter' ? chain : `${table} ${chain}`
      const isPolicy = rule.startsWith('-P ')
      return {
        text: `${node.label} drops it: ${isPolicy ? `policy of ${where}: ` : `${where}: `}${rule}`,
        hint: isPolicy
          ? `let it pass with a rule: ip netns exec ${node.netns.name} iptables -A ${chain} … -j ACCEPT`
          : `see the rules before it: ip netns exec ${node.netns.name} iptables-save -c -t ${table}`,
      }
    })
}

/** Sends one more packet, and names the rules that counted a packet meanwhile and dropped it. */
export async function droppingRules(
  from: Node,
  to: string,
  asked: AskedPort | undefined,
  nodes: readonly Node[],
): Promise<Finding[]> {
  const family = to.includes(':') ? 6 : 4
  const involved = withHosts(nodes)
  const read = () => Promise.all(involved.map(node => counters(node, family)))
  const before = await read()
  const options = { timeoutMs: PROBE_MS, label: from.label }
  if (asked === undefined) await probePings([{ from: from.netns.fd, to }], options)
  else await probeReach(from.netns.fd, { ...asked, to }, options)
  const after = await read()
  return involved.flatMap((node, i) => grown(node, before[i] ?? [], after[i] ?? []))
}
