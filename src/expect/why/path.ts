import { KernelError } from '../../errors.ts'
import { parseNextHop, routeGet, type NextHop } from '../../kernel/next-hop.ts'
import { addressesFor, globalAddresses } from '../../lab/hosts-file.ts'
import type { Node } from '../../lab/node.ts'

/** Something that is so, and what to do about it. */
export interface Finding {
  text: string
  hint: string
}

/** How far a packet's way could be followed. */
export interface Walk {
  /** Nodes that it passes, the sender first. */
  nodes: Node[]
  findings: Finding[]
  /** Whether it leads to the one who has the address. */
  arrived: boolean
}

const MOST_HOPS = 16
/** Priorities of the rules that every namespace begins with; others may decide by the source. */
const USUAL_RULES = [0, 32766, 32767]

const NO_ROUTE = 'has no route to'
const refusals: Readonly<Record<string, string>> = {
  ENETUNREACH: NO_ROUTE,
  EHOSTUNREACH: 'has an unreachable route to',
  EACCES: 'has a prohibit route to',
  EINVAL: 'has a blackhole route to',
}

/** The one node that has an address; nobody when several have it. */
export function ownerOf(asker: Node, address: string): Node | undefined {
  const owners = asker.lab.nodes.filter(node =>
    globalAddresses(node).some(own => own.address === address),
  )
  return owners.length === 1 ? owners[0] : undefined
}

/** The address that `from` most likely has for `target`. */
export function sourceAddress(from: Node, target: Node, to: string): string {
  const family = to.includes(':') ? 'inet6' : 'inet'
  const best = addressesFor(target, from).find(address => address.family === family)
  return best?.address ?? to
}

function nextHop(node: Node, to: string): NextHop | Finding | undefined {
  try {
    return node.netns.get(routeGet(to), message => parseNextHop(message, to))
  } catch (error) {
    const words = error instanceof KernelError ? refusals[error.errno] : undefined
    if (words === undefined) return undefined
    const advice = words === NO_ROUTE ? 'add one: ip route add … via …' : 'that one ends packets'
    return {
      text: `${node.label} ${words} ${to}`,
      hint: `look at its routes: ip -n ${node.netns.name} route; ${advice}`,
    }
  }
}

async function silentNeighbour(node: Node, hop: NextHop): Promise<Finding | undefined> {
  const isIt = ({ address, index }: NextHop) => address === hop.address && index === hop.index
  const neighbour = (await node.neighbours()).find(isIt)
  if (neighbour?.state !== 'failed' && neighbour?.state !== 'incomplete') return undefined
  const link = (await node.links()).find(({ index }) => index === hop.index)
  const asks = hop.address.includes(':') ? 'neighbour discovery' : 'ARP'
  return {
    text: `${hop.address} does not answer ${asks} from ${node.label} (${link?.name ?? 'link'})`,
    hint: `is its link up, and on the same wire? ip -n ${node.netns.name} neigh`,
  }
}

/** Why a packet ends where it arrives by `address`: the link is down, or nothing is passed on. */
async function stopsAt(
  node: Node,
  address: string,
  isTarget: boolean,
): Promise<Finding | undefined> {
  const index = globalAddresses(node).find(own => own.address === address)?.index
  const link = (await node.links()).find(each => each.index === index)
  if (link === undefined) return undefined
  const { name } = node.netns
  if (!link.isUp) {
    const hint = `bring it up: ip -n ${name} link set ${link.name} up`
    return { text: `link ${link.name} of ${node.label} is down`, hint }
  }
  // With slashes, because a link's name may have dots.
  const key = `net/${address.includes(':') ? 'ipv6/conf/all' : `ipv4/conf/${link.name}`}/forwarding`
  if (isTarget || node.netns.sysctl(key) !== '0') return undefined
  return {
    text: `forwarding is off on gateway ${node.label} (${link.name})`,
    hint: `turn it on: await host.forward(), or ip netns exec ${name} sysctl -w ${key}=1`,
  }
}

async function hasPolicy(node: Node): Promise<boolean> {
  return (await node.rules()).some(({ priority }) => !USUAL_RULES.includes(priority))
}

/** Follows routes from node to node; stops at what is wrong, or where the lab's knowledge ends. */
export async function walk(from: Node, to: string): Promise<Walk> {
  const target = ownerOf(from, to)
  const nodes = [from]
  const stop = (finding?: Finding): Walk => ({
    nodes,
    findings: finding === undefined ? [] : [finding],
    arrived: false,
  })
  for (let node = from; node !== target;) {
    if (nodes.length > MOST_HOPS || (await hasPolicy(node))) return stop()
    const hop = nextHop(node, to)
    if (hop === undefined || 'text' in hop) return stop(hop)
    const silent = await silentNeighbour(node, hop)
    if (silent !== undefined) return stop(silent)
    const next = ownerOf(from, hop.address)
    if (next === undefined || next === node) return stop()
    nodes.push(next)
    const blocked = await stopsAt(next, hop.address, next === target)
    if (blocked !== undefined) return stop(blocked)
    node = next
  }
  return { nodes, findings: [], arrived: true }
}
