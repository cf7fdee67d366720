import type { SimpleCommand } from '../../compare/comparison.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { wordAfter } from '../typing/ip-words.ts'
import { addressesIn, isIP, isIPv6, spelling } from './addresses.ts'

/** Whom a command talks to. */
export interface Destination {
  /** An address or a name. */
  to: string
  line: number
  isHttp: boolean
  /** It is told to use IPv6. */
  isIPv6: boolean
  placed: PlacedCommand
}

const NAME = /^(?=.{4,253}$)(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z]{2,24}$/i
const FILE =
  /\.(?:txt|html?|log|pcap(?:ng)?|cap|sh|py|conf|cfg|json|ya?ml|md|gz|tar|zip|out|c|go|js|ts|service|local|internal|lan|test|example|localhost|svc|cluster)$/i
/** Options that take a word which is no destination: of what fetches pages, and of the others. */
const FETCH_WORD =
  /^-(?:[oHXdAeumTbcFxw]|-(?:output|header|data\S*|request|user|user-agent|max-time|connect-timeout|interface|resolve|retry|form|cookie))$/
const PROBE_WORD = /^-(?:[cwWiIstMmpQSFlTBnqGxDf]|-(?:count|size|interval|rate|port|interface))$/

export const isHostName = (text: string): boolean => NAME.test(text) && !FILE.test(text)

/** The host of `http://example.com:80/path`, `example.com/path`, `user@host`, `[2001:db8::1]:80`. */
function hostOf(word: string): string {
  if (isIPv6(word)) return word
  const bare = word.replace(/^[a-z][a-z\d+.-]*:\/\//i, '').replace(/^[^@/]*@/, '')
  const inBrackets = /^\[([^\]]*)\]/.exec(bare)?.[1]
  if (inBrackets !== undefined) return inBrackets
  return bare.split(/[/?#]/, 1)[0]?.replace(/:\d+$/, '') ?? ''
}

function ofCommand({ program, args }: SimpleCommand): string[] {
  if (/^(tcpdump|tshark)$/.test(program)) return [wordAfter(args, 'host', 'dst', 'src') ?? '']
  const isTalking =
    /^(ping6?|fping|arping|curl|wget|http|traceroute6?|tracepath6?|mtr|nc|ncat|netcat|telnet|dig|nslookup|host|drill|nping|hping3|nmap|iperf3?|ab|socat|whois|ntpdate)$/.test(
      program,
    )
  if (!isTalking) return []
  const withWord = /^(curl|wget|http|ab)$/.test(program) ? FETCH_WORD : PROBE_WORD
  return args.flatMap((arg, i) => {
    const before = args[i - 1] ?? ''
    // `iperf3 -c HOST`, where `ping -c 1 HOST` counts
    if (withWord.test(before) && !program.startsWith('iperf')) return []
    if (arg.startsWith('-')) return []
    const word = arg.startsWith('@') ? arg.slice(1) : arg
    if (program === 'socat') return addressesIn(word)
    return [hostOf(word)]
  })
}

/** `ping6`, `ping -6`, `curl -sS6`; of ping, `-c6` is six packets. */
const isToldIPv6 = ({ program, args }: SimpleCommand) =>
  program.endsWith('6') ||
  args.some(arg => (program === 'curl' ? /^-[a-zA-Z]*6/ : /^(-6[a-z]*|--ipv6)$/).test(arg))

/** Addresses and names that a command talks to, or looks out for. */
export function destinationsOf(placed: PlacedCommand): Destination[] {
  if (placed.kind === 'not-run') return []
  const { line } = placed.command
  return placed.simple.flatMap(one =>
    ofCommand(one)
      .filter(to => isIP(to) || isHostName(to))
      .map(to => ({
        to: spelling(to),
        line,
        isHttp: /^(curl|wget|http)$/.test(one.program),
        isIPv6: isIPv6(to) || isToldIPv6(one),
        placed,
      })),
  )
}

/** Whom a command makes machines ask for names, or asks itself. */
export interface NameServer {
  address: string
  line: number
}

/** Name servers that a command sets, or asks: `dig @8.8.8.8`, `nameserver 1.1.1.1`. */
export function nameServersOf({ command, simple }: PlacedCommand): NameServer[] {
  const set = [...command.text.matchAll(/nameserver\s+([\da-f.:]+)/gi)].map(([, one = '']) => one)
  const asked = simple.flatMap(({ program, args }) => {
    if (/^(dig|drill)$/.test(program)) {
      return args.flatMap(arg => (arg.startsWith('@') ? [arg.slice(1)] : []))
    }
    return /^(nslookup|host)$/.test(program) ? args.slice(1) : []
  })
  const dnsmasq = simple.flatMap(({ args }) =>
    args.flatMap(arg => /^--server=(?:\/.*\/)?([\da-f.:]+)/i.exec(arg)?.[1] ?? []),
  )
  const { line } = command
  return [...set, ...asked, ...dnsmasq]
    .filter(isIP)
    .map(address => ({ address: spelling(address), line }))
}
