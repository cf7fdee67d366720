import type { SimpleCommand } from '../compare/comparison.ts'
import { simpleCommands } from '../compare/simple-command.ts'
import type { OutputKind } from './output-shape.ts'
import { isOwnProgram, NETWORK_PROGRAMS } from './program.ts'

const KINDS: Readonly<Record<string, readonly OutputKind[]>> = {
  ping: ['ping'],
  ping6: ['ping'],
  arping: ['ping'],
  fping: ['ping'],
  tcpdump: ['capture'],
  tshark: ['capture'],
  ip: ['link', 'route', 'neigh', 'rule', 'netns', 'json'],
  bridge: ['bridge', 'link', 'json'],
  brctl: ['brctl'],
  route: ['routes'],
  netstat: ['sockets', 'routes'],
  ss: ['sockets'],
  arp: ['arp'],
  ifconfig: ['ifconfig'],
  iptables: ['chains', 'rules'],
  ip6tables: ['chains', 'rules'],
  ebtables: ['chains'],
  'iptables-save': ['rules'],
  'ip6tables-save': ['rules'],
  nft: ['nft', 'json'],
  sysctl: ['sysctl'],
  curl: ['http', 'json'],
  wget: ['http'],
  python3: ['served', 'json'],
  python: ['served', 'json'],
  traceroute: ['traceroute'],
  tracepath: ['traceroute'],
  mtr: ['traceroute'],
  nc: ['netcat', 'http'],
  ncat: ['netcat', 'http'],
  netcat: ['netcat', 'http'],
  socat: ['http'],
  telnet: ['http'],
  dig: ['dns'],
  nslookup: ['dns'],
  host: ['dns'],
  conntrack: ['conntrack'],
  ethtool: ['ethtool'],
  lsns: ['processes'],
  ps: ['processes'],
  ls: ['files'],
  ll: ['files'],
}
/** Of `ip`, by the first letters of its object, longest first. */
const IP_OBJECTS: readonly (readonly [RegExp, readonly OutputKind[]])[] = [
  [/^netns?$/, ['netns']],
  [/^(?:n|nei.*|ne)$/, ['neigh']],
  [/^(?:l.*|a.*)$/, ['link', 'json']],
  [/^ru/, ['rule']],
  [/^r/, ['route', 'json']],
  [/^(?:tu|m|x)/, ['link']],
]
/** Print what their input is, or what somebody else says. */
const FREE =
  /^(?:cat|less|more|head|tail|echo|printf|grep|egrep|awk|sed|jq|bash|sh|zsh|ssh|docker|podman|kubectl|nerdctl|crictl|watch|tee|xargs|find|man|env|printenv|history|curl|wget|nc|ncat|netcat|socat|telnet|python3?|perl|strace|journalctl|systemctl|dmesg|make|go|git|unshare|nsenter|chroot|script|vi|vim|nano|type|alias|getent|redis-cli|openssl|etcdctl|calicoctl|virsh|su|for|while|do|done)$/
const CHANGES =
  /^(?:add|del|delete|set|up|down|flush|append|replace|change|chg|move|attach|detach)$/
/** `ip l s veth0 up`, `ip netns a ns1`; of all but links, `s` is `show`. */
const isShortChange = ([object = '', verb = '', ...more]: readonly string[]) =>
  /^(?:a|ad|d|de)$/.test(verb) || (object.startsWith('l') && /^se?$/.test(verb) && more.length > 1)
const SILENT =
  /^(?:cd|mkdir|rmdir|rm|mv|cp|ln|chmod|chown|touch|export|unset|modprobe|rmmod|insmod|sleep|kill|killall|pkill|umount|wait|set|shopt|umask|hostname|source|iptables-restore|ip6tables-restore|ifup|ifdown|setcap|alias|exit|logout|true)$/

function kindsOf({ program, args }: SimpleCommand): readonly OutputKind[] {
  if (program !== 'ip') return (Object.hasOwn(KINDS, program) && KINDS[program]) || []
  const object = args.find(arg => !arg.startsWith('-')) ?? ''
  return IP_OBJECTS.find(([pattern]) => pattern.test(object))?.[1] ?? KINDS['ip'] ?? []
}

function isSilent({ program, args }: SimpleCommand): boolean {
  if (SILENT.test(program)) return program !== 'hostname' || args.length > 0
  const plain = args.filter(arg => !arg.startsWith('-'))
  if (program === 'ip' || program === 'bridge' || program === 'tc') {
    if (program === 'ip' && isShortChange(plain)) return true
    return CHANGES.test(plain[1] ?? '') || (plain[0] === 'add' && plain[1] !== 'show')
  }
  if (program === 'brctl') return !/^show|^$/.test(plain[0] ?? '')
  if (program === 'ifconfig') return plain.length > 1
  if (program === 'route') return /^(?:add|del|delete)$/.test(plain[0] ?? '')
  if (/^(?:ip6?tables|ebtables|arptables)$/.test(program)) {
    const short = args.filter(arg => /^-[A-Za-z]+$/.test(arg)).join('')
    return !/[LS]/.test(short) && !args.some(arg => /^--(?:list|help|version)/.test(arg))
  }
  return (
    program === 'nft' && /^(?:add|delete|flush|insert|create|-f)$/.test(plain[0] ?? args[0] ?? '')
  )
}

/** What a command prints, as far as its words tell. */
export interface Printing {
  /** The kinds that it prints; it may print others where it is free. */
  kinds: readonly OutputKind[]
  /** Anything may come of it. */
  isFree: boolean
  /** Nothing but errors comes of it. */
  isSilent: boolean
  /** It shows files or other commands: what looks like a command below it may be its output. */
  isListing: boolean
  /** It opens a shell, and what follows is typed in that. */
  isShell: boolean
  /** Its words: devices, addresses, chains. */
  words: readonly string[]
}

const LISTERS = /^(?:cat|less|more|head|tail|history|man|grep|egrep|type|alias|ps|sed)$/
const SHELLS = /^(?:ba|z|da|k)?sh$/

const QUOTED = /'[^'\n]*'|"[^"\n]*"/g
const isInline = ({ program, args }: SimpleCommand) =>
  SHELLS.test(program) && args.some(arg => /^-\w*c$/.test(arg))

/** `nsred ip link`, where the document makes an alias `nsred`, prints what `ip link` does. */
function behindWrapper(command: SimpleCommand): SimpleCommand {
  const [program, ...args] = command.args
  if (program === undefined || !isOwnProgram(command.program)) return command
  return NETWORK_PROGRAMS.has(program) ? { ...command, program, args } : command
}

/** What comes of a command line, whatever is in it. */
export function printingOf(text: string): Printing {
  // A heredoc of thousands of lines says no more about it than its head.
  const given = simpleCommands(text.slice(0, 4000))
  const commands = given.map(behindWrapper)
  const last = commands.at(-1)
  // `sh -c 'echo 1 > file'` prints nothing; `grep '<title>'` does.
  const bare = given.some(isInline) ? text : text.replace(QUOTED, '')
  const isToFile =
    /(?:^|[^<&\d>])>{1,2}\s*[^&\s>|]/.test(bare) && !/\|\s*(?:sudo\s+)?tee\b/.test(text)
  const isHelp = commands.some(({ args }) => args.some(arg => /^(?:help|--help|-h)$/.test(arg)))
  return {
    kinds: commands.flatMap(command => [
      ...kindsOf(command),
      ...(isHelp ? ['usage' as const] : []),
    ]),
    isFree: commands.length === 0 || commands.some(({ program }) => FREE.test(program)),
    isSilent: commands.length > 0 && (isToFile || commands.every(isSilent)),
    isListing: !isToFile && commands.some(({ program }) => LISTERS.test(program)),
    isShell: last !== undefined && SHELLS.test(last.program) && !last.args.includes('-c'),
    words: given.flatMap(({ program, args }) => [program, ...args]),
  }
}

/** Whether lines of a kind may come of a command: surely, possibly, or not. */
export function fits(
  printing: Printing | undefined,
  kind: OutputKind | undefined,
): 'yes' | 'maybe' | 'no' {
  if (printing === undefined) return 'no'
  if (printing.isSilent) return kind === 'error' ? 'maybe' : 'no'
  if (kind === undefined) return 'maybe'
  if (printing.kinds.includes(kind)) return 'yes'
  if (kind === 'error') return 'maybe'
  return printing.isFree || printing.kinds.length === 0 ? 'maybe' : 'no'
}
