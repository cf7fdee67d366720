import type { TopologyLink } from '../../../runner/events.ts'
import type { Part, Row } from '../box.ts'
import { shorten } from '../text-size.ts'

const NAME_COLUMNS = 24
const ADDRESS_COLUMNS = 45

/** The kernel's word, and what the number of such a link is called. */
const NUMBERS: Readonly<Record<string, string>> = {
  vlan: 'VLAN',
  vxlan: 'VNI',
  gre: 'key',
  gretap: 'key',
}

/** Of those nothing is said: most links are. */
const USUAL = new Set(['veth', 'lo', 'bridge'])

const dim = (text: string): Part => ({ text, tone: 'dim' })

/** An interface's name takes 15 bytes, a label what its author likes. */
export const shortName = (name: string) => shorten(name, NAME_COLUMNS)

/** Of a link that is not as most are: its kind, its number, what carries it, its MTU. */
export function traits({ kind, tunnel, mtu, parent }: TopologyLink): Part[] {
  const said = USUAL.has(kind) || (tunnel?.id !== undefined && kind in NUMBERS)
  return [
    ...(said && kind !== 'gre' && kind !== 'gretap' ? [] : [dim(shorten(kind, 16))]),
    ...(tunnel?.id === undefined ? [] : [dim(`${NUMBERS[kind] ?? 'id'} ${tunnel.id}`)]),
    ...(tunnel?.isStandIn === true ? [dim('stand-in')] : []),
    ...(mtu === 1500 || kind === 'lo' ? [] : [dim(`mtu ${mtu}`)]),
    ...(parent === undefined ? [] : [dim(`on ${shortName(parent)}`)]),
  ]
}

function down({ isUp }: TopologyLink): Part[] {
  return isUp ? [] : [{ text: 'DOWN', tone: 'down' }]
}

/** Every loopback has them. */
const LOOPBACK = new Set(['127.0.0.1/8', '::1/128'])

function addressParts({ kind, addresses }: TopologyLink): Part[] {
  return addresses
    .filter(address => kind !== 'lo' || !LOOPBACK.has(address))
    .map(text => ({ text: shorten(text, ADDRESS_COLUMNS), tone: 'plain' }))
}

/** In a node's box: `eth0 10.0.1.2/24 mtu 1450`; a line more for each address more. */
export function linkRows(link: TopologyLink, said: readonly Part[] = traits(link)): Row[] {
  const [first, ...rest] = addressParts(link)
  return [
    {
      parts: [
        dim(shortName(link.name)),
        ...(first === undefined ? [] : [first]),
        ...said,
        ...down(link),
      ],
      link: link.name,
    },
    ...rest.map(part => ({ parts: [part] })),
  ]
}

/** A box of its own: its name, its addresses, what else there is to say. */
export function deviceRows(link: TopologyLink, what: readonly Part[] = []): Row[] {
  const said = traits(link)
  return [
    {
      parts: [{ text: shortName(link.name), tone: 'title' }, ...what, ...down(link)],
      link: link.name,
    },
    ...addressParts(link).map(part => ({ parts: [part] })),
    ...(said.length === 0 ? [] : [{ parts: said }]),
  ]
}
