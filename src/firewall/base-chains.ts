import { inTable, type Family, type RuleSet } from './rule.ts'

/** Rules of the user's own: first of all in FORWARD, before any of a network's (D8). */
export const USER = 'TNET-USER'
export const FORWARD = 'TNET-FORWARD'
/** What may enter which bridge. */
export const INTO = 'TNET-INTO'
/** What was published. */
export const PUBLISHED = 'TNET-PUBLISHED'
export const PUBLISH = 'TNET-PUBLISH'
export const POSTROUTING = 'TNET-POSTROUTING'
export const PREROUTING = 'TNET-PREROUTING'
/** What one network of many hosts sends to another. */
export const APART = 'TNET-APART'

/** The user's chain and the way into it: they outlive the rest while the user has rules there. */
export function userChain(family: Family): RuleSet {
  return {
    family,
    chains: [{ table: 'filter', name: USER }],
    rules: [inTable('filter', { at: 1 })`FORWARD -j ${USER}`],
  }
}

/**
 * The chains that all networks of a host share, and the ways into them:
 *
 *     *raw
 *     -A PREROUTING -j TNET-PREROUTING
 *     *nat
 *     -A PREROUTING -m addrtype --dst-type LOCAL -j TNET-PUBLISH
 *     -A OUTPUT -m addrtype --dst-type LOCAL -j TNET-PUBLISH
 *     -A POSTROUTING -j TNET-POSTROUTING
 *     *filter
 *     -A FORWARD -j TNET-FORWARD
 *     -A TNET-FORWARD -j TNET-INTO
 *
 * DNAT is for every local destination, 127.0.0.1 too, because no proxy stands in for it (D15);
 * IPv6 has nothing like route_localnet, so ::1 stays out.
 */
export function baseChains(family: Family): RuleSet {
  const exceptLoopback = family === 6 ? ['!', '-d', '::1/128'] : []
  return {
    family,
    chains: [
      { table: 'raw', name: PREROUTING },
      { table: 'nat', name: PUBLISH },
      { table: 'nat', name: POSTROUTING },
      { table: 'filter', name: APART },
      { table: 'filter', name: FORWARD },
      { table: 'filter', name: INTO },
      { table: 'filter', name: PUBLISHED },
    ],
    rules: [
      inTable('raw')`PREROUTING -j ${PREROUTING}`,
      inTable('nat')`PREROUTING -m addrtype --dst-type LOCAL -j ${PUBLISH}`,
      inTable('nat')`OUTPUT ${exceptLoopback} -m addrtype --dst-type LOCAL -j ${PUBLISH}`,
      inTable('nat')`POSTROUTING -j ${POSTROUTING}`,
      // After the user's chain, which is number 1.
      inTable('filter', { at: 2 })`FORWARD -j ${FORWARD}`,
      inTable('filter')`${FORWARD} -j ${INTO}`,
    ],
  }
}
