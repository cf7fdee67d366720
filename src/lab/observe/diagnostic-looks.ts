import fs from 'node:fs'
import { insideNet } from '../../kernel/net-namespace.ts'
import { nftChains } from '../../kernel/netlink/nft-chains.ts'
import type { Netns } from '../../kernel/netns.ts'
import { spelled } from '../../kernel/spelling.ts'
import { toolMissing } from '../../kernel/tool.ts'
import { shellWord } from '../../names.ts'
import { read } from './seen-namespace.ts'

/** Something to be printed of a node. */
export interface Look {
  /** Also the name of its file. */
  what: string
  /** The program that prints it. */
  tool: string
  /** What to type on the node, a line each. */
  commands: readonly string[]
  /** A file of /proc that says the same where there is no such program. */
  instead?: string
}

const all: readonly Look[] = [
  { what: 'links', tool: 'ip', commands: ['ip -d -s link'] },
  { what: 'addresses', tool: 'ip', commands: ['ip addr'] },
  { what: 'routes', tool: 'ip', commands: ['ip route show table all'] },
  { what: 'rules', tool: 'ip', commands: ['ip rule', 'ip -6 rule'] },
  { what: 'neighbours', tool: 'ip', commands: ['ip neigh'] },
  { what: 'fdb', tool: 'bridge', commands: ['bridge fdb'] },
  { what: 'iptables', tool: 'iptables-save', commands: ['iptables-save -c'] },
  { what: 'ip6tables', tool: 'ip6tables-save', commands: ['ip6tables-save -c'] },
  { what: 'nftables', tool: 'nft', commands: ['nft list ruleset'] },
  {
    what: 'conntrack',
    tool: 'conntrack',
    commands: ['conntrack -L'],
    instead: '/proc/net/nf_conntrack',
  },
  { what: 'sockets', tool: 'ss', commands: ['ss -lntup'] },
]

/** Of the switch of a segment nothing else means anything. */
const ofSwitch = new Set(['links', 'fdb'])

/** Where there are no rules, three programs would say nothing; neither file is there without. */
function hasRules({ descriptor, label }: Netns): boolean {
  const legacy = ['ip_tables_names', 'ip6_tables_names']
  const names = insideNet(descriptor, () =>
    legacy.map(file => read(() => fs.readFileSync(`/proc/thread-self/net/${file}`, 'latin1'), '')),
  )
  return names.join('').trim() !== '' || nftChains({ fd: descriptor, label }).length > 0
}

/** Connection tracking of a node where it has seen something, or does not say. */
function hasConnections({ descriptor }: Netns): boolean {
  const file = '/proc/sys/net/netfilter/nf_conntrack_count'
  return insideNet(descriptor, () => read(() => fs.readFileSync(file, 'latin1'), '').trim() !== '0')
}

/** What is to be printed of a node; of those in `empty` it is known that nothing comes. */
export function looksFor(netns: Netns, isSwitch: boolean): { looks: Look[]; empty: Look[] } {
  if (isSwitch) return { looks: all.filter(({ what }) => ofSwitch.has(what)), empty: [] }
  const quiet = new Set([
    ...(read(() => hasRules(netns), true) ? [] : ['iptables', 'ip6tables', 'nftables']),
    ...(read(() => hasConnections(netns), true) ? [] : ['conntrack']),
  ])
  return {
    looks: all.filter(({ what }) => !quiet.has(what)),
    empty: all.filter(({ what }) => quiet.has(what)),
  }
}

/** What a person types: `ip -n web -d -s link`. */
export function typedCommand(name: string, { commands }: Look): string {
  return commands.map(command => spelled(name, command)).join('; ')
}

function missing({ tool }: Look): string {
  const { message, hint } = toolMissing(tool)
  return `${message}: ${hint}`
}

/**
 * A script for `sh` that prints all of it, each after a line with `mark` and its number. One shell
 * for a node: a process of our own for each program would take this thread's time.
 */
export function scriptFor(looks: readonly Look[], mark: string): string {
  return looks
    .map((look, n) => {
      const { tool, commands, instead } = look
      const file = instead === undefined ? '' : `elif [ -r ${instead} ]; then cat ${instead}\n`
      return (
        `printf '\\n%s %d\\n' ${mark} ${n}\n` +
        `if command -v ${tool} >/dev/null; then { ${commands.join('; ')}; } 2>&1\n` +
        `${file}else printf '%s\\n' ${shellWord(missing(look))}\nfi\n`
      )
    })
    .join('')
}
