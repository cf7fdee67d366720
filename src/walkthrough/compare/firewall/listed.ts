import type { ComparedOutput, Comparison } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { compareFacts, extraDifferences, type Fact } from '../text/compare-facts.ts'

/** `ipset list`: sets and their members; counters, time-outs and sizes are nothing. */
function ipsetFacts(lines: readonly string[]): Fact[] {
  const facts: Fact[] = []
  let set = ''
  let isMember = false
  for (const line of lines) {
    const [, key, value = ''] = /^(Name|Type|Header|Members):\s*(.*)$/.exec(line) ?? []
    if (key === 'Name') {
      set = value
      isMember = false
      facts.push({ what: 'set', value })
    } else if (key === 'Type') facts.push({ what: `type of ${set}`, value })
    else if (key === 'Header') {
      const [, family] = /family (\S+)/.exec(value) ?? []
      if (family !== undefined) facts.push({ what: `family of ${set}`, value: family })
    } else if (key === 'Members') isMember = true
    else if (isMember && line.trim() !== '' && !isLeftOut(line)) {
      const member = line.trim().replace(/ (?:timeout|packets|bytes) \d+/g, '')
      facts.push({ what: `member of ${set}`, value: member })
    } else if (line.startsWith('ipset v')) facts.push({ what: 'failure', value: line })
  }
  return facts
}

/** A connection that is tracked: who speaks to whom, both ways; what the kernel chose is nothing. */
function conntrackFacts(lines: readonly string[]): Fact[] {
  return lines.flatMap(line => {
    const [, protocol] = /^(?:ipv[46]\s+\d+\s+)?([a-z-]+\d?)\s+\d+\s+(?:\d+\s)?/.exec(line) ?? []
    if (protocol === undefined || !/\bsrc=/.test(line)) return []
    const state = /\s([A-Z_]{4,})\s/.exec(line)?.[1]
    const flags = [...line.matchAll(/\[(UNREPLIED|ASSURED)\]/g)].map(([flag]) => flag)
    const ends = [...line.matchAll(/\b(src|dst|dport|type|sport)=(\S+)/g)]
      .filter(([, name, value]) => !/port/.test(name ?? '') || Number(value) < 32768)
      .map(([text]) => text)
    const what = [protocol, ...ends.slice(0, 2)].join(' ')
    return [{ what, value: [state, ...ends, ...flags].filter(Boolean).join(' ') }]
  })
}

const reader = (program: string, args: readonly string[]) => {
  if (program === 'ipset' && args.some(arg => /^(?:list|-L|--list|-l)$/.test(arg)))
    return ipsetFacts
  if (program === 'conntrack' && args.some(arg => /^(?:-L|--dump)$/.test(arg)))
    return conntrackFacts
  return undefined
}

/** `ipset list`, `conntrack -L`. */
export function listed({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  const facts = reader(command.program, command.args)
  const wanted = facts?.(shown) ?? []
  if (facts === undefined || wanted.length === 0) return undefined
  const { differences, extra } = compareFacts(wanted, facts(plainLines(seen)))
  // Connections of before are tracked for minutes.
  const isOpen = command.program === 'conntrack' || shown.some(isLeftOut)
  return {
    differences: [...differences, ...(isOpen ? [] : extraDifferences(extra))],
    explained: [],
    leftOut: isOpen ? extra.map(({ what, value }) => `${what}: ${value}`) : [],
  }
}
