import { inEnglish } from '../../typed/translations.ts'
import { isLeftOut } from '../lines.ts'
import { masked } from '../text/masks.ts'
import { failureReason } from './failure.ts'

export type Loss = 'none' | 'some' | 'all'

/** What one run of `ping` says, whoever wrote that ping. */
export interface PingOutput {
  /** As it was typed: a name or an address. */
  target?: string
  /** What it resolved to. */
  address?: string
  from?: string
  payload?: number
  /** Who answered; TTLs that came. */
  answeredBy: Set<string>
  ttls: Set<string>
  /** What came instead of answers, in one spelling: `host unreachable, says 192.0.2.1`. */
  errors: Set<string>
  isDuplicated: boolean
  transmitted?: number
  received?: number
  /** Whose statistics those are. */
  summaryOf?: string
  /** Of the statistics, in the tool's words. */
  lossText?: string
  loss?: Loss
  /** Lines that nobody knows. */
  others: string[]
  /** `...` stands in it. */
  isElided: boolean
}

const empty = (): PingOutput => ({
  answeredBy: new Set(),
  ttls: new Set(),
  errors: new Set(),
  isDuplicated: false,
  others: [],
  isElided: false,
})

const HEADER =
  /^PING\s+(\S+?)\s*\((?:[^()\s]+ \()?([^()]+)\)\)?(?::)?(?: from (\S+)(?: (\S+?))?\s*:)?\s*(?:(\d+)(?:\(\d+\))?)?/
const HEADER_6 = /^PING6?\(\d+=40\+8\+(\d+) bytes\) (\S+) --> (\S+)/
const REPLY = /^\d+ bytes from (.+?)(?:: |, )(?:icmp_)?(?:seq|req)[ =]\d+/
const STATISTICS =
  /^(\d+) packets? transmitted, (\d+) (?:packets )?received.*?([\d.]+)% packet loss/
const SUMMARY = /^--- (\S+).*statistics ---/
const ERROR = /^From (\S+?)(?: \(([^)]+)\))?:?(?: icmp_seq=\d+)? (.+)$/i
const NOTHING =
  /^(?:rtt |round-trip |pipe \d+|\s*$|.*\bipg\/ewma\b|ping: Warning: time of day|WARNING: pinging broadcast|.*Request timeout for icmp_seq|no answer yet for icmp_seq)/

/** `host.example (192.0.2.1)` is its address. */
const addressOf = (text: string) => (/\(([^)\s]+)\)/.exec(text)?.[1] ?? text).replace(/[:,]$/, '')

const number = (text: string | undefined) => (text === undefined ? {} : { payload: Number(text) })

function readHeader(line: string): Partial<PingOutput> | undefined {
  const six = HEADER_6.exec(line)
  if (six !== null) {
    const [, payload, from = '', address = ''] = six
    return { target: address, address, from, ...number(payload) }
  }
  const four = HEADER.exec(line)
  if (four === null) return undefined
  const [, target = '', address = '', from, device, payload] = four
  const source = [from, device].filter(word => word !== undefined).join(' ')
  return { target, address, ...(source === '' ? {} : { from: masked(source) }), ...number(payload) }
}

function readError(line: string): string | undefined {
  const [, name = '', address, text = ''] = ERROR.exec(line) ?? []
  if (name !== '') {
    const mtu = /mtu ?= ?(\d+)/.exec(text)?.[1]
    const hop = /New nexthop: ([^)\s]+)/i.exec(text)?.[1]
    const says = failureReason(text) ?? masked(text).toLowerCase()
    const more = [mtu && ` (mtu ${mtu})`, hop && ` (by ${hop})`].filter(Boolean).join('')
    return `${says}${more}, says ${address ?? name}`
  }
  if (!/^(?:ping6?|[Cc]onnect|sendmsg|sendto|arping)\b.*: /.test(line)) return undefined
  const mtu = /mtu ?[=:] ?(\d+)/.exec(line)?.[1]
  const says = failureReason(line)
  return says === undefined ? undefined : says + (mtu === undefined ? '' : ` (mtu ${mtu})`)
}

/** By what it says; old versions round a little to nothing. */
function lossOf(received: number, transmitted: number, percent: number): Loss {
  if (percent === 100) return 'all'
  return percent === 0 && (received === 0 || received >= transmitted) ? 'none' : 'some'
}

function readStatistics(run: PingOutput, line: string): boolean {
  const [, transmitted, received, percent] = STATISTICS.exec(line) ?? []
  if (transmitted === undefined) return false
  run.transmitted = Number(transmitted)
  run.received = Number(received)
  run.lossText = `${Number(percent)}%`
  run.loss = lossOf(run.received, run.transmitted, Number(percent))
  if (/\+[1-9]\d* duplicates/.test(line)) run.isDuplicated = true
  return true
}

function readLine(run: PingOutput, line: string): void {
  const [, from] = REPLY.exec(line) ?? []
  if (from !== undefined) {
    run.answeredBy.add(addressOf(from))
    const ttl = /(?:ttl|hlim)[=:](\d+)/.exec(line)?.[1]
    if (ttl !== undefined) run.ttls.add(ttl)
    if (/\(DUP!\)/.test(line)) run.isDuplicated = true
    return
  }
  const summaryOf = SUMMARY.exec(line)?.[1]
  if (summaryOf !== undefined) run.summaryOf = summaryOf
  if (summaryOf !== undefined || readStatistics(run, line) || NOTHING.test(line)) return
  const error = readError(line)
  if (error !== undefined) run.errors.add(error)
  else if (/^\s*(?:\d+ bytes from .*)?(?:\.{3}|…)/.test(line)) run.isElided = true
  else run.others.push(line.trim())
}

/** The runs in an output, one behind the other; undefined: it is not what `ping` prints. */
export function readPing(lines: readonly string[]): PingOutput[] {
  const runs: PingOutput[] = []
  for (const given of lines) {
    const line = inEnglish(given.trim())
    if (line === '') continue
    const last = runs.at(-1)
    const header = readHeader(line)
    const isOver = last?.loss !== undefined && REPLY.test(line)
    const begins =
      header !== undefined || isOver || /^ping6?: .*(?:known|resol|unknown host)/.test(line)
    const run = last === undefined || begins ? { ...empty(), ...header } : last
    if (run !== last) runs.push(run)
    if (isLeftOut(line)) run.isElided = true
    else if (header === undefined) readLine(run, line)
  }
  return runs
}
