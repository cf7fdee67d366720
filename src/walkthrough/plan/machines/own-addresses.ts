import type { SimpleCommand } from '../../compare/comparison.ts'
import type { Effects } from '../parts/effects.ts'
import { spelling } from './addresses.ts'
import { SubnetSet } from './subnet-set.ts'

/** What a document itself gives addresses to. */
export interface OwnAddresses {
  /** Whether some command gives it to a device, or its subnet. */
  has: (address: string) => boolean
  /** Whether a command makes a link of that name in that place (`host/namespace`). */
  makesLink: (place: string, name: string) => boolean
  /** Whether one of the commands before number `index` gives that very address to a device. */
  isGiven: (address: string, index?: number) => boolean
  /** Given to a device of the machine itself, not in a namespace. */
  onMachine: (address: string) => boolean
  /** Given to a device in that place. */
  isAt: (address: string, place: string) => boolean
}

/** `docker network create --subnet 172.18.0.0/16 net1`: not run here, and nobody else's all the same. */
export function containerSubnets(commands: readonly SimpleCommand[]): string[] {
  return commands.flatMap(({ program, args }) => {
    if (!/^(?:docker|podman|nerdctl)$/.test(program) || args[0] !== 'network') return []
    return args.flatMap((word, i) => {
      const subnet = word === '--subnet' ? args[i + 1] : /^--subnet=(.*)$/.exec(word)?.[1]
      return subnet === undefined ? [] : [subnet]
    })
  })
}

/** @param others subnets of networks that are not made here */
export function ownAddresses(
  effects: readonly Effects[],
  others: readonly string[] = [],
): OwnAddresses {
  const places = new Map<string, Set<string>>()
  const first = new Map<string, number>()
  const links = new Set<string>()
  const subnets = new SubnetSet()
  for (const subnet of others) subnets.add(subnet)
  for (const [i, { sets, makes, moves, assigns }] of effects.entries()) {
    for (const [address, place] of assigns) {
      if (!first.has(address)) first.set(address, i)
      places.set(address, (places.get(address) ?? new Set()).add(place))
    }
    for (const name of sets) if (name.startsWith('subnet ')) subnets.add(name.slice(7))
    for (const name of [...makes, ...moves.map(([, to]) => to)]) {
      if (name.startsWith('link ')) links.add(name)
    }
  }
  const placesOf = (address: string) => places.get(spelling(address)) ?? new Set<string>()
  return {
    has: address => places.has(spelling(address)) || subnets.has(address),
    isGiven: (address, index = Infinity) => (first.get(spelling(address)) ?? Infinity) < index,
    makesLink: (place, name) => links.has(`link ${place} ${name}`),
    onMachine: address => [...placesOf(address)].some(place => place.endsWith('/')),
    isAt: (address, place) => placesOf(address).has(place),
  }
}
