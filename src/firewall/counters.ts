import type { Family, Table } from './rule.ts'

/** A rule, or a built-in chain's policy, with what it counted so far. */
export interface RuleCounter {
  family: Family
  table: Table
  chain: string
  /** As `iptables-save` writes it after the chain: `-s 10.0.1.0/24 -o eth0 -j MASQUERADE`. */
  rule: string
  /** `ACCEPT`, `DNAT`, another chain; empty when the rule only counts. */
  target: string
  packets: number
  bytes: number
}

/**
 * Reads `iptables-save -c`. Policies are rules without a match: `policy DROP` is `-P DROP`.
 *
 * @example
 * parseCounters('*nat\n[3:252] -A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT', 4)
 * // [{ family: 4, table: 'nat', chain: 'POSTROUTING', rule: '-o eth0 -j MASQUERADE',
 * //    target: 'MASQUERADE', packets: 3, bytes: 252 }]
 */
export function parseCounters(text: string, family: Family): RuleCounter[] {
  let table: Table = 'filter'
  const counters: RuleCounter[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1) as Table
    const policy = /^:(\S+) (ACCEPT|DROP) \[(\d+):(\d+)\]/.exec(line)
    const rule = /^\[(\d+):(\d+)\] -A (\S+) ?(.*)$/.exec(line)
    if (policy !== null) {
      const [, chain = '', target = '', packets, bytes] = policy
      const counted = { packets: Number(packets), bytes: Number(bytes) }
      counters.push({ family, table, chain, rule: `-P ${target}`, target, ...counted })
    } else if (rule !== null) {
      const [, packets, bytes, chain = '', spec = ''] = rule
      const target = /(?:^| )-[jg] (\S+)/.exec(spec)?.[1] ?? ''
      const counted = { packets: Number(packets), bytes: Number(bytes) }
      counters.push({ family, table, chain, rule: spec, target, ...counted })
    }
  }
  return counters
}
