import type { SimpleCommand } from '../../compare/comparison.ts'
import { ipv6In, isIP, isIPv4, maskLength, spelling, subnetOf } from '../machines/addresses.ts'
import { ipWords, wordAfter } from '../typing/ip-words.ts'
import { scopeOf } from '../typing/placed-command.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'

/** What a command does to the things that a document names. */
export interface Effects {
  /** Making one of these that is there fails: `netns h ns1`, `link h/ns1 veth0`, `chain h/ nat X`. */
  makes: string[]
  /** Setting one again does nothing new: `sysctl …`, `rule …`, `address …`, `subnet …`. */
  sets: string[]
  deletes: string[]
  /** Moved into another namespace, or renamed. */
  moves: [from: string, to: string][]
  /** Two ends: `link h/ veth0` goes when `link h/ns1 veth1` goes. */
  pairs: [string, string][]
  /** Every name that it may mean. */
  uses: string[]
  /** Where it gives addresses to a device: `host/namespace`. */
  assigns: [address: string, place: string][]
}

const netnsKey = (host: string, name: string): string => `netns ${host} ${name}`
const linkKey = (place: string, name: string): string => `link ${place} ${name}`

/** Where names are looked up: a machine, and a network namespace of it. */
const placeOf = (placed: PlacedCommand, one: SimpleCommand) =>
  `${placed.host}/${scopeOf(placed, one)}`
const hostOf = (place: string) => place.slice(0, place.indexOf('/'))

const empty = (): Effects => ({
  makes: [],
  sets: [],
  deletes: [],
  moves: [],
  pairs: [],
  uses: [],
  assigns: [],
})

/** An address as it is given to a device: itself, and the subnet that comes with it. */
function assigned(
  effects: Effects,
  place: string,
  { text, length }: { text: string | undefined; length?: number | undefined },
) {
  const [address = ''] = (text ?? '').split('/')
  if (!isIP(address)) return
  effects.sets.push(`address ${spelling(address)}`)
  effects.assigns.push([spelling(address), place])
  const alone = isIPv4(address) ? 32 : 128
  const subnet = subnetOf(text?.includes('/') ? text : `${address}/${length ?? alone}`)
  if (subnet !== undefined && subnet.prefix < alone - 1) effects.sets.push(`subnet ${subnet}`)
}

const isPrefixed = (word: string) => isIP(word.split('/', 1)[0] ?? '')

function linkAdded(effects: Effects, words: readonly string[], place: string) {
  const type = words.indexOf('type')
  const ahead = type < 0 ? words : words.slice(0, type)
  const named =
    wordAfter(ahead, 'name') ??
    ahead.find((word, i) => !LINK_WORDS.test(word) && !LINK_WORDS.test(ahead[i - 1] ?? ''))
  if (named === undefined) return
  const there = (netns: string | undefined) =>
    netns === undefined ? place : `${hostOf(place)}/${netns}`
  const own = linkKey(there(wordAfter(ahead, 'netns')), named)
  effects.makes.push(own)
  const peer = words.indexOf('peer')
  if (peer < 0) return
  const behind = words.slice(peer + 1)
  const name = wordAfter(behind, 'name') ?? behind[0]
  if (name === undefined) return
  const other = linkKey(there(wordAfter(behind, 'netns')), name)
  effects.makes.push(other)
  effects.pairs.push([own, other])
}
const LINK_WORDS =
  /^(link|dev|name|mtu|netns|address|txqueuelen|numtxqueues|numrxqueues|index|type)$/

function linkSet(effects: Effects, rest: readonly string[], place: string) {
  const device = rest[0] === 'dev' ? rest[1] : rest[0]
  if (device === undefined) return
  const netns = wordAfter(rest, 'netns')
  const name = wordAfter(rest, 'name')
  if (netns === undefined && name === undefined) return
  const there = netns === undefined || /^\d+$/.test(netns) ? place : `${hostOf(place)}/${netns}`
  const old = linkKey(place, device)
  const moved = linkKey(there, name ?? device)
  effects.moves.push([old, moved])
}

function ofIp(effects: Effects, one: SimpleCommand, place: string) {
  const words = ipWords(one)
  if (words === undefined) return
  const { object, action, rest } = words
  const [first = ''] = rest
  switch (`${object} ${action}`) {
    case 'netns add':
      effects.makes.push(netnsKey(hostOf(place), first))
      break
    case 'netns delete':
      effects.deletes.push(netnsKey(hostOf(place), first))
      break
    case 'link add':
      linkAdded(effects, rest, place)
      break
    case 'link set':
      linkSet(effects, rest, place)
      break
    case 'link delete':
      effects.deletes.push(linkKey(place, wordAfter(rest, 'dev', 'name') ?? first))
      break
    case 'tunnel add':
    case 'tuntap add':
      effects.makes.push(linkKey(place, wordAfter(rest, 'dev', 'name') ?? first))
      break
    case 'tunnel delete':
    case 'tuntap delete':
      effects.deletes.push(linkKey(place, wordAfter(rest, 'dev', 'name') ?? first))
      break
    case 'address add':
    case 'address replace':
      assigned(effects, place, { text: wordAfter(rest, 'local') ?? rest.find(isPrefixed) })
      break
    default:
  }
}

function ofLegacy(effects: Effects, { program, args }: SimpleCommand, place: string) {
  const [first = '', second = ''] = args
  if (program === 'brctl') {
    if (first === 'addbr') effects.makes.push(linkKey(place, second))
    if (first === 'delbr') effects.deletes.push(linkKey(place, second))
  } else if (program === 'ovs-vsctl') {
    if (args.includes('add-br')) effects.makes.push(linkKey(place, wordAfter(args, 'add-br') ?? ''))
    if (args.includes('del-br'))
      effects.deletes.push(linkKey(place, wordAfter(args, 'del-br') ?? ''))
  } else if (program === 'ifconfig') {
    const mask = maskLength(wordAfter(args, 'netmask') ?? '')
    const text = args.slice(1).find(isPrefixed)
    assigned(effects, place, { text, length: mask })
  }
}

/** `net.ipv4.ip_forward` and the file of that name are one, and so is `conf.all.forwarding`. */
export function sysctlName(text: string): string {
  const name = text.replace(/^\/proc\/sys\//, '').replace(/\//g, '.')
  return name === 'net.ipv4.conf.all.forwarding' ? 'net.ipv4.ip_forward' : name
}

/** The sysctls that a text sets, by `sysctl -w` or by writing to their file. */
export function sysctlsSet(text: string): [name: string, value: string][] {
  const found: [string, string][] = []
  for (const [, name = '', value = ''] of text.matchAll(
    /\bsysctl\s+(?:-\w+\s+)*["']?([\w./-]+)\s*=\s*["']?([^\s"';&|]+)/g,
  )) {
    found.push([sysctlName(name), value])
  }
  for (const [, value = '', name = ''] of text.matchAll(
    /\becho\s+(?:-n\s+)?["']?(\w+)["']?\s*(?:>|\|\s*(?:sudo\s+)?tee)\s*(\/proc\/sys\/[\w./-]+)/g,
  )) {
    found.push([sysctlName(name), value])
  }
  return found
}

function ofRules(effects: Effects, { program, args }: SimpleCommand, place: string) {
  if (!/^(ip6?|eb|arp)tables$/.test(program)) return
  const table = wordAfter(args, '-t', '--table') ?? 'filter'
  const chainKey = (name: string) => `chain ${place} ${program} ${table} ${name}`
  const ruleKey = `rule ${place} ${program} ${table} `
  effects.uses.push(...args.map(chainKey))
  const made = wordAfter(args, '-N', '--new-chain')
  if (made !== undefined) effects.makes.push(chainKey(made))
  if (args.includes('-X')) effects.deletes.push(chainKey(wordAfter(args, '-X') ?? ''))
  const change = args.findIndex(arg => /^(-[AID]|--(append|insert|delete))$/.test(arg))
  const rest = (given: readonly string[]) =>
    given.filter((word, i) => !(i === 1 && /^\d+$/.test(word))).join(' ')
  if (change >= 0) {
    const key = ruleKey + rest(args.slice(change + 1))
    if (/D|delete/.test(args[change] ?? '')) effects.deletes.push(key)
    else effects.sets.push(key)
  }
  if (args.includes('-F')) effects.deletes.push(`${ruleKey}${wordAfter(args, '-F') ?? ''}`)
}

const WORDS = /[\s,=:;'"()[\]]+/

/** What each command does, by the machine and namespace that it does it in. */
export function effectsOf(placed: PlacedCommand): Effects {
  const effects = empty()
  if (placed.kind === 'not-run') return effects
  for (const one of placed.simple) {
    const place = placeOf(placed, one)
    const own = empty()
    ofIp(own, one, place)
    ofLegacy(own, one, place)
    ofRules(own, one, place)
    const scope = scopeOf(placed, one)
    if (scope !== '') own.uses.push(netnsKey(placed.host, scope))
    const shown = (placed.command.shown ?? []).join('\n')
    const words = new Set([...one.args, shown].flatMap(text => text.split(WORDS)))
    for (const word of words) {
      const [bare = ''] = word.split(/[/@]/)
      const keys = [linkKey(place, bare), netnsKey(placed.host, bare), `address ${bare}`]
      const subnet = word.includes('/') ? subnetOf(word) : undefined
      if (subnet !== undefined) keys.push(`subnet ${subnet}`)
      own.uses.push(...keys)
    }
    for (const text of [...one.args, shown]) {
      own.uses.push(...ipv6In(text).map(address => `address ${address}`))
    }
    const isOwn = new Set([...own.makes, ...own.sets])
    own.uses = own.uses.filter(key => !isOwn.has(key))
    for (const name of Object.keys(effects) as (keyof Effects)[]) {
      ;(effects[name] as unknown[]).push(...own[name])
    }
  }
  for (const [name, value] of sysctlsSet(placed.written)) {
    effects.sets.push(
      `sysctl ${placed.host}/${placed.simple[0]?.namespace ?? placed.inside} ${name}=${value}`,
    )
  }
  return effects
}
