import { ipWords } from '../../plan/typing/ip-words.ts'
import { stringLiteral } from '../code/literal.ts'
import { built, code, useOf, type Statement } from '../code/statement.ts'
import { LinkSymbol, type NodeSymbol } from '../code/symbols.ts'
import { wordPairs, type Place, type Translation } from './place.ts'

export function createBridge(node: NodeSymbol, name: string): Statement[] {
  const link = new LinkSymbol(node, name)
  link.isUp = false
  const made = code`await ${node}.addBridge(${stringLiteral(name)})`
  return [built({ ...made, declares: [useOf(link)] }, { type: 'bridge', link })]
}

interface VethEnd {
  node: NodeSymbol
  name: string
}

function createVeth(end: VethEnd, other: VethEnd): Statement[] {
  const links = [
    new LinkSymbol(end.node, end.name),
    new LinkSymbol(other.node, other.name),
  ] as const
  const [first, second] = links
  first.isUp = false
  second.isUp = false
  first.peer = second
  second.peer = first
  const name = stringLiteral(other.name)
  const made =
    end.node === other.node
      ? code`await ${end.node}.veth(${stringLiteral(end.name)}, { name: ${name} })`
      : code`await ${end.node}.veth(${stringLiteral(end.name)}, { name: ${name}, on: ${other.node} })`
  return [built({ ...made, declares: links.map(useOf) }, { type: 'other', link: first })]
}

/** `veth0 type veth peer name veth1 netns ns1`, and what else has no options of its own. */
function add(words: readonly string[], { node, find }: Place): Statement[] | undefined {
  const at = words.indexOf('type')
  const own = wordPairs(words.slice(0, at < 0 ? words.length : at), {
    values: ['name', 'dev', 'netns'],
  })
  if (at < 0 || own === undefined) return undefined
  const name = own.given.get('name') ?? own.given.get('dev') ?? own.bare[0]
  const place = own.given.has('netns') ? find(own.given.get('netns') ?? '') : node
  const [type, ...rest] = words.slice(at + 1)
  if (name === undefined || place === undefined) return undefined
  if (type === 'bridge' && rest.length === 0) return createBridge(place, name)
  if (type !== 'veth' || rest[0] !== 'peer') return undefined
  const peer = wordPairs(rest.slice(1), { values: ['name', 'netns'] })
  const peerName = peer?.given.get('name') ?? peer?.bare[0]
  const peerPlace = peer?.given.has('netns') === true ? find(peer.given.get('netns') ?? '') : node
  if (peerName === undefined || peerPlace === undefined) return undefined
  return createVeth({ node: place, name }, { node: peerPlace, name: peerName })
}

export function attach(link: LinkSymbol, bridge: LinkSymbol): Statement {
  return built(code`await ${link}.attachTo(${bridge})`, { type: 'other', link })
}

export function setUp(link: LinkSymbol, isUp = true): Statement {
  link.isUp = isUp
  return isUp
    ? built(code`await ${link}.up()`, { type: 'up', link })
    : built(code`await ${link}.down()`, { type: 'other', link })
}

const other = (link: LinkSymbol) => ({ type: 'other', link }) as const

/** In the order in which the kernel does them: first it is moved, then renamed. */
function set(words: readonly string[], { node, find }: Place): Statement[] | undefined {
  const pairs = wordPairs(words, {
    flags: ['up', 'down', 'nomaster'],
    values: ['dev', 'netns', 'name', 'master', 'mtu', 'address'],
  })
  const name = pairs?.given.get('dev') ?? pairs?.bare[0]
  const [target, newName, master, mtu, mac] = ['netns', 'name', 'master', 'mtu', 'address'].map(
    key => pairs?.given.get(key),
  )
  const goal = target === undefined ? undefined : find(target)
  if (pairs === undefined || name === undefined || (target !== undefined && goal === undefined)) {
    return undefined
  }
  const link = node.link(name)
  const statements: Statement[] = []
  if (goal !== undefined) {
    statements.push(built(code`await ${link}.moveTo(${goal})`, other(link)))
    link.moveTo(goal)
  }
  if (newName !== undefined) {
    statements.push(built(code`await ${link}.rename(${stringLiteral(newName)})`, other(link)))
    link.rename(newName)
  }
  if (mtu !== undefined && /^\d+$/.test(mtu)) statements.push(code`await ${link}.setMtu(${mtu})`)
  if (mac !== undefined) statements.push(code`await ${link}.setMac(${stringLiteral(mac)})`)
  if (master !== undefined) statements.push(attach(link, link.node.link(master)))
  if (pairs.set.has('nomaster')) statements.push(code`await ${link}.detach()`)
  if (pairs.set.has('up')) statements.push(setUp(link))
  if (pairs.set.has('down')) statements.push(setUp(link, false))
  return statements
}

export function deleteLink(link: LinkSymbol): Statement[] {
  const statement = code`await ${link}.delete()`
  link.delete()
  link.peer?.delete()
  return [statement]
}

/** `ip link add`, `set`, `delete`. */
export const ipLink: Translation = (command, place) => {
  const words = ipWords(command)
  if (words?.object !== 'link') return undefined
  if (words.action === 'add') return add(words.rest, place)
  if (words.action === 'set') return set(words.rest, place)
  if (words.action !== 'delete') return undefined
  const pairs = wordPairs(words.rest, { values: ['dev', 'type'] })
  const name = pairs?.given.get('dev') ?? pairs?.bare[0]
  return name === undefined ? undefined : deleteLink(place.node.link(name))
}
