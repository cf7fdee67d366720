import { addressText, prefixBytes } from '../../kernel/netlink/address-bytes.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Link } from '../../lab/link.ts'
import type { Node } from '../../lab/node.ts'
import type { Check } from '../check.ts'
import { checkOptions } from '../options.ts'
import { linkDemand, linkNames, lines } from './kernel-state.ts'

export interface AddressOptions {
  /** The link that must have it. Default: any. */
  dev?: string | Link
}

/** @param wanted `192.0.2.1/24`, or `192.0.2.1` with whatever prefix length */
export function toHaveAddress(node: Node, wanted: string, options: AddressOptions): Check {
  checkOptions('toHaveAddress', options, { dev: linkDemand })
  const { bytes, length } = prefixBytes(wanted)
  const address = addressText(bytes)
  const prefix = wanted.includes('/') ? `${address}/${length}` : undefined
  const dev = options.dev === undefined ? undefined : String(options.dev)
  const text = wanted + (dev === undefined ? '' : ` on ${dev}`)
  return {
    title: `${node.label} has address ${text}`,
    negated: `${node.label} does not have address ${text}`,
    expected: text,
    unexpected: `no ${text}`,
    command: spelled(node.netns.name, `ip addr${dev === undefined ? '' : ` show dev ${dev}`}`),
    look: async () => {
      const names = await linkNames(node)
      const all = await node.addresses()
      const ok = all.some(
        each =>
          each.address === address &&
          (prefix === undefined || each.prefix === prefix) &&
          (dev === undefined || names.get(each.index) === dev),
      )
      const shown = all
        .filter(({ scope }) => scope !== 'host')
        .map(each => `${each.prefix} on ${names.get(each.index) ?? each.index}`)
      return { ok, received: lines(shown, 'no address') }
    },
  }
}
