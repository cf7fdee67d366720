import type { SimpleCommand } from '../../compare/comparison.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { wordAfter } from '../typing/ip-words.ts'
import { ipv4In, isIPv4 } from './ipv4.ts'

/** Whom a command talks to. */
export interface Destination {
  /** An address or a name. */
  to: string
  line: number
  isHttp: boolean
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

/** The host of `http://example.com:80/path`, `example.com/path`, `user@host`. */
function hostOf(word: string): string {
  const bare = word.replace(/^[a-z][a-z\d+.-]*:\/\//i, '').replace(/^[^@/]*@/, '')
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
    if (program === 'socat') return ipv4In(word)
    return [hostOf(word)]
  })
}

/** Addresses and names that a command talks to, or looks out for. */
export function destinationsOf(placed: PlacedCommand): Destination[] {
  if (placed.kind === 'not-run') return []
  const { line } = placed.command
  return placed.simple.flatMap(one =>
    ofCommand(one)
      .filter(to => isIPv4(to) || isHostName(to))
      .map(to => ({
        to,
        line,
        isHttp: /^(curl|wget|http)$/.test(one.program),
        placed,
      })),
  )
}

/** Name servers that a command sets, or asks: `dig @8.8.8.8`, `nameserver 1.1.1.1`. */
export function nameServersOf({ command, simple }: PlacedCommand): string[] {
  const set = [...command.text.matchAll(/nameserver\s+(\d+(?:\.\d+){3})/g)].map(
    ([, one = '']) => one,
  )
  const asked = simple.flatMap(({ program, args }) => {
    if (/^(dig|drill)$/.test(program)) {
      return args.flatMap(arg => (arg.startsWith('@') ? [arg.slice(1)] : []))
    }
    return /^(nslookup|host)$/.test(program) ? args.slice(1) : []
  })
  const dnsmasq = simple.flatMap(({ args }) =>
    args.flatMap(arg => /^--server=(?:\/.*\/)?([\d.]+)/.exec(arg)?.[1] ?? []),
  )
  return [...set, ...asked, ...dnsmasq].filter(isIPv4)
}
