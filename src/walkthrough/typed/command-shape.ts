import { outputKind } from './output-shape.ts'
import { ALONE, EVERYDAY_WORDS, isProgram, NETWORK_PROGRAMS, ownPrograms } from './program.ts'
import { isSentence } from './sentence.ts'
import { asTyped } from './typography.ts'

/** How much a line looks like a command: not, by its options only, by its program, beyond doubt. */
export type Likeness = 0 | 1 | 2 | 3

/** What must stand behind a program that lines of output begin with as well. */
const ARGUMENTS: Readonly<Record<string, RegExp>> = {
  ip: /^(?:--?\w+(?:\s+["'{<]?[\w$]\S*)?\s+){0,4}(?:a|ad|add|addr|addres?s?|l|li|lin|link|r|ro|rou|rout|route?|ru|rule?|n|ne|nei|neigh\w*|net|netns?|tu|tun|tunn?|tunnel|tuntap|tap|m|maddr\w*|mroute|mrule|mo|monitor|x|xfrm|vrf|token|macsec|nexthop|mptcp|fou|sr|stats|help|netconf|ntable|l2tp|tcp_metrics|ioam|address)(?:\s|$|\|)|^-(?:V|all|force|help|b|batch)(?:\s|$)|^\d+(?:\.\d+){3}$/,
  bridge: /^(?:-\w+\s+){0,4}(?:l|li|link|f|fdb|mdb|v|vlan|vni|mst|monitor|help)(?:\s|$)/,
  brctl: /^(?:$|show|add|del|set|stp|hairpin|--)/,
  route: /^(?:$|-|add |del |delete |flush|get )/,
  arp: /^(?:$|-|[\w-]*[.:][\w.:-]+$)/,
  iptables: /^-/,
  ip6tables: /^-/,
  ebtables: /^-/,
  nft: /^(?:-|list |add |delete |flush |insert |create |monitor|rename |replace |describe |reset |['"])/,
  sysctl: /^(?:-|[\w-]+[./][\w./*-]+)/,
  tc: /^(?:-\w+\s+){0,4}(?:q|qdisc|c|class|f|filter|action|actions|monitor|chain)(?:\s|$)/,
  unshare: /^-/,
  nsenter: /^-/,
  host: /^(?:-\w+\s+)?[\w-]+\.[\w.-]+(?:\s+[\w.:]+)?$/,
  docker:
    /^(?:-|run|exec|ps|network|inspect|pull|build|rmi?|stop|start|images?|info|logs?|container|compose|version|cp|attach|kill|port|create|swarm|service|node|volume|stack|top|system|load|login)(?:\s|$)/,
  exit: /^(?:$|\d+$|#)/,
  logout: /^$/,
  export: /^[A-Za-z_]\w*(?:=|$)/,
  sleep: /^[\d.$]/,
  kill: /^[-\d$%`]/,
  wait: /^(?:$|[\d$%])/,
  set: /^[-+]/,
  trap: /^(?:-|["']|\w+\s+[A-Z])/,
  cd: /^(?:$|\S+$)/,
  true: /^(?:$|[#;&|])/,
  false: /^(?:$|[#;&|])/,
  yes: /^(?:$|[|>])/,
  time: /^\S+\s/,
  source: /^\S*[./]\w\S*(?:\s+\S+){0,3}$/,
  go: /^(?:run|build|install|mod|get|test|env|version)(?:\s|$)/,
  let: /=/,
  test: /^(?:-[a-z]\s|\S+\s+(?:=|-\w\w)\s)/,
  telnet: /^[\w.:-]+(?:\s+\d+)?$/,
}
const PING =
  /^(?:-|[\w.$%{}<>"'-]*[.:\d$<>][\w.:$%{}<>"'-]*(?:\s+(?:-|[|>&;#]|2>)|$)|localhost|[a-z][\w-]*$)/
const ABOUT_PING =
  /^(?:works|fails|failed|ok|again|now|tests?|results?|fail|succeeds|reply|output|command|statistics|success)$/i
const PATH = /^(?:\.{1,2}|~)?\/?[\w@+.-]+(?:\/[\w@+.-]+)*$/
const WRAPPER =
  /^(?:sudo|doas|nohup|time|exec|command|env|stdbuf|setsid|watch|timeout|chroot|strace)$/
/** What stands between some of them and the command. */
const OPERAND: Readonly<Record<string, RegExp>> = {
  timeout: /^[\d.]+[smh]?\s+/,
  chroot: /^\S+\s+/,
}
/** `chroot rootfs`: its own shell is meant. */
const OPENED_FOLDER = /^\S*(?:[/.$]|root|fs)\S*$/
const ASSIGNMENT =
  /^[A-Za-z_]\w*(?:\[\w*\])?\+?=(?:"[^"]*"|'[^']*'|\$\([^)]*\)|\([^)]*\)|`[^`]*`|[^\s"'`;()]+)*(?:\s+|;\s*|$)/
/** Words that begin sentences as well, so that what only a shell has must follow. */
const KEYWORDS = new RegExp(
  [
    String.raw`for\s+\w+\s+in\s.*(?:;\s*do\b|;\s*$|[\d$"{*\x60](?:[^.]|\.(?=\S))*$)`,
    String.raw`for\s*\(\(`,
    String.raw`while\s+(?:true|:|read|!|\[)|(?:while|until)\s+\S.*;\s*do\b|until\s+\[`,
    String.raw`if\s+(?:!|\[|\(\()|if\s+\S.*;\s*then\b`,
    String.raw`case\s+\S+\s+in|function\s+\w+\s*(?:\(\)\s*)?\{?\s*$|[\w-]+\s*\(\)\s*\{?`,
    String.raw`\[\[?\s+(?=[!$"]|-[a-z]\s|.*(?:=|\s-[a-z]{2}\s|\s[<>]\s)).*\]|\{\s|\(\s*(?:cd|ip|sudo|sleep|set|export)\s.*`,
  ]
    .map(pattern => `^(?:${pattern})`)
    .join('|'),
)
/** Options, addresses with a port or prefix, redirections, variables, what only a shell reads. */
const SHELLISH = /(?:^|\s)--?[A-Za-z0-9]|[|&;<>$=*]|\/|\d\.\d|:\d|\bup$|\bdown$/
const OPTION = /\s--?[A-Za-z][\w-]*(?:[\s=]|$)/

function ofProgram(program: string, rest: string): Likeness {
  if (rest === '') return ALONE.has(program) ? 2 : 0
  const shape = ARGUMENTS[program]
  if (Object.hasOwn(ARGUMENTS, program) && shape !== undefined && !shape.test(rest)) return 0
  if (/^(?:ping6?|arping|fping)$/.test(program)) {
    if (!PING.test(rest) || ABOUT_PING.test(rest)) return 0
  }
  if (isSentence(program, rest)) return 0
  if (EVERYDAY_WORDS.has(program) && shape === undefined && !SHELLISH.test(rest)) return 0
  if (NETWORK_PROGRAMS.has(program)) return 3
  return SHELLISH.test(rest) ? 3 : 2
}

/** The program's name in a path that is one; undefined: it is a file like any other. */
function programOf(word: string): string | undefined {
  if (!word.includes('/')) return word
  if (!PATH.test(word)) return undefined
  const base = word.slice(word.lastIndexOf('/') + 1)
  if (isProgram(base) || /^(?:\.{1,2}|~)\//.test(word) || /\/s?bin\//.test(word)) return base
  return undefined
}

function split(text: string): [string, string] {
  const found = /^(\S+)\s*(.*)$/s.exec(text)
  return [found?.[1] ?? '', found?.[2] ?? '']
}

/** Without `sudo -u root`, `timeout 5` and the like. */
function unwrapped(text: string): { rest: string; isWrapped: boolean } {
  let rest = text
  for (let times = 0; times < 4; times++) {
    const [word, behind] = split(rest)
    if (!WRAPPER.test(word) || behind === '') break
    if (word === 'chroot' && OPENED_FOLDER.test(behind)) break
    rest = behind
      .replace(/^(?:-[ugC]\s+\S+\s+|--?[A-Za-z][\w-]*(?:=\S+)?\s+){1,5}/, '')
      .replace(OPERAND[word] ?? /^$/, '')
  }
  return { rest, isWrapped: rest !== text }
}

/** `pwd; echo $X`: the first of several commands in a line. */
const SEVERAL = /^(.+?)\s*(?:;|&&|\|\|)\s/

/** By the programs that a document has of its own: they are part of the answer. */
const known = new WeakMap<ReadonlySet<string>, Map<string, Likeness>>()

/** How much a line without a prompt looks like a command. A reader asks several times. */
export function likeness(text: string): Likeness {
  const own = ownPrograms()
  let likenesses = known.get(own)
  if (likenesses === undefined) known.set(own, (likenesses = new Map()))
  let found = likenesses.get(text)
  if (found === undefined) {
    const [, first] = SEVERAL.exec(text.slice(0, 2000)) ?? []
    found = likenessOf(text) || (first === undefined ? 0 : likenessOf(first))
    likenesses.set(text, found)
  }
  return found
}

function likenessOf(given: string): Likeness {
  let text = asTyped(given.slice(0, 2000), 0)
    .text.trim()
    .replace(/\s+#(?:\s.*)?$/, '')
  // Some output is known by how far it is indented.
  if (text === '' || (outputKind(text) ?? outputKind(given)) !== undefined) return 0
  if (KEYWORDS.test(text)) return 2
  text = text.replace(/^(?:[!{(]\s+|\()/, '')
  const assigned = ASSIGNMENT.exec(text)?.[0] ?? ''
  if (assigned !== '' && assigned.length === text.length) return 2
  const { rest, isWrapped } = unwrapped(text.slice(assigned.length))
  const [word, behind] = split(rest)
  if (/[:：,]$/.test(word)) return 0
  const program = programOf(word)
  if (program === undefined) return 0
  if (isProgram(program)) {
    const likely = ofProgram(program, behind)
    return likely > 0 && (isWrapped || assigned !== '') ? 3 : likely
  }
  if (/^sudo\s/.test(text) && /^[\w./-]+$/.test(word) && !isSentence(word, behind)) return 2
  if (/^(?:\.\.?|~)\//.test(word)) return 2
  if (word.startsWith('$') && behind !== '' && !isSentence(word, behind)) return 1
  const isWord = /^[a-z][\w.+-]*$/.test(word) || word.includes('/')
  return isWord && OPTION.test(` ${behind}`) && !isSentence(word, behind) ? 1 : 0
}
