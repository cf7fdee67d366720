import { isAddress } from '../../../ipam/address.ts'
import type { Comparer } from '../comparison.ts'
import { prefixOf } from './address-name.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { createRoute } from './routes.ts'
import { NONE, SOME } from './thing.ts'
import type { Thing } from './thing.ts'
import { explainUplink, seemsManaged } from './uplink.ts'

const ROW4 =
  /^\s*(\S+)\s+(\S+)\s+(\d+\.\d+\.\d+\.\d+)\s+([A-Z!]+)\s+(\d+)\s+(?:\d+|-)\s+(?:\d+|-)\s+(\S+)\s*$/
const ROW6 = /^\s*(\[?[\da-f:]+\]?\/\d+)\s+(\S+)\s+([A-Za-z!]+)\s+(-?\d+)\s+\d+\s+\d+\s+(\S+)\s*$/i
/** Names that /etc/networks gives. */
const NETWORKS: Readonly<Record<string, string>> = {
  default: '0.0.0.0',
  'link-local': '169.254.0.0',
  loopback: '127.0.0.0',
}

/** A gateway as `route` prints it: `0.0.0.0`, `*`, `-` and `[::]` are none; a name is some. */
function gatewayOf(text: string): string {
  const address = text.replace(/[[\]]/g, '')
  if (/^(?:0\.0\.0\.0|\*|-|::)$/.test(address)) return NONE
  return isAddress(address) ? address : SOME
}

function read4(line: string, hasMetric: boolean): Thing | undefined {
  const [, to = '', via = '', mask = '', flags = '', metric, dev = ''] = ROW4.exec(line) ?? []
  const prefix = prefixOf(mask)
  if (prefix === undefined) return undefined
  const network = Object.hasOwn(NETWORKS, to) ? NETWORKS[to] : to
  return createRoute({
    destination: `${network}/${prefix}`,
    type: flags.includes('!') ? 'unreachable' : 'unicast',
    via: gatewayOf(via),
    dev: /^[-*]$/.test(dev) ? NONE : dev,
    ...(hasMetric ? { metric } : {}),
  })
}

function read6(line: string): Thing | undefined {
  const [, to = '', via = '', flags = '', metric, dev = ''] = ROW6.exec(line) ?? []
  if (to === '') return undefined
  const route = createRoute({
    destination: to.replace(/[[\]]/g, ''),
    type: flags.includes('!') ? 'unreachable' : 'unicast',
    via: gatewayOf(via),
    dev: dev.replace(/^-$/, NONE),
  })
  // `Un` are the kernel's own, and what a metric says of them differs by version.
  if (/n/.test(flags)) route.isUsual = true
  else route.facts.set('metric', metric ?? '0')
  return route
}

/** `route`, `route -n`, `netstat -rn`, whatever language their headings are in. */
export const compareLegacyRoutes: Comparer = listingComparer({
  isOf: ({ program, args }) =>
    (program === 'route' && args.every(word => word.startsWith('-') || /^inet6?$/.test(word))) ||
    (program === 'netstat' && args.some(word => /^(?:-\w*r\w*|--route)$/.test(word))),
  read: (lines, { program }) => {
    const reading = readLines<Thing>(
      lines,
      (line, last) =>
        read4(line, program === 'route') ??
        read6(line) ??
        (last === undefined ? 'nothing' : undefined),
    )
    explainUplink(reading.things, seemsManaged)
    return reading
  },
})
