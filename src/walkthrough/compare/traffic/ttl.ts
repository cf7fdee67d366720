import { isAddress } from '../../../ipam/address.ts'
import { contains } from '../../../ipam/subnet.ts'
import type { Comparison } from '../comparison.ts'

/** Whoever has them is part of what a document builds: RFC 1918, 3927, 4193, 5737, 3849, 9637. */
const OWN = {
  4: [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '169.254.0.0/16',
    '127.0.0.0/8',
    '192.0.2.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
  ],
  6: ['fc00::/7', 'fe80::/10', '::1/128', '2001:db8::/32', '3fff::/20'],
}

/** Whether an address is none of the internet's. */
function isOwn(given: string): boolean {
  const address = given.replace(/%.*$/, '')
  if (!isAddress(address)) return false
  const [subnets, bits] = isAddress(address, 4) ? [OWN[4], 32] : [OWN[6], 128]
  return subnets.some(subnet => contains(subnet, `${address}/${bits}`))
}

/** What systems begin with: Linux and macOS, Windows, routers. */
const firstTtl = (ttl: number) => [64, 128, 255].find(first => ttl <= first) ?? 255
const hopsOf = (ttls: ReadonlySet<string>) =>
  [...ttls]
    .map(ttl => firstTtl(Number(ttl)) - Number(ttl))
    .sort((a, b) => a - b)
    .join()

/** TTLs of answers, and who sent them. */
export interface Answers {
  answeredBy: ReadonlySet<string>
  ttls: ReadonlySet<string>
}

const list = (words: ReadonlySet<string>) => [...words].sort().join(', ')

/** More or fewer routers on the way count inside of what a document builds, not on the internet. */
export function compareTtls(
  shown: Answers,
  seen: Answers,
): Pick<Comparison, 'differences' | 'explained'> {
  const [before, now] = [list(shown.ttls), list(seen.ttls)]
  if (before === '' || now === '' || before === now) return { differences: [], explained: [] }
  const difference = { what: 'ttl', shown: before, seen: now }
  const isElsewhere = ![...seen.answeredBy].every(isOwn)
  const isOtherSystem = hopsOf(shown.ttls) === hopsOf(seen.ttls)
  const isSomebodyElse = list(shown.answeredBy) !== list(seen.answeredBy)
  if (!isElsewhere && !isOtherSystem && !isSomebodyElse) {
    return { differences: [difference], explained: [] }
  }
  const explanation = isOtherSystem
    ? 'as many routers are on the way, and another system answers'
    : 'another number of routers is on the way, or another system answers'
  return { differences: [], explained: [{ ...difference, explanation }] }
}
