import type { SimpleCommand } from '../../compare/comparison.ts'
import { ipWords, wordAfter } from '../typing/ip-words.ts'
import { scopeOf } from '../typing/placed-command.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { addressesIn, isIP, isIPv4, isPrivate, isRoutable, spelling } from './addresses.ts'
import type { Mentions } from './mentions.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { GatewaySighting, Sighting } from './sighting.ts'

// prettier-ignore
/** Words for the address of the machine itself. */
const OF_MACHINE =
  /(?:宿主机|主机|本机|物理机|eth0|网卡)[^,。，;]{0,12}(?:(?<![a-z])ip|地址)|(?:(?<![a-z])ip|地址)[^,。，;]{0,6}(?:宿主机|主机)|(?:host|machine|server|node)(?:'s|’s)?\s+(?:own\s+)?(?:ip|address)|(?:address|ip)\s+(?:address\s+)?of\s+(?:the|our|this)\s+(?:host|machine|server|node)|(?:ping|reach|access)\w*\s+(?:to\s+)?(?:the\s+)?host\b|Adresse de[sr] (?:Host|Rechner)|(?:adresse|IP) de (?:l['’]hôte|la machine)|dirección del? (?:host|anfitri|máquina)|ホスト(?:側)?の?(?:IP|アドレス)|адрес\w* хост/iu

type Found = Pick<Sighting, 'address' | 'why' | 'strength'> & { device?: string; host?: string }

const DEFAULT = /^(default|0\.0\.0\.0(\/0)?|::\/0)$/

/** Ends of tunnels are machines; the far end is another machine. */
function* ofTunnel(one: SimpleCommand, host: string, others: readonly string[]): Generator<Found> {
  const words = ipWords(one)
  const isTunnel =
    (words?.object === 'tunnel' || (words?.object === 'link' && words.rest.includes('type'))) &&
    /^(add|change|set)$/.test(words.action)
  if (!isTunnel) return
  const near = wordAfter(words.rest, 'local')
  const far = wordAfter(words.rest, 'remote')
  const device = wordAfter(words.rest, 'dev')
  const on = device === undefined || words.object === 'tunnel' ? {} : { device }
  if (near !== undefined) yield { address: near, ...on, why: 'a tunnel begins there', strength: 4 }
  const [other] = others
  if (far !== undefined && others.length === 1 && other !== undefined) {
    yield { address: far, host: other, why: `the tunnel of ${host} ends there`, strength: 3 }
  }
}

function* ofRule({ program, args }: SimpleCommand): Generator<Found> {
  if (!/^ip6?tables$/.test(program)) return
  const source = wordAfter(args, '--to-source')
  const device = wordAfter(args, '-o')
  // `! -o br0` says only where it is not.
  const on = device === undefined || args[args.indexOf('-o') - 1] === '!' ? {} : { device }
  if (source !== undefined) {
    yield { address: addressesIn(source)[0] ?? '', ...on, why: 'SNAT lends it', strength: 3 }
  }
  const target = wordAfter(args, '-d', '--destination')?.replace(/\/(?:32|128)$/, '')
  if (target !== undefined && args.includes('DNAT')) {
    yield { address: target, why: 'DNAT takes what comes for it', strength: 2 }
  }
}

/** Ports that DNAT takes whatever address they are asked at, as where Docker publishes them. */
export function publishedPorts(placed: readonly PlacedCommand[]): Set<string> {
  const ports = placed.flatMap(command =>
    command.simple.flatMap(one => {
      const isRule = one.program === 'iptables' && scopeOf(command, one) === ''
      const isAny = !one.args.some(arg => /^(?:-d|--dst|--destination)$/.test(arg))
      return isRule && isAny && one.args.includes('DNAT') ? wordAfter(one.args, '--dport') : []
    }),
  )
  return new Set(ports.filter(port => port !== undefined))
}

/** `192.168.1.50:8080` where somebody publishes that port. */
function* ofPublished(one: SimpleCommand, published: ReadonlySet<string>): Generator<Found> {
  for (const [i, arg] of one.args.entries()) {
    // Where DNAT sends it is somebody else.
    if (/^--to(?:-destination)?$/.test(one.args[i - 1] ?? '')) continue
    const [, address = '', port = ''] = /(?<![\d.])(\d+(?:\.\d+){3}):(\d+)(?![\d.])/.exec(arg) ?? []
    if (!isPrivate(address) || !published.has(port)) continue
    yield { address, why: `DNAT takes what comes for its port ${port}`, strength: 2 }
  }
}

/** An address that nobody makes is talked to, and words near it, or a namespace's reply, say whose it is. */
function* ofTraffic(one: SimpleCommand, words: string, isReplied: boolean): Generator<Found> {
  for (const address of one.args.flatMap(addressesIn)) {
    if (!isPrivate(address) && isIPv4(address)) continue
    if (OF_MACHINE.test(words)) {
      const why = `it is called the machine's address, and nothing makes it`
      yield { address, why, strength: 2 }
    } else if (isReplied && isIPv4(address) && !/\.(1|254)$/.test(address)) {
      yield { address, why: 'a namespace reaches it, and nothing makes it', strength: 1 }
    }
  }
}

/** Routes to other machines' containers, and where a VXLAN sends: the other machine. */
function* ofOther(one: SimpleCommand, others: readonly string[]): Generator<Found> {
  const [other] = others
  if (other === undefined || others.length > 1) return
  const words = ipWords(one)
  const via =
    words?.object === 'route' && words.action !== 'show' ? wordAfter(words.rest, 'via') : undefined
  const gateway = one.program === 'route' ? wordAfter(one.args, 'gw') : undefined
  const isDefault = [...(words?.rest ?? []), ...one.args].some(word => DEFAULT.test(word))
  const next = via ?? gateway
  if (next !== undefined && !isDefault) {
    yield {
      address: next,
      host: other,
      why: 'a route to what is behind it goes there',
      strength: 3,
    }
  }
  const sent = one.program === 'bridge' ? wordAfter(one.args, 'dst') : undefined
  if (sent !== undefined)
    yield { address: sent, host: other, why: 'VXLAN sends there', strength: 3 }
}

export interface TypedClues {
  own: OwnAddresses
  machines: readonly string[]
  mentions: Mentions
  /** What is typed before it. */
  previous: PlacedCommand | undefined
  /** Whether the document says that the command succeeds. */
  isReached: boolean
  /** Ports that the machine publishes. */
  published: ReadonlySet<string>
}

/** Routers that a command gives its machine: `ip route add default via 10.0.2.2 dev eth0`. */
export function typedGateways(
  placed: PlacedCommand,
  index: number,
  own: OwnAddresses,
): GatewaySighting[] {
  const { host, command, kind } = placed
  if (kind === 'not-run') return []
  return placed.simple.flatMap(one => {
    const words = ipWords(one)
    const rest = words?.object === 'route' ? words.rest : one.program === 'route' ? one.args : []
    const isDefault = rest.some(word => DEFAULT.test(word))
    const address = wordAfter(rest, 'via', 'gw') ?? ''
    const isOn = scopeOf(placed, one) === '' && isDefault && isIP(address) && !own.has(address)
    return isOn ? [{ index, line: command.line, host, address }] : []
  })
}

/** `# The host's address:` above a look at its links, whose output the document leaves out. */
function wordsAhead(previous: PlacedCommand | undefined): readonly string[] {
  const isLook = previous?.nature === 'looking' && previous.command.shown === undefined
  return isLook ? previous.command.before.slice(-1) : []
}

/** Addresses of machines that a command's own words give away. */
export function typedSightings(
  placed: PlacedCommand,
  index: number,
  { own, machines, mentions, previous, isReached, published }: TypedClues,
): Sighting[] {
  const { host, command, kind } = placed
  if (kind === 'not-run') return []
  const others = machines.filter(name => name !== host)
  const words = [...wordsAhead(previous), ...command.before.slice(-3), ...command.after.slice(0, 1)]
  const isAlone = others.length === 0 && !mentions.mayBeUnnamed(index)
  return placed.simple.flatMap(one => {
    const isOutside = scopeOf(placed, one) === ''
    const found = [
      ...(isOutside ? ofTunnel(one, host, others) : []),
      ...(isOutside ? ofRule(one) : []),
      ...(isOutside ? ofOther(one, others) : []),
      ...(others.length === 0 ? ofPublished(one, published) : []),
      ...(placed.nature === 'traffic'
        ? ofTraffic(one, words.join('\n'), isReached && isAlone && !isOutside)
        : []),
    ]
    return found
      .filter(({ address }) => isRoutable(address) && !own.has(address))
      .filter(({ address, strength }) => strength > 2 || !mentions.isBefore(address, index))
      .map(one => ({ index, line: command.line, host, ...one, address: spelling(one.address) }))
  })
}
