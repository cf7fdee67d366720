import { isIP, isPublic } from '../../plan/machines/addresses.ts'
import type { Difference } from '../comparison.ts'
import { readEndpoint } from './packet-endpoint.ts'

const ENDS = /\bIP6? (\S+) > (\S+?):(?:\s|$)/

const endsOf = (lines: readonly string[]): Set<string> =>
  new Set(
    lines.flatMap(line => {
      const [, from, to] = ENDS.exec(line) ?? []
      return from === undefined || to === undefined
        ? []
        : [readEndpoint(from).address, readEndpoint(to).address]
    }),
  )

/** What `shown` is with addresses for names, and what was taken for what. */
interface Numbered {
  shown: readonly string[]
  explained: Difference[]
}

/**
 * Without `-n` tcpdump prints the names that a name server knows: `dns.google`. Nobody in a walk knows
 * them; the one name that is shown is the one public address that is not.
 */
export function withoutAskedNames(shown: readonly string[], seen: readonly string[]): Numbered {
  const inShown = endsOf(shown)
  const names = [...inShown].filter(
    end => !isIP(end) && /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/i.test(end),
  )
  const addresses = [...endsOf(seen)].filter(end => isPublic(end) && !inShown.has(end))
  const [[name], [address]] = [names, addresses]
  if (name === undefined || address === undefined || names.length + addresses.length > 2) {
    return { shown, explained: [] }
  }
  const explanation = 'a name server tells tcpdump that name there'
  return {
    shown: shown.map(line => line.replaceAll(name, address)),
    explained: [{ what: 'name', shown: name, seen: address, explanation }],
  }
}
