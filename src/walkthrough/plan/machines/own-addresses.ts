import type { Effects } from '../parts/effects.ts'
import { SubnetSet } from './subnet-set.ts'

/** What a document itself gives addresses to. */
export interface OwnAddresses {
  /** Whether some command gives it to a device, or its subnet. */
  has: (address: string) => boolean
  /** Whether a command makes a link of that name in that place (`host/namespace`). */
  makesLink: (place: string, name: string) => boolean
  /** Given to a device of the machine itself, not in a namespace. */
  onMachine: (address: string) => boolean
}

export function ownAddresses(effects: readonly Effects[], places: readonly string[]): OwnAddresses {
  const addresses = new Set<string>()
  const onMachine = new Set<string>()
  const links = new Set<string>()
  const subnets = new SubnetSet()
  effects.forEach(({ sets, makes, moves }, i) => {
    for (const name of sets) {
      const [kind, text = ''] = name.split(' ')
      if (kind === 'address') {
        addresses.add(text)
        if (places[i]?.endsWith('/')) onMachine.add(text)
      }
      if (kind === 'subnet') subnets.add(text)
    }
    for (const name of [...makes, ...moves.map(([, to]) => to)]) {
      if (name.startsWith('link ')) links.add(name)
    }
  })
  return {
    has: address => addresses.has(address) || subnets.has(address),
    makesLink: (place, name) => links.has(`link ${place} ${name}`),
    onMachine: address => onMachine.has(address),
  }
}
