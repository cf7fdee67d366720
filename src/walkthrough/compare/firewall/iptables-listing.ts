import { isLeftOut } from '../lines.ts'
import type { ListedChain, ListedRule, Ruleset } from './chain.ts'
import { icmpType, networkName, portNames, protocolName, sortedList } from './rule-field.ts'

const CHAIN = /^Chain (\S+) \((?:policy (\S+?)(?:[ ,].*)?|(-?\d+) references)\)/
const HEADER =
  /^\s*(num\s+)?(pkts\s+bytes\s+)?target\s+prot\s+(?:opt\s+)?(in\s+out\s+)?source\s+destination/
const OPTION = /^(?:--|-f|!f|----)$/
const PROTOCOL =
  /^!?(?:all|any|\d+|tcp|udp|udplite|icmp|icmpv6|ipv6-icmp|esp|ah|sctp|gre|igmp|ospf|ipencap|ipv6|mh)$/

interface Columns {
  hasNumber: boolean
  hasCounters: boolean
  hasDevices: boolean
}

/** What stands behind the columns, word by word in one spelling. */
function matches(given: string): Map<string, string> {
  const fields = new Map<string, string>()
  const comments: string[] = []
  const rest = given
    .replace(/\/\*\s*(.*?)\s*\*\//g, (_, text: string) => {
      comments.push(text)
      return ''
    })
    .replace(/\bicmp type (\S+)/g, 'icmptype $1')
    .replace(/\b(?:ipv6-)?icmp (?!type)([a-z][a-z-]+)/g, 'icmptype $1')
    .replace(/\bicmptype (\S+)/g, (_, type: string) => `icmptype ${icmpType(type)}`)
    .replace(/\b(?:ct)?state ([A-Z,]+)/g, (_, states: string) => `ctstate ${sortedList(states)}`)
    .replace(/\b([sd]pts?|[sd]?ports) ?[: ]?([\w:,-]+)/g, (all, word: string, ports: string) =>
      word === 'ports' && ports === '' ? all : `${word}:${portNames(ports)}`,
    )
    .replace(/\bflags:\s*(?:0x17\/0x02|FIN,SYN,RST,ACK\/SYN)/g, 'flags:SYN')
    .replace(/\s+/g, ' ')
    .trim()
  if (rest !== '') fields.set('match', rest)
  if (comments.length > 0) fields.set('comment', comments.join(' '))
  return fields
}

function readRule(line: string, columns: Columns): ListedRule | undefined {
  const words = line.trim().split(/\s+/)
  if (columns.hasNumber) words.shift()
  if (columns.hasCounters) words.splice(0, 2)
  const text = words.join(' ')
  const at = words.slice(0, 3).findIndex(word => OPTION.test(word))
  const protocolAt = at > 0 ? at - 1 : PROTOCOL.test(words[1] ?? '') ? 1 : 0
  const target = protocolAt === 0 ? '' : (words[0] ?? '')
  const rest = words.slice(at > 0 ? at + 1 : protocolAt + 1)
  const [inside, outside] = columns.hasDevices ? rest.splice(0, 2) : []
  const [source, destination] = rest.splice(0, 2)
  const protocol = words[protocolAt] ?? ''
  if (source === undefined || destination === undefined || !PROTOCOL.test(protocol))
    return undefined
  const fields = matches(rest.join(' '))
  const set = (field: string, value: string | undefined, none: string) => {
    if (value !== undefined && value !== none && value !== '') fields.set(field, value)
  }
  set('target', target, '')
  set('protocol', protocolName(protocol), 'all')
  set('fragments', at > 0 ? words[at] : '--', '--')
  set('in', inside, inside === 'any' ? 'any' : '*')
  set('out', outside, outside === 'any' ? 'any' : '*')
  set('source', networkName(source), 'any')
  set('destination', networkName(destination), 'any')
  return { text, fields }
}

/** Reads `iptables -L` of any version, legacy or nf_tables, with `-n`, `-v`, `--line-numbers`. */
export function readListing(lines: readonly string[]): Ruleset {
  const ruleset: Ruleset = { chains: [], others: [], isElided: false }
  let columns: Columns = { hasNumber: false, hasCounters: false, hasDevices: false }
  let chain: ListedChain | undefined
  for (const line of lines) {
    if (line.trim() === '') continue
    const [, name, policy] = CHAIN.exec(line.trim()) ?? []
    const header = HEADER.exec(line)
    if (isLeftOut(line)) ruleset.isElided = true
    else if (line.startsWith('#')) continue
    else if (name !== undefined) {
      chain = { table: '', name, rules: [], ...(policy === undefined ? {} : { policy }) }
      ruleset.chains.push(chain)
    } else if (header !== null) {
      const [, number, counters, devices] = header
      columns = {
        hasNumber: number !== undefined,
        hasCounters: counters !== undefined,
        hasDevices: devices !== undefined,
      }
    } else {
      const rule = readRule(line, columns)
      if (rule === undefined || chain === undefined) ruleset.others.push(line.trim())
      else chain.rules.push(rule)
    }
  }
  return ruleset
}
