import type { Comparer } from '../comparison.ts'
import { addressName } from './address-name.ts'
import { anyOf } from './link-kind.ts'
import { wordValues } from './device.ts'
import { lists } from './ip-command.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { whyElsewhere } from './made-by-modules.ts'
import { factsOf } from './thing.ts'
import type { Thing } from './thing.ts'

/** The rules that every namespace begins with. */
const BUILT_IN = /^rule from all lookup (?:local|main|default)$/

/** `ip rule`. */
export const compareRules: Comparer = listingComparer({
  isOf: lists('ip', 'rule'),
  read: lines =>
    readLines<Thing>(lines, line => {
      const [, priority, rest = ''] = /^\s*(\d+):\s+(.*)$/.exec(line) ?? []
      if (priority === undefined) return undefined
      const text = rest
        .trim()
        .replace(/\s+/g, ' ')
        .replace(/\btable\b/, 'lookup')
        .replace(/^not from/, 'from not')
      const name = `rule ${text.split(' ').map(addressName).join(' ')}`
      return { name, facts: factsOf({ priority }), isUsual: BUILT_IN.test(name) }
    }),
})

/** `ip tunnel show`. */
export const compareTunnels: Comparer = listingComparer({
  isOf: lists('ip', 'tunnel', 'tunl'),
  read: lines =>
    readLines<Thing>(lines, line => {
      const [, name, mode, rest = ''] = /^\s*([^\s:]+):\s+(\S+)\s+(.*)$/.exec(line) ?? []
      if (name === undefined) return /^\s/.test(line) ? 'nothing' : undefined
      const { remote, local, dev, key } = wordValues(
        rest,
        new Set(['remote', 'local', 'dev', 'key']),
      )
      const tunnel: Thing = {
        name,
        facts: factsOf({ mode, remote: anyOf(remote), local: anyOf(local), dev, key }),
      }
      const whyMissing = whyElsewhere(name)
      if (whyMissing !== undefined) Object.assign(tunnel, { whyMissing, isUsual: true })
      return tunnel
    }),
})

/** `ip maddr`: groups that devices are in; the kernel joins most of them by itself. */
export const compareGroups: Comparer = listingComparer({
  isOf: lists('ip', 'maddress'),
  read: lines =>
    readLines<Thing>(lines, (line, last) => {
      const device = /^\s*\d+:\s+(\S+)\s*$/.exec(line)?.[1]
      if (device !== undefined) return { name: device, facts: new Map(), parts: [], isUsual: true }
      const [, family, group = ''] = /^\s+(link|inet6?)\s+(\S+)/.exec(line) ?? []
      if (family === undefined) return undefined
      // Each address has a group of its own, by its last 24 bits; a link's are those again.
      const isOwn = family === 'link' || /^ff02::1:ff/i.test(group)
      if (!isOwn) last?.parts?.push({ name: addressName(group), facts: new Map(), isUsual: true })
      return 'nothing'
    }),
})
