import { UsageError } from '../../errors.ts'
import { addressBytes, addressText } from '../../kernel/netlink/address-bytes.ts'
import type { NeighbourInfo, NeighbourState } from '../../kernel/netlink/neighbour.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Link } from '../../lab/link.ts'
import { Node } from '../../lab/node.ts'
import type { Check } from '../check.ts'
import { checkOptions, type Demand } from '../options.ts'
import { nodeAddress } from '../target.ts'
import { linkDemand, linkNames, lines, macDemand } from './kernel-state.ts'

export interface NeighbourOptions {
  /** Default: any that has a MAC address, so neither `incomplete` nor `failed`. */
  state?: NeighbourState | readonly NeighbourState[]
  mac?: string
  /** The link that it is on. Default: any. */
  dev?: string | Link
}

const states: readonly NeighbourState[] = [
  'incomplete',
  'reachable',
  'stale',
  'delay',
  'probe',
  'failed',
  'noarp',
  'permanent',
]

const stateDemand: Demand = value =>
  [value].flat().every(each => states.includes(each as NeighbourState))
    ? undefined
    : `one of ${states.join(', ')}, or a list of them`

function addressOf(node: Node, target: Node | string): string {
  if (target instanceof Node) return nodeAddress(node, target)
  if (typeof target === 'string') return addressText(addressBytes(target).bytes)
  throw new UsageError('toHaveNeighbour takes a node, or an address', {
    code: 'TNET_TARGET_INVALID',
    hint: "expect(web).toHaveNeighbour('10.0.1.3')",
  })
}

function neighbourText(each: NeighbourInfo, names: ReadonlyMap<number, string>): string {
  const mac = each.mac === '' ? '' : ` lladdr ${each.mac}`
  return `${each.address} dev ${names.get(each.index) ?? each.index}${mac} ${each.state.toUpperCase()}`
}

export function toHaveNeighbour(
  node: Node,
  target: Node | string,
  options: NeighbourOptions,
): Check {
  checkOptions('toHaveNeighbour', options, { state: stateDemand, mac: macDemand, dev: linkDemand })
  const address = addressOf(node, target)
  const mac = options.mac?.toLowerCase()
  const dev = options.dev === undefined ? undefined : String(options.dev)
  const state = options.state === undefined ? undefined : [options.state].flat()
  const isIt = (each: NeighbourInfo) =>
    state === undefined ? each.mac !== '' : state.includes(each.state as NeighbourState)
  const whose = target instanceof Node ? `${target.label} (${address})` : address
  const text =
    whose +
    (mac === undefined ? '' : ` at ${mac}`) +
    (dev === undefined ? '' : ` on ${dev}`) +
    (state === undefined ? '' : `, ${state.join(' or ')}`)
  return {
    title: `${node.label} has neighbour ${text}`,
    negated: `${node.label} does not have neighbour ${text}`,
    expected: text,
    unexpected: `no ${text}`,
    command: spelled(node.netns.name, 'ip neigh'),
    look: async () => {
      const names = await linkNames(node)
      const all = (await node.neighbours()).filter(each => each.state !== 'noarp')
      const ok = all.some(
        each =>
          each.address === address &&
          (mac === undefined || each.mac === mac) &&
          (dev === undefined || names.get(each.index) === dev) &&
          isIt(each),
      )
      const same = all.filter(each => each.address === address)
      const shown = (same.length > 0 ? same : all).map(each => neighbourText(each, names))
      return { ok, received: lines(shown, 'no neighbour') }
    },
  }
}
