import { simpleCommands } from '../compare/simple-command.ts'
import { likeness } from './command-shape.ts'
import { isLeftOut, isRule } from './listing-mark.ts'
import { outputKind } from './output-shape.ts'

/** Words that a command cannot end with: their value follows. */
const WANTS_MORE =
  /\s(?:dev|via|type|set \S+ netns|peer|peer name|master|src|proto|scope|remote|dstport|exec|-[jiosdptmA]|--(?:to-destination|to-source|dport|sport|ctstate|state|jump|match|table))$/
/** What begins a line only as the rest of an `ip` command. */
const IP_REST =
  /^(?:type (?:veth|bridge|vxlan|vlan|macvlan|ipvlan|ipip|gre|gretap|tun|dummy|bond|wireguard|geneve)\b|peer name \S|name \S+ type |dev \S+$|via [\d.:a-f]+|(?:remote|local|group) [\d.:a-f]+ \w|dstport \d+|nolearning\b)/
const IPTABLES_ACTION = /\s-(?:[ADIRNXPEFZLSC]|-(?:append|delete|insert|list|flush|policy|new))/

const isIptables = (program: string | undefined) => /^(?:ip6?tables|ebtables)$/.test(program ?? '')

/** Whether a line goes on with the command above it, though no backslash says so. */
export function isWrapOf(command: string, given: string): boolean {
  const next = given.trim()
  if (command.includes('\n') || next === '' || next.startsWith('#')) return false
  if (isLeftOut(next) || isRule(next)) return false
  if (/^(?:\|\|?|&&)\s*\S/.test(next)) return true
  const last = simpleCommands(command.slice(0, 2000)).at(-1)
  const isAction = /^-[APN] [\w-]+/.test(next)
  if (isIptables(last?.program) && isAction) return !IPTABLES_ACTION.test(command)
  if (outputKind(next) !== undefined || likeness(next) >= 2) return false
  if (WANTS_MORE.test(command) && !next.includes(':')) return /^\S+(?:\s+\S+){0,30}$/.test(next)
  if (/^--?[A-Za-z]/.test(next)) {
    return !/^(?:cat|man|history|grep|less|iptables-save|nft)$/.test(last?.program ?? '')
  }
  return last?.program === 'ip' && IP_REST.test(next)
}
