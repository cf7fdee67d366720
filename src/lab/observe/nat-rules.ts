import fs from 'node:fs'
import type { Family } from '../../firewall/rule.ts'
import { iptablesEnvironment } from '../../kernel/iptables-environment.ts'
import { insideNet } from '../../kernel/net-namespace.ts'
import { nftChains, type NftChain } from '../../kernel/netlink/nft-chains.ts'
import type { Netns } from '../../kernel/netns.ts'
import { runShort } from '../../kernel/short-program.ts'

/** What rewrites addresses, as iptables calls it and as nft does. */
const rewrites = / -j (?:MASQUERADE|SNAT|DNAT|REDIRECT|NETMAP)\b/
const rewritesByNft = /\b(?:masquerade|snat|dnat|redirect)\b/
/** What somebody wrote into a rule: a comment, the prefix of a log line. */
const quoted = /"(?:[^"\\]|\\.)*"/g

const isFor = (rule: string, wanted: RegExp) => wanted.test(rule.replace(quoted, '""'))

/** What the first of these programs prints that this machine has. */
async function printed(netns: Netns, files: readonly string[], args: readonly string[]) {
  const env = iptablesEnvironment()
  for (const file of files) {
    const [running] = insideNet(netns.descriptor, () => [runShort(file, args, { env })])
    if (running !== undefined) return (await running).stdout
  }
  return ''
}

/** Whether the older iptables, without nf_tables, has a table of that name in use here. */
function hasLegacyNat(family: Family): boolean {
  const file = family === 4 ? 'ip_tables_names' : 'ip6_tables_names'
  try {
    return fs.readFileSync(`/proc/thread-self/net/${file}`, 'latin1').split('\n').includes('nat')
  } catch {
    return false // a kernel without it
  }
}

/** As they are added: `nft add rule ip own post oif "eth0" masquerade`. */
async function nftRules(netns: Netns, tables: ReadonlySet<string>): Promise<string[]> {
  let table = ''
  let chain = ''
  const rules: string[] = []
  for (const line of (await printed(netns, ['nft'], ['-s', 'list', 'ruleset'])).split('\n')) {
    const [, word, name = ''] = /^\s*(table|chain) (.*) \{$/.exec(line) ?? []
    if (word === 'table') table = name
    else if (word === 'chain') chain = name
    else if (tables.has(table) && isFor(line, rewritesByNft)) {
      rules.push(`nft add rule ${table} ${chain} ${line.trim()}`)
    }
  }
  return rules
}

const families = [
  { family: 4, name: 'ip', tool: 'iptables' },
  { family: 6, name: 'ip6', tool: 'ip6tables' },
] as const

/** The rules of iptables in a namespace, and the tables that it cannot print. */
async function iptablesRules(netns: Netns, { name, tool }: (typeof families)[number], on: string) {
  const text = await printed(netns, [`${tool}-${on}-save`, `${tool}-save`], ['-t', 'nat'])
  // Somebody has put more into it with nft.
  if (/^# Table .nat. .*incompatible/m.test(text)) return { rules: [], foreign: [`${name} nat`] }
  return { rules: text.split('\n').filter(line => isFor(line, rewrites)), foreign: [] }
}

/**
 * The rules of a namespace that rewrite addresses, as `iptables-save` prints them; those of tables
 * that iptables does not know, as `nft` takes them. A program is run only where there are any.
 */
export async function natRules(netns: Netns): Promise<string[]> {
  const { descriptor, label } = netns
  const chains = nftChains({ fd: descriptor, label }).filter(({ uses }) => uses > 0)
  const legacy = insideNet(descriptor, () => ({ 4: hasLegacyNat(4), 6: hasLegacyNat(6) }))
  // iptables on nf_tables keeps its rules in tables called so.
  const isOfIptables = ({ family, table }: NftChain) => family !== 'inet' && table === 'nat'
  const read = await Promise.all(
    families.flatMap(one => [
      ...(chains.some(chain => isOfIptables(chain) && chain.family === one.name)
        ? [iptablesRules(netns, one, 'nft')]
        : []),
      ...(legacy[one.family] ? [iptablesRules(netns, one, 'legacy')] : []),
    ]),
  )
  const own = chains.filter(chain => chain.type === 'nat' && !isOfIptables(chain))
  const foreign = new Set([
    ...own.map(({ family, table }) => `${family} ${table}`),
    ...read.flatMap(one => one.foreign),
  ])
  const rules = read.flatMap(one => one.rules)
  return foreign.size === 0 ? rules : [...rules, ...(await nftRules(netns, foreign))]
}
