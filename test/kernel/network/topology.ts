import { firewallOf } from '../../../src/firewall/iptables-firewall.ts'
import { savedRules } from '../../../src/firewall/iptables.ts'
import type { Table } from '../../../src/firewall/rule.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import type { LabNetwork } from '../../../src/lab/lab-network.ts'
import type { BridgeNetworkOptions } from '../../../src/lab/lab-network-options.ts'
import { Lab } from '../../../src/lab/lab.ts'

// An ordinary user's PATH lacks what Debian keeps in /usr/sbin: iptables.
process.env['PATH'] += ':/usr/sbin:/sbin'

export interface World extends AsyncDisposable {
  lab: Lab
  alpha: Host
  outside: Host
}

/**
 *     alpha 192.0.2.1 ── wan ── outside 192.0.2.9
 *
 * `outside` knows the way to everything behind alpha, so that only rules keep it out.
 */
export async function world(onAction: (shell: string) => void = () => {}): Promise<World> {
  const lab = new Lab({ onAction })
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  await outside.addRoute({ to: '172.16.0.0/12', via: '192.0.2.1' })
  return { lab, alpha, outside, [Symbol.asyncDispose]: () => lab.close() }
}

export interface TwoNetworks extends World {
  blue: LabNetwork
  green: LabNetwork
  c1: Container
  c2: Container
  c3: Container
}

/**
 *     c1 172.18.0.2 ─┐
 *     c2 172.18.0.3 ─┴─ blue .1 ─ alpha 192.0.2.1 ── wan ── outside 192.0.2.9
 *     c3 172.19.0.2 ─── green .1 ───┘
 *
 * c1 publishes 8080 to 80, TCP and UDP.
 */
export async function twoNetworks(options: BridgeNetworkOptions = {}): Promise<TwoNetworks> {
  const { lab, alpha, outside, [Symbol.asyncDispose]: dispose } = await world()
  const hosts = [alpha]
  const blue = await lab.network('blue', { subnet: '172.18.0.0/16', hosts, ...options })
  const green = await lab.network('green', { subnet: '172.19.0.0/16', hosts })
  const publish = options.internal === true ? [] : ['8080:80', '8080:80/udp']
  const c1 = await alpha.container('c1', { network: blue, publish })
  const c2 = await alpha.container('c2', { network: blue })
  const c3 = await alpha.container('c3', { network: green })
  return { lab, alpha, outside, blue, green, c1, c2, c3, [Symbol.asyncDispose]: dispose }
}

/** Packets that the one rule with this text counted. */
export async function counted(host: Host, table: Table, text: string): Promise<number> {
  const counters = await firewallOf(host.netns).counters({ table })
  const found = counters.filter(({ rule }) => rule.includes(text))
  if (found.length === 1) return found[0]?.packets ?? 0
  throw new Error(`${found.length} rules of ${table} have ${text}`)
}

/** `iptables-save` without what changes by itself: comments, counters, order of tables. */
export async function rulesOf(host: Host, family: 4 | 6 = 4): Promise<string> {
  const saved = await savedRules(host.netns, family)
  const tables = saved
    .split('\n')
    .filter(line => !line.startsWith('#'))
    .map(line => line.replace(/ \[\d+:\d+\]$/, ''))
    .join('\n')
    .split('COMMIT\n')
  return tables.sort().join('')
}

/** The same without tables and chains that have nothing in them, which iptables never deletes. */
export async function ruleLines(host: Host, family: 4 | 6 = 4): Promise<string[]> {
  const lines = (await rulesOf(host, family)).split('\n')
  return lines.filter(line => line.startsWith('-A') || / DROP$| -$/.test(line))
}
