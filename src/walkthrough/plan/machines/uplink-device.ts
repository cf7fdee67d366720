import type { PlacedCommand } from '../typing/placed-command.ts'
import { scopeOf } from '../typing/placed-command.ts'
import type { OwnAddresses } from './own-addresses.ts'

/** What Linux and its users call a machine's own network cards. */
const CARD = /^(eth\d+|eno\d+|ens\d+\w*|enp\w+|enx[0-9a-f]+|em\d+|wlan\d+|wlp\w+|venet\d+|ens|enp)$/
export const isCard = (device: string): boolean => CARD.test(device)
const DEFAULT = /^default via \S+ dev ([\w.-]+)/

/** A device that commands use on a machine itself and never make. */
export interface DeviceUse {
  device: string
  line: number
}

/** The cards that a command mentions on its machine, outside namespaces. */
export function cardsOf(placed: PlacedCommand, own: OwnAddresses): DeviceUse[] {
  const found: DeviceUse[] = []
  const { command } = placed
  const add = (device: string, line: number) => {
    if (!own.makesLink(`${placed.host}/`, device)) found.push({ device, line })
  }
  for (const one of placed.simple) {
    if (scopeOf(placed, one) !== '') continue
    // `peer name eth0 netns ns1`: a name that is given, not one that is there
    const isGiven = (i: number) => one.program === 'ip' && one.args[i - 1] === 'name'
    const mentioned = one.args.filter((_, i) => !isGiven(i))
    for (const word of mentioned.flatMap(arg => arg.split(/[=,:@]/))) {
      if (CARD.test(word)) add(word, command.line)
    }
    for (const [i, text] of (command.shown ?? []).entries()) {
      const device = DEFAULT.exec(text)?.[1]
      if (device !== undefined) add(device, (command.shownLine ?? command.line) + i)
    }
  }
  return found
}

/** The one that most commands mention; the first of those. */
export function mostUsed(uses: readonly DeviceUse[]): DeviceUse | undefined {
  const counts = new Map<string, number>()
  for (const { device } of uses) counts.set(device, (counts.get(device) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  return uses.find(({ device }) => counts.get(device) === most)
}
