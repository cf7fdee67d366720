import { failureReason } from './failure.ts'

/** How an attempt to connect ended: `open`, or why not. */
export interface Attempt {
  /** `192.0.2.1 port 80`, where it is said. */
  target?: string
  outcome: string
}

/** What a line of `curl`, `wget`, `nc` or `telnet` is. */
export type ConnectionLine =
  | { type: 'attempt'; attempt: Attempt; isDetail?: boolean }
  | { type: 'fact'; what: string; value: string; isOptional?: boolean }
  | { type: 'status'; code: string }
  /** Progress, greetings, what an answer is stored in. */
  | { type: 'nothing' }
  | { type: 'body' }

export const UNKNOWN_REASON = 'could not connect'
const NOTHING: ConnectionLine = { type: 'nothing' }

/** Codes of curl that mean one thing whatever stands behind them. */
const CURL: Readonly<Record<string, string>> = {
  '6': 'the name does not resolve',
  '28': 'timed out',
  '52': 'empty reply',
}

const target = (address = '', port = ''): { target?: string } =>
  address === '' ? {} : { target: port === '' ? address : `${address} port ${port}` }

function attempt(outcome: string, address?: string, port?: string): ConnectionLine {
  return { type: 'attempt', attempt: { ...target(address, port), outcome } }
}

function curlLine(line: string): ConnectionLine | undefined {
  const [, code, text = ''] = /^curl: \((\d+)\)\s*(.*)$/.exec(line) ?? []
  if (code !== undefined) {
    const where = /connect(?:ion)? to (\S+?)(?::(\d+)[;:]|\s+port (\d+))/i.exec(text)
    const vague = /couldn't connect to (?:server|host)|could not connect to server/i.test(text)
    const said = vague ? UNKNOWN_REASON : failureReason(text)
    const outcome = CURL[code] ?? said ?? (code === '7' ? UNKNOWN_REASON : `curl's error ${code}`)
    return attempt(outcome, where?.[1], where?.[2] ?? where?.[3])
  }
  const [, address, port, why] =
    /^\* +connect to (\S+) port (\d+).*? failed: (.*)$/.exec(line) ?? []
  if (why !== undefined) {
    const outcome = failureReason(why) ?? UNKNOWN_REASON
    return { type: 'attempt', attempt: { ...target(address, port), outcome }, isDetail: true }
  }
  const [, ip, service] =
    /^\* +(?:Established connection|Connected) to \S+ \(([^)\s]+)\)? port (\d+)/.exec(line) ?? []
  if (ip !== undefined) return attempt('open', ip, service)
  const isMeter =
    /^\s*% Total\s+% Received|^\s*Dload\s+Upload|^\s*\d+\s+[\d.]+[kMG]?\s+\d+\s+[\d.]+[kMG]?\s+\d+|^[{}] \[\d+ bytes data\]/.test(
      line,
    )
  return isMeter || /^\*\s/.test(line) ? NOTHING : undefined
}

function wgetLine(line: string): ConnectionLine | undefined {
  const [, host, port, result] =
    /^Connecting to (?:[^\s|]+\|)?([^\s:|]+)\|?:(\d+)\.\.\. (.*)$/.exec(line) ?? []
  if (result !== undefined) {
    return attempt(
      result.startsWith('connected') ? 'open' : (failureReason(result) ?? result),
      host,
      port,
    )
  }
  const [, status] = /awaiting response\.\.\. (?:HTTP\/[\d.]+ )?(\d{3})/.exec(line) ?? []
  if (status !== undefined) return { type: 'status', code: status }
  const [, busybox] = /^wget: server returned error: HTTP\/[\d.]+ (\d+)/.exec(line) ?? []
  if (busybox !== undefined) return { type: 'status', code: busybox }
  const [, unreachable] = /^wget: can't connect to remote host \(([^)]+)\)/.exec(line) ?? []
  if (unreachable !== undefined) return attempt(failureReason(line) ?? UNKNOWN_REASON, unreachable)
  const [, name, addresses] = /^Resolving (\S+?)(?: \([^)]*\))?\.\.\. (.*)$/.exec(line) ?? []
  if (name !== undefined && addresses !== undefined) {
    if (/failed/.test(addresses)) return attempt(failureReason(addresses) ?? UNKNOWN_REASON)
    const all = addresses.split(/,\s*/).map(one => one.trim())
    // The others, and those of another family, are those of who asks for them.
    const value = all.find(one => /^[\d.]+$/.test(one)) ?? all[0] ?? ''
    return { type: 'fact', what: `address of ${name}`, value }
  }
  if (/^wget: (?:unable to resolve|bad address|download timed out)/.test(line)) {
    return attempt(failureReason(line) ?? UNKNOWN_REASON)
  }
  const isTalk =
    /^--\d{4}-|^Length: |^Saving to: |^Connecting to |^Giving up|^Retrying|^HTTP request sent|^(?:writing to|saving to|written to) |^\d{4}-\d\d-\d\d .* (?:saved|written to|ERROR \d+)|^\s*\d+K[ .]+|\d+%\s*[[|][=>*| -]*|^'.*' saved$/
  return isTalk.test(line) ? NOTHING : undefined
}

function ncLine(line: string): ConnectionLine | undefined {
  const open = /^Connection to (\S+) (?:\([^)]*\) )?(\d+) port \[.*\] succeeded/.exec(line)
  if (open !== null) return attempt('open', open[1], open[2])
  const failed = /^nc(?:\.\w+)?: connect to (\S+)(?: \([^)]*\))? port (\d+) \(\w+\) (.*)$/.exec(
    line,
  )
  if (failed !== null)
    return attempt(failureReason(failed[3] ?? '') ?? UNKNOWN_REASON, failed[1], failed[2])
  const old = /^\S+ \[([\d.:a-f]+)\] (\d+) \([^)]*\)(?: (open)| ?: (.*))$/i.exec(line)
  if (old !== null) {
    return attempt(old[3] ?? failureReason(old[4] ?? '') ?? UNKNOWN_REASON, old[1], old[2])
  }
  const ncat = /^Ncat: Connected to ([^\s]+):(\d+)\.$/.exec(line)
  if (ncat !== null) return attempt('open', ncat[1], ncat[2])
  if (
    /^(?:Ncat|nc): .*(?:refused|timed out|TIMEOUT|unreachable|No route|not known|bad address)/i.test(
      line,
    )
  ) {
    return attempt(failureReason(line) ?? UNKNOWN_REASON)
  }
  const listens =
    /^(?:Ncat: )?[Ll]istening on (?:(?:0\.0\.0\.0|::|\[any\]|\*)[ :]|\[(?:0\.0\.0\.0|::)\] \(family \d+, port )?(\d+)/.exec(
      line,
    )
  if (listens !== null) return { type: 'fact', what: 'listening', value: `port ${listens[1]}` }
  const from =
    /^(?:Ncat: )?Connection (?:received on|from) \[?((?:\d+\.){3}\d+|[\da-f]*:[\da-f:]*)\b/i.exec(
      line,
    ) ?? /^connect to \[[^\]]*\] from .*\[([^\]]+)\] \d+/.exec(line)
  if (from !== null) return { type: 'fact', what: 'connection from', value: from[1] ?? '' }
  return /^Ncat: |inverse host lookup failed|fwd\/rev mismatch|getnameinfo: /.test(line)
    ? NOTHING
    : undefined
}

function telnetLine(line: string): ConnectionLine | undefined {
  const [, address] = /^Connected to (\S+?)\.?$/.exec(line) ?? []
  if (address !== undefined) return attempt('open', address)
  if (line.startsWith('telnet: ')) return attempt(failureReason(line) ?? UNKNOWN_REASON)
  return /^Trying .*\.\.\.|^Escape character is|^Connection closed by foreign host/.test(line)
    ? NOTHING
    : undefined
}

/** What a line says of a connection; what none of the tools says is what came over it. */
export const readConnectionLine = (line: string): ConnectionLine =>
  curlLine(line) ?? wgetLine(line) ?? ncLine(line) ?? telnetLine(line) ?? { type: 'body' }
