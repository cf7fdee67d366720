import type { Topology } from '../runner/events.ts'
import { after, placed, wordsOf } from './shell-line.ts'

interface Held {
  address: string
  prefix: string
  link: string
}

/** A rule of the table nat that leads a port elsewhere. */
interface Leading {
  chain: string
  /** The rule as it was typed, to find it again when it is deleted. */
  spec: string
  port: number
  destination: string
  /** What the machine itself sends does not come by. */
  isForOthers: boolean
  to: { address: string; port: number }
}

const LONGEST = 32

function bits(address: string): string {
  return address
    .split('.')
    .map(number => Number(number).toString(2).padStart(8, '0'))
    .join('')
}

/** Of IPv4; what is IPv6 is on no shared subnet, and its order stays. */
function isOn(address: string, prefix: string): boolean {
  if (address.includes(':') || prefix.includes(':')) return false
  const [network = '', length = String(LONGEST)] = prefix.split('/')
  const many = Number(length)
  return bits(address).slice(0, many) === bits(network).slice(0, many)
}

/** Who has which address, and which port leads where, as far as the commands until now tell. */
export class World {
  readonly #topology: Topology
  readonly #addresses = new Map<string, Held[]>()
  readonly #leadings = new Map<string, Leading[]>()
  readonly #peers = new Map<string, string>()
  /** Devices behind which a program of the scenario itself is. */
  readonly scriptDevices: { node: string; link: string }[] = []

  constructor(topology: Topology) {
    this.#topology = topology
  }

  get names(): string[] {
    return [...this.#addresses.keys()]
  }

  /** The namespace that people know by this name. */
  named(label: string): string | undefined {
    const node = this.#topology.nodes.find(each => each.label === label || each.id === label)
    return node?.id ?? (this.#addresses.has(label) ? label : undefined)
  }

  /** What people call it. */
  labelOf(name: string): string {
    return this.#topology.nodes.find(({ id }) => id === name)?.label ?? name
  }

  isHost(name: string): boolean {
    return this.#topology.nodes.find(({ id }) => id === name)?.kind === 'host'
  }

  /** The host that a container is on; of all others themselves. */
  machineOf(name: string): string {
    return this.#topology.nodes.find(({ id }) => id === name)?.host ?? name
  }

  /** The link that has this MAC in the end: not every one has the same in every run. */
  linkWith(mac: string): { node: string; link: string } | undefined {
    if (mac.startsWith('02:42:')) return undefined // given by the lab
    for (const { id, links } of this.#topology.nodes) {
      const found = links.find(link => link.mac === mac && link.kind !== 'bridge')
      const bridge = links.find(link => link.mac === mac)
      const link = found?.addresses.length === 0 ? (bridge ?? found) : (found ?? bridge)
      if (link !== undefined) return { node: id, link: link.name }
    }
    return undefined
  }

  /** All that others can use. */
  addressesOf(name: string): string[] {
    return (this.#addresses.get(name) ?? [])
      .map(({ address }) => address)
      .filter(address => !address.startsWith('127.') && !address.startsWith('fe80:'))
  }

  ownersOf(address: string): string[] {
    return this.names.filter(name => this.addressesOf(name).includes(address))
  }

  /** By which one node reaches another: what is on a shared subnet first. */
  addressFor(from: string, to: string): string | undefined {
    const all = this.addressesOf(to)
    const own = this.#addresses.get(from) ?? []
    const taken = [from, this.machineOf(from)]
      .filter(name => name !== to)
      .flatMap(name => this.addressesOf(name))
    const rank = (address: string) => {
      if (taken.includes(address)) return 2
      return own.some(({ prefix }) => isOn(address, prefix)) ? 0 : 1
    }
    return [...all].sort((a, b) => rank(a) - rank(b))[0]
  }

  /** Whose address it is, as one node sees it: two hosts may have the same. */
  ownerFor(from: string, address: string): string | undefined {
    if (address.startsWith('127.') || address === '::1') return from
    const owners = this.ownersOf(address)
    const machine = this.machineOf(from)
    return (
      owners.find(name => name === from) ??
      owners.find(name => this.machineOf(name) === machine) ??
      owners[0]
    )
  }

  /** Who answers on a port of an address, after rules of the address's owner. */
  answererOf(
    from: string,
    address: string,
    port: number,
  ): { node: string; port: number } | undefined {
    const owner = this.ownerFor(from, address)
    if (owner === undefined) return undefined
    const leading = (this.#leadings.get(owner) ?? []).find(
      each =>
        each.port === port &&
        !(each.isForOthers && from === owner) &&
        (each.destination === '' || isOn(address, each.destination)),
    )
    if (leading === undefined) return { node: owner, port }
    const node = this.ownerFor(owner, leading.to.address)
    return node === undefined ? undefined : { node, port: leading.to.port }
  }

  /** Learns from a command that is done. */
  hear(line: string): void {
    const words = wordsOf(line)
    if (line.startsWith('ip netns add ')) this.#addresses.set(words[3] ?? '', [])
    const command = placed(line)
    if (command === undefined) return
    const { node, words: own } = command
    if (own[0] === 'iptables') this.#rule(node, own.slice(1))
    if (own[0] !== 'ip') return
    if (own[1] === 'addr') this.#address(node, own)
    if (own[1] === 'link') this.#link(node, own)
  }

  #held(node: string): Held[] {
    const held = this.#addresses.get(node) ?? []
    this.#addresses.set(node, held)
    return held
  }

  #address(node: string, words: readonly string[]): void {
    const [, , deed = '', prefix = ''] = words
    const [address = ''] = prefix.split('/')
    const link = after(words, 'dev') ?? ''
    const rest = this.#held(node).filter(each => each.address !== address || each.link !== link)
    if (deed === 'add' || deed === 'replace') rest.push({ address, prefix, link })
    this.#addresses.set(node, rest)
  }

  #link(node: string, words: readonly string[]): void {
    const [, , deed = ''] = words
    if (deed === 'add' && after(words, 'type') === 'veth') this.#veth(node, words)
    if (deed === 'set' && words.length >= 6) {
      const [, , , link = '', key, value = ''] = words
      if (key === 'netns') this.#drop(node, link)
      if (key === 'name') {
        for (const each of this.#held(node)) if (each.link === link) each.link = value
      }
    }
    if (deed === 'delete' || deed === 'del') {
      const link = words[3] ?? ''
      this.#drop(node, link)
      const [peerNode = '', peer = ''] = (this.#peers.get(`${node} ${link}`) ?? '').split(' ')
      if (peer !== '') this.#drop(peerNode, peer)
    }
  }

  #veth(node: string, words: readonly string[]): void {
    const at = words.indexOf('peer')
    const name = words[3] ?? ''
    const peer = after(words.slice(at), 'name') ?? ''
    const peerNode = after(words.slice(at), 'netns') ?? node
    this.#peers.set(`${node} ${name}`, `${peerNode} ${peer}`)
    this.#peers.set(`${peerNode} ${peer}`, `${node} ${name}`)
  }

  #drop(node: string, link: string): void {
    this.#addresses.set(
      node,
      this.#held(node).filter(each => each.link !== link),
    )
  }

  #rule(node: string, words: readonly string[]): void {
    if (after(words, '-t') !== 'nat') return
    const rest = words.filter((word, n) => word !== '-t' && words[n - 1] !== '-t')
    const [deed = '', chain = '', ...spec] = rest
    const all = this.#leadings.get(node) ?? []
    const without = (test: (each: Leading) => boolean) =>
      this.#leadings.set(
        node,
        all.filter(each => !test(each)),
      )
    if (deed === '-F') without(each => chain === '' || each.chain === chain)
    if (deed === '-D') without(each => each.chain === chain && each.spec === spec.join(' '))
    if (deed !== '-A' && deed !== '-I') return
    const numbered = /^\d+$/.test(spec[0] ?? '') ? spec.slice(1) : spec
    const [, address, port] = /^(.*?)(?::(\d+))?$/.exec(after(spec, '--to-destination') ?? '') ?? []
    const from = Number(after(spec, '--dport'))
    if (address === undefined || address === '' || !(from > 0)) return
    all.push({
      chain,
      spec: numbered.join(' '),
      port: from,
      destination: spec[spec.indexOf('-d') - 1] === '!' ? '' : (after(spec, '-d') ?? ''),
      isForOthers: chain === 'PREROUTING' || spec.includes('-i'),
      to: { address, port: Number(port ?? from) },
    })
    this.#leadings.set(node, all)
  }
}
