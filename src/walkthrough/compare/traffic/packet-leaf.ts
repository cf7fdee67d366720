import { isChosenPort, portOf } from './packet-endpoint.ts'

/** The innermost of a packet, in one spelling for all versions of tcpdump. */
export interface PacketLeaf {
  /** `ICMP echo request`, `TCP [S.]`, `ARP who-has 10.0.0.2 tell 10.0.0.1`. */
  kind: string
  /** What is carried, where a version prints it: `GET / HTTP/1.1`. */
  says?: string
}

const MAC = /(?:[\da-f]{1,2}:){5}[\da-f]{1,2}/gi

/** `10.0.0.9`; in a reply about a port that the kernel chose that says nothing. */
const withoutChosenPorts = (text: string) =>
  text.replace(/\b(port )(\S+)/g, (all, word: string, name: string) => {
    const port = portOf(name)
    if (port === undefined) return all
    return word + (isChosenPort(port) ? '*' : port)
  })

function arp(text: string): PacketLeaf | undefined {
  const words = text.replace(/\s*\((?:[^()]*)\)/g, '').replace(/^(?:ARP, ?|arp ?)+/i, '')
  const asked = /who-has (\S+) tell (\S+?)(?:,|$|\s)/.exec(words)
  if (asked !== null) return { kind: `ARP who-has ${asked[1]} tell ${asked[2]}` }
  const answered = /(\S+) is-at /.exec(`${words} `)
  if (answered !== null) return { kind: `ARP ${answered[1]} is-at` }
  if (!/^(?:ARP|arp)\b/.test(text)) return undefined
  return { kind: `ARP ${words.replace(MAC, 'MAC').replace(/, length \d+.*/, '')}` }
}

const HTTP = /^(?:[A-Z]+ \S+ HTTP\/[\d.]+|HTTP\/[\d.]+ (\d+))/

function tcp(text: string): PacketLeaf | undefined {
  const now = /^(?:tcp )?Flags \[([^\]]*)\]/.exec(text)
  // Before tcpdump 4.0: `S 1:1(0) ack 2 win 5840`.
  const before = /^([SFRPUEW]+|\.) (?:\d+:\d+\(\d+\) )?(ack \d+ )?(?:win \d+|$|urg|<)/.exec(text)
  const quiet = /^tcp \d+$/.exec(text)
  if (quiet !== null) return { kind: 'TCP' }
  const flags = now?.[1] ?? (before && before[1] + (before[2] && before[1] !== '.' ? '.' : ''))
  if (typeof flags !== 'string') return undefined
  const [, carried = ''] = /, length \d+(?:: |\s+)(.*)$/.exec(text) ?? []
  const said = carried.replace(/^HTTP(?:, length)?:? ?(?:\d+)?\s*/, '').trim()
  const [request, status] = HTTP.exec(said) ?? []
  const says = status === undefined ? (request ?? said) : `HTTP ${status}`
  return says === '' ? { kind: `TCP [${flags}]` } : { kind: `TCP [${flags}]`, says }
}

const RECORD = /\b(?:A|AAAA|CNAME|PTR|NS|MX|TXT|SRV) (?!\?)\S+/g

function dns(text: string): PacketLeaf | undefined {
  const asked = /^\d+[+*|%$-]*(?: \[[^\]]*\])* ([A-Z]+\? \S+)(?: \(\d+\))?/.exec(text)
  if (asked !== null) return { kind: `DNS ${asked[1]?.replace(/\.$/, '')}` }
  const answer = /^\d+[+*|%$-]*(?: (NXDomain|ServFail|Refused)[*|-]*)?.*? \d+\/\d+\/\d+(.*)$/.exec(
    text,
  )
  if (answer === null) return undefined
  const records = [...(answer[2] ?? '').matchAll(RECORD)].map(([one]) => one.replace(/[,.]$/, ''))
  const says = answer[1] ?? (records.length === 0 ? 'nothing' : records.sort().join(', '))
  return { kind: `DNS answer ${says}` }
}

function icmp(text: string): PacketLeaf | undefined {
  const [, six, , rest] =
    /^ICMP(6?)(,? | \d+: ?)(.*)$/.exec(text.replace(/^icmp(6?)(?: \d+)?: /, 'ICMP$1 ')) ?? []
  if (rest === undefined) return undefined
  const what = rest
    // With -v the packet that it is about comes behind it.
    .replace(/,? length \d+.*$/, '')
    .replace(/,? (?:id|seq) \d+/g, '')
    .replace(/ \[\|icmp\]| \(DF\)/g, '')
    .replace(MAC, 'MAC')
  return { kind: `ICMP${six} ${withoutChosenPorts(what).trim()}` }
}

/** What is left, without its numbers. */
function other(text: string): PacketLeaf {
  if (/^(?:UDP|udp)\b/.test(text) || text === '') return { kind: 'UDP' }
  const kind = text
    .replace(MAC, 'MAC')
    .replace(/,? length:? \d+.*$/, '')
    .replace(/0x[\da-f]+/gi, '#')
    .replace(/\b[\da-f]{4}\.MAC[.\d]*/g, '#')
    .replace(/ \(\d+\)$/, '')
  return { kind }
}

/** What stands behind the last `source > destination:` of a packet. */
export const readLeaf = (text: string): PacketLeaf =>
  arp(text) ?? tcp(text) ?? dns(text) ?? icmp(text) ?? other(text)
