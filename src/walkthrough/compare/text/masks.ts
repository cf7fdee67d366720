import { inEnglish } from '../../typed/translations.ts'
import { errorMeaning } from './error-meaning.ts'

type Mask = readonly [pattern: RegExp, instead: string]

const IPV4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}`
/** 32768 to 60999: what `ip_local_port_range` gives to clients. */
const CHOSEN_PORT = String.raw`(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|60\d{3})`

/**
 * What changes from one run to the next though nobody changed anything. The order matters: a date is
 * gone before its time is looked for. 00:00:… and ff:ff:… say something, and stay.
 */
const MASKS: readonly Mask[] = [
  // Curved and back quotes of newer and older GNU tools.
  [/[‘’‛`]/g, "'"],
  [/[“”]/g, '"'],
  [/\/var\/run\//g, '/run/'],
  // Newer ls quotes where a link leads to, if that has signs in it.
  [/( -> )'([^']*)'$/g, '$1$2'],
  // UUIDs, Docker's and git's ids, kernel-made names of them.
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, '<uuid>'],
  [/\b(veth)(?=[\da-f]*\d)[\da-f]{7,8}\b/g, '$1<id>'],
  [/\b(br-)[\da-f]{12}\b/g, '$1<id>'],
  [/\b([\da-f]{4}\.)[\da-f]{12}\b/g, '$1<id>'],
  [/\b(?!(?:00:){5}00|(?:ff:){5}ff)(?:[\da-f]{2}:){5}[\da-f]{2}\b/gi, '<mac>'],
  [/\b(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{12,64}\b/g, '<id>'],
  // Made of a MAC, or at random by RFC 7217; what people type is shorter.
  [/\bfe80::(?:[\da-f]{1,4}:){3}[\da-f]{1,4}\b/gi, 'fe80::<id>'],
  // Dates and times of day.
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d\d:?\d\d)\b)?/g, '<date>'],
  [/\b\d\d?\/[A-Z][a-z]{2}\/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?/g, '<date>'],
  [
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* +\d{1,4},?(?: +\d{4}\b(?!:))?(?: +\d\d:\d\d(?::\d\d)?)?(?: [AP]M)?(?: [A-Z]{3,4})?(?: \d{4}\b)?/g,
    '<date>',
  ],
  [/\b\d{4}-\d\d-\d\d\b/g, '<date>'],
  [/(?<![\d:a-f])\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?![:\w])/g, '<time>'],
  // How long something took.
  [/\bexpires (?:\d+(?:ms|[dhms]))+/g, 'expires <duration>'],
  [/= [\d.]+(?:\/[\d.]+)+ ms?\b/g, '= <times>'],
  [/\b\d+(?:\.\d+)? ?(?:ms|msec|milliseconds|usec|us|µs|ns)\b/g, '<duration>'],
  [/\b\d+\.\d+ ?(?:s|sec|secs|seconds)\b/g, '<duration>'],
  [/\b\d+m\d+(?:\.\d+)?s\b/g, '<duration>'],
  [/\b(\w+_lft) \d+sec\b/g, '$1 <duration>'],
  // Processes, namespaces, indexes.
  [/\b((?:p?pid|tgid)[\s:=]+)\d+/gi, '$1<pid>'],
  // The first of a namespace is that everywhere.
  [/(?<=^NS(?:pid|tgid|pgid|sid):(?:\s+\S+)*)\s+(?!1(?!\d))\d+/g, ' <pid>'],
  [/^(\[\d+\]) \d+$/g, '$1 <pid>'],
  [/^(\[\d+\][+-]?)\s+\d+(?=\s+(?:Running|Stopped|Done|Exit|Terminated|Killed))/g, '$1 <pid>'],
  [/\b([A-Za-z][\w.-]*)\[\d+\](?=:)/g, '$1[<pid>]'],
  [/\b([a-z]+:)\[\d{10}\]/g, '$1[<inode>]'],
  [/^\d+:(?= [^\s:]+: <| [^\s:]+\s+(?:inet6?|link\/\w+) )/g, '<index>:'],
  [/@if\d+\b/g, '@if<index>'],
  [/\b(ifindex|link-netnsid|nsid|netnsid) \d+\b/g, '$1 <index>'],
  [/ \(id: \d+\)/g, ''],
  // A namespace's file belongs to the first user namespace, which a walk is not in.
  [/^(-r--r--r--\.? \d+) (?:root root|nobody nogroup)\b/g, '$1 <owner>'],
  // conntrack says below a listing which version it is.
  [/^(conntrack )v[\d.]+(?= \(conntrack-tools\))/g, '$1<version>'],
  // Counters. nstat's say by 0 that something never happened.
  [/^([A-Z]\w+\s+)[1-9]\d*(?=\s+\d+\.\d$)/g, '$1<count>'],
  [/\bSent \d+ bytes \d+ pkt\b/g, 'Sent <count> bytes <count> pkt'],
  [/\b((?:bytes|packets|pkts)[ :=])\d+(?: \([\d.]+ ?[KMGT]?i?[Bb](?:ytes)?\))?/g, '$1<count>'],
  [/\[\d+:\d+\]/g, '[<count>]'],
  [/\b(overlimits|requeues) \d+/g, '$1 <count>'],
  [/\b(c?tokens|lended|borrowed|giants|deficit): -?\d+/g, '$1: <count>'],
  [/\bbacklog \d+[KMG]?b \d+p\b/g, 'backlog <count>'],
  // A major number from 8000: up is the kernel's choice.
  [/\b((?:qdisc \S+|class \S+|parent) )[89a-f][\da-f]{3}:/g, '$1<handle>:'],
  // Ports that the kernel chose for a client.
  [new RegExp(String.raw`(${IPV4}|\])([:.]| |', )${CHOSEN_PORT}\b`, 'g'), '$1$2<port>'],
  [new RegExp(String.raw`\b(port )${CHOSEN_PORT}\b`, 'g'), '$1<port>'],
  // Packets.
  [/\b(id) \d+(?=[,)])/g, '$1 <id>'],
  [/\b(seq|ack) \d{4,}(?::\d{4,})?/g, '$1 <number>'],
  [/\bTS val \d+ ecr \d+/g, 'TS val <time> ecr <time>'],
  [/\bcksum 0x[\da-f]+(?: \((?:un|in)?correct(?: -> 0x[\da-f]+)?\))?/g, 'cksum <sum>'],
  [/\b0x[\da-f]{8,}\b/g, '<id>'],
]

const known = new Map<string, string>()

/** A line without what changes by itself, and with single spaces: two that mean the same are equal. */
export function masked(line: string): string {
  const before = known.get(line)
  if (before !== undefined) return before
  let text = inEnglish(line.trim())
  for (const [pattern, instead] of MASKS) text = text.replace(pattern, instead)
  text = text.replace(/\s+/g, ' ')
  text = errorMeaning(text) ?? text
  if (known.size > 5000) known.clear()
  known.set(line, text)
  return text
}
