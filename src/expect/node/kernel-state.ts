import { isAddress } from '../../kernel/netlink/address-bytes.ts'
import { Link } from '../../lab/link.ts'
import type { Node } from '../../lab/node.ts'
import type { Demand } from '../options.ts'

const MOST_LINES = 12

/** What is there, a line each. */
export function lines(all: readonly string[], nothing: string): string {
  if (all.length === 0) return nothing
  const left = all.length - MOST_LINES
  return [...all.slice(0, MOST_LINES), ...(left > 0 ? [`… ${left} more`] : [])].join('\n')
}

/** What a node calls its links, by index. */
export async function linkNames(node: Node): Promise<Map<number, string>> {
  return new Map((await node.links()).map(({ index, name }) => [index, name]))
}

export const addressDemand: Demand = value =>
  typeof value === 'string' && isAddress(value) ? undefined : 'an address'

export const linkDemand: Demand = value =>
  value instanceof Link || (typeof value === 'string' && value !== '')
    ? undefined
    : "a link, or a link's name"

export const macDemand: Demand = value =>
  typeof value === 'string' && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value)
    ? undefined
    : 'six bytes in hexadecimal: 02:42:c0:00:02:01'
