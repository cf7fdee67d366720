import type { ComparedOutput, Comparison } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { compareFacts, extraDifferences, type Fact } from '../text/compare-facts.ts'
import { failureReason } from './failure.ts'

const bare = (name: string) => name.replace(/\.$/, '').toLowerCase()
const data = (text: string) => bare(text.replace(/\s+/g, ' ').trim())

type Reader = (lines: readonly string[], args: readonly string[]) => Fact[]

const failures = (lines: readonly string[]): Fact[] =>
  lines.flatMap(line => {
    if (!/^;;|^\*\*|^\w+: |^Host |timed out|no servers/.test(line)) return []
    const code = /\b(NXDOMAIN|SERVFAIL|REFUSED)\b/.exec(line)?.[1]
    if (code !== undefined) return [{ what: 'status', value: code }]
    const reason = /no servers could be reached/.test(line) ? 'timed out' : failureReason(line)
    return reason === undefined ? [] : [{ what: 'failure', value: reason }]
  })

/** `;; ANSWER SECTION:` and the records below it; with `+short` only what they say. */
const dig: Reader = (lines, args) => {
  const facts = failures(lines.filter(line => !/->>HEADER<<-/.test(line)))
  const status = lines.map(line => /status: (\w+)/.exec(line)?.[1]).find(word => word !== undefined)
  if (status !== undefined) facts.push({ what: 'status', value: status })
  let section = ''
  for (const line of lines) {
    const [, name] = /^;; ([A-Z]+) SECTION/.exec(line) ?? []
    if (name !== undefined) section = name
    const record = /^([^;\s]\S*)\s+(?:\d+\s+)?(?:IN|CH)\s+([A-Z]+)\s+(.*)$/.exec(line)
    if (record !== null && (section === 'ANSWER' || section === '')) {
      facts.push({ what: `${record[2]} of ${bare(record[1] ?? '')}`, value: data(record[3] ?? '') })
    }
    const isShort = args.includes('+short') && /^[^;\s]\S*$/.test(line)
    if (isShort) facts.push({ what: 'answer', value: data(line) })
  }
  return facts
}

/** `Name:` and the addresses behind it; those of the server come before the first name. */
const nslookup: Reader = lines => {
  const facts = failures(lines)
  let name: string | undefined
  for (const line of lines) {
    const [, given] = /^Name:\s*(\S+)/.exec(line) ?? []
    if (given !== undefined) name = bare(given)
    const [, address] = /^Address(?: \d+)?:\s*([\da-f.:]+)(?:\s|$)/i.exec(line) ?? []
    if (name !== undefined && address !== undefined) {
      facts.push({ what: `address of ${name}`, value: address.toLowerCase() })
    }
    const [, asked, pointer] = /^(\S+)\s+name = (\S+)/.exec(line) ?? []
    if (asked !== undefined)
      facts.push({ what: `name of ${bare(asked)}`, value: bare(pointer ?? '') })
  }
  return facts
}

const host: Reader = lines => [
  ...failures(lines),
  ...lines.flatMap(line => {
    const found =
      /^(\S+) (?:has (?:IPv6 )?address|is an alias for|domain name pointer|mail is handled by) (.+)$/.exec(
        line,
      )
    return found === null
      ? []
      : [{ what: `answer for ${bare(found[1] ?? '')}`, value: data(found[2] ?? '') }]
  }),
]

/** Addresses of hosts; what `getent` says of users or services is text. */
const getent: Reader = lines =>
  lines.flatMap(line => {
    const [, address, names = ''] = /^([\da-f]*[.:][\da-f.:]+)\s+(.*)$/i.exec(line) ?? []
    if (address === undefined) return []
    const isByKind = /^(?:STREAM|DGRAM|RAW)\b/.test(names)
    const value = isByKind ? '' : ` ${names.replace(/\s+/g, ' ').trim()}`
    return [{ what: 'entry', value: address + value.trimEnd() }]
  })

const READERS: Readonly<Record<string, Reader>> = { dig, nslookup, host, getent }

/** `dig`, `nslookup`, `host`, `getent`: what is answered; who was asked and how fast is nothing. */
export function names({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  const reader = READERS[command.program]
  if (reader === undefined || !Object.hasOwn(READERS, command.program)) return undefined
  const wanted = reader(shown, command.args)
  const given = reader(plainLines(seen), command.args)
  if (wanted.length === 0) return undefined
  const { differences, extra } = compareFacts(wanted, given)
  const isElided = shown.some(isLeftOut)
  return {
    differences: [...differences, ...(isElided ? [] : extraDifferences(extra))],
    explained: [],
    leftOut: isElided ? extra.map(({ what, value }) => `${what}: ${value}`) : [],
  }
}
