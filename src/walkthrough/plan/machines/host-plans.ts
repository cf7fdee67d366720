import type { FrontMatter } from '../../document/front-matter.ts'
import type { Subnet } from '../../../ipam/subnet.ts'
import type { Guess, HostPlan } from '../walk-plan.ts'
import { familyOf } from './addresses.ts'
import { segmentOf } from './segment.ts'
import type { Segment } from './segment.ts'
import { USUAL_MTU } from './wire-mtu.ts'
import { isCard, mostUsed } from './uplink-device.ts'
import type { DeviceUse } from './uplink-device.ts'
import type { MtuSighting } from './mtu-sightings.ts'
import type { GatewaySighting, Sighting } from './sighting.ts'

export interface Linked {
  hosts: Pick<HostPlan, 'name' | 'device' | 'prefix' | 'prefix6' | 'mtu'>[]
  gateway: string
  gateway6?: string
  guesses: Guess[]
}

export interface LinkClues {
  names: readonly string[]
  frontMatter: FrontMatter
  sightings: readonly Sighting[]
  gateways: readonly GatewaySighting[]
  /** Those of this part first. */
  mtus: readonly MtuSighting[]
  /** By machine: the cards that are used in this part, or else in the document. */
  cards: ReadonlyMap<string, readonly DeviceUse[]>
  /** Whether the document itself makes a link of that name on a machine. */
  isMade: (name: string, device: string) => boolean
  /** Somebody outside is talked to by IPv6. */
  needsIPv6: boolean
  /** Whether the document itself uses any of that network. */
  isTaken: (subnet: Subnet) => boolean
}

const USUAL = ['eth0', 'ens3', 'enp1s0']

/** What a machine's link to the outside is called. */
function deviceOf(name: string, { frontMatter, cards, sightings, isMade }: LinkClues): string {
  const used = mostUsed(cards.get(name) ?? [])?.device
  const seen = sightings.find(({ host, device = '' }) => host === name && isCard(device))?.device
  const free = USUAL.find(device => !isMade(name, device))
  return frontMatter.hosts?.[name]?.device ?? used ?? seen ?? free ?? 'eth0'
}

function segment(clues: LinkClues, family: 4 | 6): Segment {
  const { frontMatter, names, sightings, gateways, isTaken } = clues
  const ofFamily = (all: readonly string[] = []) => all.find(text => familyOf(text) === family)
  const machines = names.map(name => ({
    name,
    device: deviceOf(name, clues),
    given: ofFamily(frontMatter.hosts?.[name]?.address),
  }))
  const gateway = ofFamily(frontMatter.gateway)
  return segmentOf({ family, machines, gateway, sightings, gateways, isTaken })
}

/** Whether the machines have IPv6 on their links: where the document shows it, or needs it. */
function hasIPv6({ needsIPv6, frontMatter, sightings, names, gateways }: LinkClues): boolean {
  const given = Object.values(frontMatter.hosts ?? {}).flatMap(({ address = [] }) => address)
  return (
    needsIPv6 ||
    [...given, ...(frontMatter.gateway ?? [])].some(text => familyOf(text) === 6) ||
    [...sightings, ...gateways].some(
      ({ host, address }) => names.includes(host) && familyOf(address) === 6,
    )
  )
}

/** What a card of some cloud may have: RFC 791's least that everybody takes, and a veth's most. */
const isMtu = (mtu: number) => mtu >= 576 && mtu <= 65_535

/** How large a packet a machine's link takes, where that is not what it usually is. */
function mtuOf(name: string, clues: LinkClues): { mtu?: number; guesses: Guess[] } {
  const device = deviceOf(name, clues)
  const given = clues.frontMatter.hosts?.[name]?.mtu
  if (given !== undefined) return { mtu: given, guesses: [] }
  const shown = clues.mtus.find(one => one.host === name && one.device === device)
  if (shown === undefined || shown.mtu === USUAL_MTU || !isMtu(shown.mtu)) return { guesses: [] }
  const { mtu, line } = shown
  const whose = clues.names.length > 1 ? `${device} of ${name}` : device
  const instead = `hosts: { ${name}: { mtu: ${USUAL_MTU} } }`
  return { mtu, guesses: [{ text: `${whose} has MTU ${mtu}`, line, why: 'it is shown', instead }] }
}

/** Links a part's machines to one segment, with the addresses that the document shows. */
export function linkedHosts(clues: LinkClues): Linked {
  const { prefixes, gateway, guesses } = segment(clues, 4)
  const mtus = clues.names.map(name => mtuOf(name, clues))
  const hosts = clues.names.map((name, i) => {
    const mtu = mtus[i]?.mtu
    const device = deviceOf(name, clues)
    return { name, device, prefix: prefixes[i] ?? '', ...(mtu === undefined ? {} : { mtu }) }
  })
  const all = [...guesses, ...mtus.flatMap(one => one.guesses)]
  if (!hasIPv6(clues)) return { hosts, gateway, guesses: all }
  const six = segment(clues, 6)
  return {
    hosts: hosts.map((host, i) => ({ ...host, prefix6: six.prefixes[i] ?? '' })),
    gateway,
    gateway6: six.gateway,
    guesses: [...all, ...six.guesses],
  }
}
