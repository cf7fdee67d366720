import { readBridges } from '../../compare/interfaces/brctl.ts'
import { readInterfaces } from '../../compare/interfaces/ifconfig.ts'
import { readDevices } from '../../compare/interfaces/ip-devices.ts'
import { readRoutes } from '../../compare/interfaces/routes.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'
import { NONE, type Thing } from '../../compare/interfaces/thing.ts'
import { ipWords } from '../../plan/typing/ip-words.ts'
import { stringLiteral } from '../code/literal.ts'
import { objectLiteral } from '../code/object-literal.ts'
import { code, comment, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'
import { setUp } from '../commands/ip-link.ts'
import { listedNeighbours } from './neighbours.ts'
import { listedRules } from './rules.ts'

const known = (value: string | undefined) =>
  value === undefined || value === NONE ? undefined : value
const options = (text: string) => (text === '' ? '' : `, ${text}`)

/** `lo`, and what kernel modules make by themselves, say nothing of what was built. */
const isOwn = ({ name, whyMissing }: Thing) => name === 'lo' || whyMissing !== undefined

function linkExpectation(node: NodeSymbol, { name, facts }: Thing): Statement[] {
  const flags = facts.get('flags')?.split(',')
  const mtu = facts.get('mtu')
  const wanted = objectLiteral({
    up: flags?.includes('UP'),
    mtu: mtu === undefined || mtu === '1500' ? undefined : Number(mtu),
    master: known(facts.get('master')),
  })
  return [code`await expect(${node}).toHaveLink(${stringLiteral(name)}${options(wanted)})`]
}

function addressExpectations(node: NodeSymbol, device: Thing): Statement[] {
  const on = objectLiteral({ dev: device.name })
  return (device.parts ?? []).flatMap(({ name, isUsual }) => {
    if (isUsual === true || !/^[\da-f.:]+\/\d+$/i.test(name)) return []
    return [code`await expect(${node}).toHaveAddress(${stringLiteral(name)}, ${on})`]
  })
}

/** Somebody brought it up between the lines, and what comes after makes sense only then. */
function forgottenUp(node: NodeSymbol, { name, facts }: Thing): Statement[] {
  const link = node.links.get(name)
  if (link?.isUp !== false || facts.get('flags')?.split(',').includes('UP') !== true) return []
  return [comment(`the document shows ${name} up, and nothing before it brings it up`), setUp(link)]
}

/** `ip link`, `ip addr`, `ifconfig`, `bridge link`. */
function devices(node: NodeSymbol, things: readonly Thing[]): Statement[] {
  return things
    .filter(thing => !isOwn(thing))
    .flatMap(thing => [
      ...forgottenUp(node, thing),
      ...linkExpectation(node, thing),
      ...addressExpectations(node, thing),
    ])
}

function routes(node: NodeSymbol, things: readonly Thing[]): Statement[] {
  return things.flatMap(({ name, facts, isUsual, parts = [] }) => {
    const to = name.replace(/^route /, '')
    if (isUsual === true || parts.length > 0) return []
    const [via, dev, src, metric] = ['via', 'dev', 'src', 'metric'].map(key =>
      known(facts.get(key)),
    )
    const type = facts.get('type')
    const wanted = objectLiteral({
      via,
      dev,
      src,
      type: type === 'unicast' ? undefined : type,
      metric: metric === undefined ? undefined : Number(metric),
    })
    return [code`await expect(${node}).toHaveRoute(${stringLiteral(to)}${options(wanted)})`]
  })
}

function ports(node: NodeSymbol, bridges: readonly Thing[]): Statement[] {
  return bridges
    .filter(({ whyMissing }) => whyMissing === undefined)
    .flatMap(({ name, parts = [] }) => {
      const bridge = code`await expect(${node}).toHaveLink(${stringLiteral(name)})`
      const master = objectLiteral({ master: name })
      const all = parts.map(
        port => code`await expect(${node}).toHaveLink(${stringLiteral(port.name)}, ${master})`,
      )
      return all.length === 0 ? [bridge] : all
    })
}

/**
 * What a document shows of a listing, as expectations; none where not all of it is understood, and
 * undefined where a command lists nothing that could be expected.
 */
export function listed(
  command: SimpleCommand,
  node: NodeSymbol,
  shown: readonly string[],
): Statement[] | undefined {
  const { program, args } = command
  const words = ipWords(command)
  const isShow = words === undefined || words.action === 'show'
  if (program === 'ifconfig') return devices(node, readInterfaces(shown).things)
  if (program === 'brctl' && args[0] === 'show') return ports(node, readBridges(shown).things)
  if (program === 'bridge' && args.includes('link')) return devices(node, readDevices(shown).things)
  if (program === 'iptables') return listedRules(node, shown, args)
  if (program === 'arp' || words?.object === 'neighbour') return listedNeighbours(node, shown)
  if (!isShow || args.includes('-d') || /^(?:-j|-json)/.test(args[0] ?? '')) return undefined
  if (words?.object === 'link' || words?.object === 'address') {
    return devices(node, readDevices(shown).things)
  }
  // Another table is none of those that are meant without one.
  if (words?.object === 'route' && !args.includes('table'))
    return routes(node, readRoutes(shown).things)
  return undefined
}
