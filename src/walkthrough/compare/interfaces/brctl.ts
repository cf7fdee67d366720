import type { Comparer } from '../comparison.ts'
import { isLeftOut } from '../lines.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { whyElsewhere } from './made-by-modules.ts'
import { factsOf } from './thing.ts'
import type { Reading, Thing } from './thing.ts'

const BRIDGE = /^\s*(\S+)\s+[\da-f]{4}\.[\da-fx*]{12}\s+(yes|no)(?:\s+(\S+))?\s*$/i
const HEADING = /\bbridge\s+id\b|\bport\s+no\b/i

const createPort = (name: string): Thing => ({
  name,
  kind: 'port',
  facts: new Map(),
  text: 'a port',
})

function createBridge(name: string, stp: string | undefined): Thing & { parts: Thing[] } {
  const bridge = { name, facts: factsOf({ STP: stp }), parts: [], isUsual: true, text: 'a bridge' }
  const whyMissing = whyElsewhere(name)
  return whyMissing === undefined ? bridge : { ...bridge, whyMissing }
}

/** Reads what `brctl show` prints: ports below the first stand alone in their lines. */
export function readBridges(lines: readonly string[]): Reading {
  const things: ReturnType<typeof createBridge>[] = []
  const unread: Reading['unread'] = []
  for (const [number, text] of lines.entries()) {
    const last = things.at(-1)
    const [, name, stp, port] = BRIDGE.exec(text) ?? []
    const more = /^\s*(\S+)\s*$/.exec(text)?.[1]
    if (text.trim() === '' || HEADING.test(text)) continue
    if (isLeftOut(text)) {
      if (last !== undefined) Object.assign(last, { isOpen: true })
    } else if (name !== undefined) {
      const bridge = createBridge(name, stp)
      if (port !== undefined) bridge.parts.push(createPort(port))
      things.push(bridge)
    } else if (last !== undefined && more !== undefined) last.parts.push(createPort(more))
    else unread.push({ number, text })
  }
  return { things, unread }
}

/** `brctl show`. */
export const compareBridges: Comparer = listingComparer({
  isOf: ({ program, args }) => program === 'brctl' && args[0] === 'show',
  read: readBridges,
})

/** `brctl showmacs BRIDGE`: on which ports somebody was heard. */
export const compareBridgeMacs: Comparer = listingComparer({
  isOf: ({ program, args }) => program === 'brctl' && args[0] === 'showmacs',
  read: lines => {
    const reading = readLines<Thing>(lines, line => {
      if (HEADING.test(line)) return 'nothing'
      const [, port, isLocal] =
        /^\s*(\d+)\s+(?:[\da-fx*]{2}:){5}[\da-fx*]{2}\s+(yes|no)\b/i.exec(line) ?? []
      if (port === undefined) return undefined
      const whose = isLocal === 'yes' ? 'own address' : 'somebody heard'
      return { name: `port ${port}: ${whose}`, facts: new Map(), isUsual: true }
    })
    const first = new Map(reading.things.map(thing => [thing.name, thing]))
    return { ...reading, things: [...first.values()] }
  },
})

/** `brctl showstp BRIDGE`: the states of its ports; what costs and timers say is nothing. */
export const compareSpanningTree: Comparer = listingComparer({
  isOf: ({ program, args }) => program === 'brctl' && args[0] === 'showstp',
  read: lines =>
    readLines<Thing>(lines, (line, last) => {
      const port = /^(\S+)\s+\(\d+\)\s*$/.exec(line)?.[1]
      if (port !== undefined) return { name: `port ${port}`, facts: new Map() }
      const bridge = /^(\S+)\s*$/.exec(line)?.[1]
      if (bridge !== undefined) return { name: bridge, facts: new Map(), isUsual: true }
      const state = /\bstate\s+([a-z]+)\s*$/.exec(line)?.[1]
      if (state !== undefined) last?.facts.set('state', state)
      return 'nothing'
    }),
})
