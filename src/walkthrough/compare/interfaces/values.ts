import type { Comparer } from '../comparison.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { factsOf } from './thing.ts'
import type { Thing } from './thing.ts'

const VALUES = /^\/(?:proc\/sys|sys\/class\/net)\//
/** Files of a device whose values are numbers that mean nothing, or a MAC. */
const NUMBERS = /\/(?:ifindex|iflink|address|broadcast|statistics\/\w+|dev_id|tx_queue_len|\w*id)$/

const squeezed = (text: string) => text.trim().replace(/\s+/g, ' ')
/** `/proc/sys/net/ipv4/ip_forward`, `net/ipv4/ip_forward` and `net.ipv4.ip_forward` are one. */
const nameOf = (path: string) => path.replace(/^\/proc\/sys\//, '').replaceAll('/', '.')

/** `sysctl`: `net.ipv4.ip_forward = 1`, or the value alone. */
export const compareSysctls: Comparer = listingComparer({
  isOf: ({ program }) => program === 'sysctl',
  read: (lines, { args }) => {
    const asked = args
      .filter(word => !word.startsWith('-'))
      .map(word => nameOf(word.replace(/=.*$/, '')))
    let number = 0
    return readLines<Thing>(lines, line => {
      if (/^\s*(?:\*|#)/.test(line)) return 'nothing'
      const [, key, value = ''] = /^\s*([\w./*-]+)\s*[=:]\s*(.*)$/.exec(line) ?? []
      if (key !== undefined)
        return { name: nameOf(key), facts: factsOf({ value: squeezed(value) }), isUsual: true }
      if (!/^[-\d\s]+$|^\s*\w+\s*$/.test(line)) return undefined
      return { name: asked[number++] ?? 'value', facts: factsOf({ value: squeezed(line) }) }
    })
  },
})

/** `cat /proc/sys/net/ipv4/ip_forward`, `cat /sys/class/net/eth0/operstate`. */
export const compareFileValues: Comparer = listingComparer({
  isOf: ({ program, args }) =>
    program === 'cat' && args.length > 0 && args.every(word => VALUES.test(word)),
  read: (lines, { args }) => {
    let number = 0
    return readLines<Thing>(lines, line => {
      const path = args[Math.min(number++, args.length - 1)] ?? ''
      const value = factsOf({ value: squeezed(line) })
      const thing: Thing = { name: nameOf(path), facts: value, isUsual: true }
      return NUMBERS.test(path) ? { ...thing, facts: new Map(), strictly: value } : thing
    })
  },
})

/** `ethtool`: which driver, or that a counter is there. */
export const compareDrivers: Comparer = listingComparer({
  isOf: ({ program }) => program === 'ethtool',
  read: lines =>
    readLines<Thing>(lines, line => {
      const [, key = '', value = ''] = /^\s*([\w.\- ()/]+):\s*(.*)$/.exec(line) ?? []
      if (key === '') return undefined
      const counts = key === 'driver' || key === 'Link detected'
      return {
        name: squeezed(key),
        facts: counts ? factsOf({ value: squeezed(value) }) : new Map(),
        isUsual: true,
      }
    }),
})
