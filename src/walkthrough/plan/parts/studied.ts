import type { Heading, WalkDocument } from '../../document/document.ts'
import type { TypedDocument } from '../../typed/typed.ts'
import { cardsOf } from '../machines/uplink-device.ts'
import type { DeviceUse } from '../machines/uplink-device.ts'
import { Mentions } from '../machines/mentions.ts'
import { containerSubnets, ownAddresses } from '../machines/own-addresses.ts'
import type { OwnAddresses } from '../machines/own-addresses.ts'
import { proseSightings } from '../machines/prose-sightings.ts'
import { mtuSightings } from '../machines/mtu-sightings.ts'
import type { MtuSighting } from '../machines/mtu-sightings.ts'
import { shownSightings } from '../machines/shown-sightings.ts'
import type { GatewaySighting, Sighting } from '../machines/sighting.ts'
import { publishedPorts, typedGateways, typedSightings } from '../machines/typed-sightings.ts'
import { expectationsOf } from '../steps/expectation.ts'
import type { Expectation } from '../steps/expectation.ts'
import type { Machines } from '../typing/machines.ts'
import { placeCommands } from '../typing/place-commands.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import type { Guess } from '../walk-plan.ts'
import { effectsOf } from './effects.ts'
import type { Effects } from './effects.ts'

/** All that is known of a document before it is taken apart; lists go by number of command. */
export interface Studied {
  document: WalkDocument
  headings: readonly Heading[]
  machines: Machines
  placed: readonly PlacedCommand[]
  effects: readonly Effects[]
  expectations: readonly Expectation[]
  own: OwnAddresses
  sightings: readonly Sighting[]
  gateways: readonly GatewaySighting[]
  mtus: readonly MtuSighting[]
  cards: readonly (readonly DeviceUse[])[]
  machineGuesses: Guess[]
}

function machineGuesses({ frontMatter }: WalkDocument, { names, why, line }: Machines): Guess[] {
  if (frontMatter.hosts !== undefined || why === undefined) return []
  const [first = 'host'] = names
  const text =
    names.length === 1
      ? `there is one machine, called ${first}`
      : `there are ${names.length} machines: ${names.join(', ')}`
  const instead = `hosts: [${names.join(', ')}]`
  return [{ text, ...(line === undefined ? {} : { line }), why, instead }]
}

/** Finds out what a document's commands do, and what it shows of its machines. */
export function studied(document: WalkDocument, typed: TypedDocument): Studied {
  const { machines, placed } = placeCommands(typed, document.frontMatter)
  const effects = placed.map(effectsOf)
  const own = ownAddresses(
    effects,
    placed.flatMap(({ simple }) => containerSubnets(simple)),
  )
  const expectations = expectationsOf(placed)
  const shown = placed.map((one, i) => shownSightings(one, i, own))
  const mentions = new Mentions(placed)
  const published = publishedPorts(placed)
  const isReached = (i: number) =>
    expectations[i]?.expects === 'success' && expectations[i].expectsWhy !== undefined
  const sightings = [
    ...shown.flatMap(({ sightings }) => sightings),
    ...placed.flatMap((one, i) =>
      typedSightings(one, i, {
        own,
        machines: machines.names,
        mentions,
        previous: placed[i - 1],
        isReached: isReached(i),
        published,
      }),
    ),
    ...proseSightings(document, machines, own),
  ]
  return {
    document,
    headings: document.blocks.filter(block => block.type === 'heading'),
    machines,
    placed,
    effects,
    expectations,
    own,
    sightings,
    gateways: [
      ...shown.flatMap(({ gateways }) => gateways),
      ...placed.flatMap((one, i) => typedGateways(one, i, own)),
    ],
    mtus: mtuSightings(placed, own),
    cards: placed.map(one => cardsOf(one, own)),
    machineGuesses: machineGuesses(document, machines),
  }
}
