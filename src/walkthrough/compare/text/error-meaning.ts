import { inEnglish } from '../../typed/translations.ts'

type Meaning = readonly [pattern: RegExp, meaning: (...parts: string[]) => string]

const notFound = (program = '') => `command not found: ${program}`
const noDevice = (device = '') => `no such device: ${device}`

/** What the kernel's explanations are called where an older `ip` prints the error number's text. */
const NETLINK: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'ipv4: address already assigned': 'file exists',
    'ipv6: address already assigned': 'file exists',
    'ipv4: address not found': 'cannot assign requested address',
    'ipv6: address not found': 'cannot assign requested address',
    'nexthop has invalid gateway': 'network is unreachable',
    'nexthop device is not up': 'network is down',
    'unknown device type': 'operation not supported',
  }),
)

const netlink = (text = '') => {
  const words = text.toLowerCase().replace(/\.$/, '')
  return `netlink error: ${NETLINK.get(words) ?? words}`
}

/** One failure, said by several tools, or by one in several versions. Quotes are straight here. */
const MEANINGS: readonly Meaning[] = [
  [/^.*?command not found: (\S+)$/, notFound],
  [/^Command '(\S+?)' not found(?:, .*)?$/, notFound],
  [/^(?:.*: )?(\S+?): (?:command )?not found$/, notFound],
  [/^exec of "(.+?)" failed: No such file or directory$/, notFound],
  [/^nsenter: failed to execute (\S+): No such file or directory$/, notFound],
  [/^RTNETLINK answers: (.+)$/, netlink],
  [/^Error: (.+)$/, netlink],
  [/^(?:Error: )?Cannot find device "(.+?)"$/, noDevice],
  [/^Device "(.+?)" does not exist\.?$/, noDevice],
  [/^ip: can't find device '(.+?)'$/, noDevice],
  [/^(\S+): error fetching interface information: Device not found$/, noDevice],
]

/** What an error says, in words that its spellings share; undefined: it is none that is known. */
export function errorMeaning(line: string): string | undefined {
  for (const [pattern, meaning] of MEANINGS) {
    const found = pattern.exec(line)
    if (found !== null) return meaning(...found.slice(1).map(part => part ?? ''))
  }
  return undefined
}

const COMPLAINT =
  /^(?:RTNETLINK answers:|Error:|Usage:)|\b(?:not found|No such (?:file|device|process)|Permission denied|Operation not permitted|does not exist)\b|^\S+: (?:cannot|can't|could not|unable to|error|fatal)\b/

/** Whether a line says that something went wrong. */
export const isComplaint = (line: string): boolean => COMPLAINT.test(inEnglish(line))
