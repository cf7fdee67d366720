import type { Comparer } from '../comparison.ts'
import { isLeftOut } from '../lines.ts'
import { addressName, destinationName } from './address-name.ts'
import { ipCommand, lists } from './ip-command.ts'
import { jsonObjects, objectsIn, textIn, wordsIn } from './json-devices.ts'
import type { JsonObject } from './json-devices.ts'
import { listingComparer } from './listing-comparer.ts'
import { wordValues } from './device.ts'
import { isCut } from './shown-lines.ts'
import { NONE, factsOf } from './thing.ts'
import type { Reading, Thing } from './thing.ts'
import { explainUplink, isManaged } from './uplink.ts'

const TYPES =
  /^(?:unicast|local|broadcast|multicast|anycast|blackhole|unreachable|prohibit|throw|nat)$/
/** What of a cached route is said in a line of its own. */
const OF_CACHE = /^\s*(?:cache|expires|users)\b/
const DESTINATION = /^(?:default|any|[\da-f]*[.:][\da-f.:]*(?:\/\d+)?|\d+\/\d+)$/i
const VALUES = new Set('via dev proto scope src metric table from weight mark nhid'.split(' '))

/** What a listing says of a route. */
export interface RouteFacts {
  /** As it is written: `default`, `172.18.0.0/16`. */
  destination: string
  type?: string | undefined
  via?: string | undefined
  dev?: string | undefined
  scope?: string | undefined
  src?: string | undefined
  metric?: string | undefined
  table?: string | undefined
  from?: string | undefined
  proto?: string | undefined
  /** Of packets that `ip route get` asks for: `1`, `0x1`. */
  mark?: string | undefined
  /** Of an object that `ip nexthop` made. */
  nhid?: string | undefined
  isLinkDown?: boolean
  isOnlink?: boolean
}

/** Kernels make these by themselves, and documents leave them out. */
const isKernelMade = (type: string | undefined, destination: string) =>
  (type !== undefined && /^(?:local|broadcast|multicast|anycast)$/.test(type)) ||
  /^(?:ff[\da-f]{2}:|fe80:)/i.test(destination)

/** Every version lists the way to an address of the machine. */
const isAlwaysThere = (type: string | undefined, destination: string) =>
  type === 'local' && !/^fe80:/i.test(destination)

const inOneSpelling = (value: string | undefined) =>
  value === undefined ? value : addressName(value)

/** A route, with a fact for each thing that tells packets where to go. */
export function createRoute(given: RouteFacts): Thing {
  const destination = destinationName(given.destination)
  const { type, via, dev } = given
  const facts = factsOf({
    type,
    via: inOneSpelling(via),
    dev,
    from: inOneSpelling(given.from),
    scope: given.scope,
    src: inOneSpelling(given.src),
    metric: given.metric,
    table: given.table,
    mark: given.mark === undefined ? undefined : String(Number(given.mark)),
    nhid: given.nhid,
    onlink: given.isOnlink === true ? 'yes' : undefined,
    state: given.isLinkDown === undefined ? undefined : given.isLinkDown ? 'linkdown' : NONE,
  })
  const text = [
    type === 'unicast' ? '' : type,
    via === NONE || via === undefined ? '' : `via ${via}`,
    dev === NONE || dev === undefined ? '' : `dev ${dev}`,
  ]
  const route: Thing = { name: `route ${destination}`, facts, parts: [] }
  route.strictly = factsOf({ proto: given.proto })
  route.text = text.filter(Boolean).join(' ') || 'there'
  if (isKernelMade(type, destination)) {
    route.isUsual = true
    if (isAlwaysThere(type, destination)) return route
    route.whyMissing = 'the kernel makes this route by itself, and not every version lists it'
  } else if (type === 'unreachable' && dev === 'lo') {
    route.whyMissing = 'older kernels list a route to nowhere where there is no other'
  }
  return route
}

const createHop = (via: string, dev?: string, weight?: string): Thing => ({
  name: `next hop ${addressName(via)}`,
  kind: 'next hop',
  facts: factsOf({ dev, weight }),
})

function readHop(line: string): Thing | undefined {
  if (!/^\s*nexthop\s/.test(line)) return undefined
  const { via = NONE, dev = NONE, weight } = wordValues(line, VALUES)
  return createHop(via, dev, weight)
}

/** What somebody set, or learned of a smaller link on the way. */
function noteMtu(route: Thing | undefined, text: string): void {
  const mtu = /\bmtu (?:lock )?(\d+)/.exec(text)?.[1]
  // Old versions also print that of the device.
  if (mtu === undefined || /\b(?:advmss|hoplimit)\b/.test(text)) return
  route?.facts.set('mtu', mtu)
}

/** A line of `ip route`. */
function readRoute(line: string): Thing | undefined {
  const tokens = line.trim().split(/\s+/)
  const hasType = TYPES.test(tokens[0] ?? '')
  const type = hasType ? tokens.shift() : 'unicast'
  const [destination = '', ...rest] = tokens
  if (!DESTINATION.test(destination)) return undefined
  const text = rest.join(' ')
  const values = wordValues(text, VALUES)
  const none = isCut(text) ? undefined : NONE
  const via = rest[rest.indexOf('via') + 1]
  return createRoute({
    destination,
    ...values,
    type,
    // `via inet6 fe80::1` is a gateway of the other family.
    via: /^inet6?$/.test(values['via'] ?? '')
      ? rest[rest.indexOf('via') + 2]
      : ((values['via'] && via) ?? none),
    dev: values['dev'] ?? none,
    isOnlink: rest.includes('onlink'),
    ...(isCut(text) || isOld(line) ? {} : { isLinkDown: rest.includes('linkdown') }),
  })
}

/** Before Linux 4.2 nobody knew of a route that its link is down; iproute2 put two spaces then. */
const isOld = (line: string) => /\S {2}(?:proto|scope|src) /.test(line) && !/linkdown/.test(line)

const JSON_KEYS = ['dev', 'scope', 'metric', 'table', 'from'] as const

function routeOfJson(object: JsonObject): Thing {
  const given: RouteFacts = {
    destination: textIn(object, 'dst') ?? 'default',
    type: textIn(object, 'type') ?? 'unicast',
    via: textIn(object, 'gateway') ?? NONE,
    src: textIn(object, 'prefsrc'),
    proto: textIn(object, 'protocol'),
    isLinkDown: wordsIn(object, 'flags').includes('linkdown'),
    isOnlink: wordsIn(object, 'flags').includes('onlink'),
  }
  for (const key of JSON_KEYS) given[key] = textIn(object, key)
  const route = createRoute(given)
  route.parts = objectsIn(object, 'nexthops').map(hop =>
    createHop(textIn(hop, 'gateway') ?? NONE, textIn(hop, 'dev'), textIn(hop, 'weight')),
  )
  return route
}

/** Reads what `ip route` prints. */
export function readRoutes(lines: readonly string[]): Reading {
  const json = jsonObjects(lines)
  if (json?.every(object => 'dst' in object) === true) {
    return { things: json.map(routeOfJson), unread: [] }
  }
  const things: Thing[] = []
  const unread: Reading['unread'] = []
  for (const [number, text] of lines.entries()) {
    if (text.trim() === '' || isLeftOut(text)) continue
    for (const line of text.split(/\\(?=\s)|\s(?=nexthop\s)/)) {
      const isOfCache = OF_CACHE.test(line)
      if (isOfCache) noteMtu(things.at(-1), line)
      if (isOfCache || line.trim() === '') continue
      const hop = readHop(line)
      const route = hop === undefined ? readRoute(line) : undefined
      if (hop !== undefined) things.at(-1)?.parts?.push(hop)
      else if (route !== undefined) {
        noteMtu(route, line)
        things.push(route)
      } else unread.push({ number, text: line })
    }
  }
  return { things, unread }
}

/** `ip route`, `ip route get`. */
export const compareRoutes: Comparer = listingComparer({
  isOf: lists('ip', 'route'),
  read: (lines, command) => {
    const reading = readRoutes(lines)
    explainUplink(reading.things, isManaged)
    // The way to an address that was asked for is nothing that some kernels list and some do not.
    if (ipCommand(command)?.verb === 'get') {
      for (const route of reading.things) {
        delete route.isUsual
        delete route.whyMissing
      }
    }
    return reading
  },
})
