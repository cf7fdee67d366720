import type { FrontMatter } from '../../document/front-matter.ts'
import type { Subnet } from '../../../ipam/subnet.ts'
import type { Guess, HostPlan } from '../walk-plan.ts'
import { mostUsed } from './uplink-device.ts'
import type { DeviceUse } from './uplink-device.ts'
import { isIPv4, prefixAround, subnetOf } from './ipv4.ts'
import type { GatewaySighting, Sighting } from './sighting.ts'

/** Where simulated machines live when a document says nothing: documentation's networks. */
const RESERVED = ['192.0.2.0/24', '203.0.113.0/24', '198.18.0.0/24', '100.64.0.0/24']

export interface Linked {
  hosts: Pick<HostPlan, 'name' | 'device' | 'prefix'>[]
  gateway: string
  guesses: Guess[]
}

export interface LinkClues {
  names: readonly string[]
  frontMatter: FrontMatter
  sightings: readonly Sighting[]
  gateways: readonly GatewaySighting[]
  /** By machine: the cards that are used in this part, or else in the document. */
  cards: ReadonlyMap<string, readonly DeviceUse[]>
  /** Whether the document itself uses any of that network. */
  isTaken: (subnet: Subnet) => boolean
}

interface Known {
  address?: string
  length?: number
}

/** A part's machines, their links to the outside, and the router behind those. */
class Linking {
  readonly #clues: LinkClues
  readonly #guesses: Guess[] = []

  constructor(clues: LinkClues) {
    this.#clues = clues
  }

  #device(name: string): string {
    const { frontMatter, cards, sightings } = this.#clues
    const given = frontMatter.hosts?.[name]?.device
    if (given !== undefined) return given
    const used = mostUsed(cards.get(name) ?? [])
    if (used !== undefined) return used.device
    return (
      sightings.find(({ host, device }) => host === name && device !== undefined)?.device ?? 'eth0'
    )
  }

  /** The address that is best shown; of several, the first. */
  #known(name: string, device: string): { known: Known; guess?: Omit<Guess, 'text'> } {
    const { frontMatter, sightings } = this.#clues
    const given = frontMatter.hosts?.[name]?.address
    if (given !== undefined) {
      const [address = '', length] = given.split('/')
      return { known: { address, ...(length === undefined ? {} : { length: Number(length) }) } }
    }
    const own = sightings.filter(
      one => one.host === name && (one.device === undefined || one.device === device),
    )
    const strength = Math.max(0, ...own.map(one => one.strength))
    const best = own.find(one => one.strength === strength)
    if (best === undefined)
      return { known: {}, guess: { why: 'the document shows no address of it' } }
    const length =
      best.length ?? own.find(({ address, length }) => address === best.address && length)?.length
    return {
      known: { address: best.address, ...(length === undefined ? {} : { length }) },
      guess: { line: best.line, why: best.why },
    }
  }

  /** A network that the document leaves alone. */
  #free(): Subnet {
    const subnets = RESERVED.flatMap(text => subnetOf(text) ?? [])
    return subnets.find(subnet => !this.#clues.isTaken(subnet)) ?? subnets[0]!
  }

  #gateway(segment: Subnet, taken: ReadonlySet<string>): string {
    const { frontMatter, gateways, names } = this.#clues
    if (frontMatter.gateway !== undefined) return frontMatter.gateway
    const shown = gateways.find(
      ({ host, address }) =>
        names.includes(host) && segment.contains(address) && !taken.has(address),
    )
    if (shown !== undefined) {
      this.#guesses.push({
        text: `the gateway is ${shown.address}`,
        line: shown.line,
        why: 'it is shown',
      })
      return shown.address
    }
    for (let n = 1n; n < segment.size - 1n && n < 512n; n++) {
      if (!taken.has(segment.nth(n))) return segment.nth(n)
    }
    return segment.first
  }

  link(): Linked {
    const { names, gateways } = this.#clues
    const found = names.map(name => {
      const device = this.#device(name)
      return { name, device, ...this.#known(name, device) }
    })
    const addresses = found.flatMap(({ known }) => known.address ?? [])
    const shownGateway =
      this.#clues.frontMatter.gateway ?? gateways.find(({ host }) => names.includes(host))?.address
    const lengths = found.flatMap(({ known }) => known.length ?? [])
    const around =
      addresses.length === 0
        ? []
        : [...addresses, ...(shownGateway === undefined ? [] : [shownGateway])]
    const length = Math.min(...lengths, lengths.length > 0 ? 32 : prefixAround(around))
    const holdsAll = (bits: number) => {
      const subnet = subnetOf(`${addresses[0] ?? ''}/${bits}`)
      return addresses.every(address => subnet?.contains(address))
    }
    const bits = holdsAll(length) ? length : prefixAround(addresses)
    const segment =
      (addresses[0] !== undefined && isIPv4(addresses[0])
        ? subnetOf(`${addresses[0]}/${bits}`)
        : undefined) ?? this.#free()
    return this.#placedIn(segment, found, new Set(addresses))
  }

  #placedIn(
    segment: Subnet,
    found: { name: string; device: string; known: Known; guess?: Omit<Guess, 'text'> }[],
    taken: Set<string>,
  ): Linked {
    const several = found.length > 1
    const shown = this.#clues.frontMatter.gateway ?? this.#clues.gateways[0]?.address
    const reserved = new Set([...taken, ...(shown === undefined ? [] : [shown])])
    const isWanted = taken.size > 0
    let n = 1n
    const hosts = found.map(({ name, device, known, guess }) => {
      let { address } = known
      if (address === undefined) {
        // The first address of a network that the document shows is its router's.
        if (isWanted && shown === undefined && n === 1n) n = 2n
        while (reserved.has(segment.nth(n))) n++
        address = segment.nth(n++)
        reserved.add(address)
      }
      const prefix = `${address}/${segment.prefix}`
      if (guess !== undefined) {
        const whose = several ? `${device} of ${name}` : device
        this.#guesses.push({ text: `${whose} has ${prefix}`, ...guess })
      }
      return { name, device, prefix }
    })
    const gateway = this.#gateway(
      segment,
      new Set(hosts.map(({ prefix }) => prefix.split('/')[0] ?? '')),
    )
    return { hosts, gateway, guesses: this.#guesses }
  }
}

/** Links a part's machines to one segment, with the addresses that the document shows. */
export const linkedHosts = (clues: LinkClues): Linked => new Linking(clues).link()
