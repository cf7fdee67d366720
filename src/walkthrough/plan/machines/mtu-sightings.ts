import type { PlacedCommand } from '../typing/placed-command.ts'
import type { OwnAddresses } from './own-addresses.ts'
import { isCard } from './uplink-device.ts'

/** A place where a document shows the MTU of one of its machines' cards. */
export interface MtuSighting {
  /** Number in the list of commands. */
  index: number
  line: number
  host: string
  device: string
  mtu: number
}

const LINK = /^\d+: ([\w.-]+)(?:@[\w.-]+)?: <[^>]*>.*? mtu (\d+)\b/
const IFCONFIG = /^([\w.-]+): flags=\S+\s+mtu (\d+)\b/
const OLD = /^([\w.-]+)\s+Link encap/
const OLD_MTU = /^\s.*\bMTU:(\d+)\b/

/** What the output of a command shows, with the line of it, from 0. */
function* shownIn(
  shown: readonly string[],
): Generator<[line: number, device: string, mtu: number]> {
  let old: string | undefined
  for (const [i, text] of shown.entries()) {
    const found = LINK.exec(text) ?? IFCONFIG.exec(text)
    if (found !== null) yield [i, found[1] ?? '', Number(found[2])]
    old = OLD.exec(text)?.[1] ?? (/^\S/.test(text) ? undefined : old)
    const mtu = old === undefined ? undefined : OLD_MTU.exec(text)?.[1]
    if (old !== undefined && mtu !== undefined) yield [i, old, Number(mtu)]
  }
}

/** MTUs of the machines' own cards, as they are before the document changes them. */
export function mtuSightings(placed: readonly PlacedCommand[], own: OwnAddresses): MtuSighting[] {
  const changed = new Set<string>()
  return placed.flatMap((one, index) => {
    const { command, host, simple, kind, inside } = one
    // What is not run shows another machine, or a container.
    if (kind === 'not-run' || simple.some(({ namespace }) => (namespace ?? inside) !== ''))
      return []
    const found: MtuSighting[] = []
    for (const [i, device, mtu] of shownIn(command.shown ?? [])) {
      if (!isCard(device) || changed.has(`${host} ${device}`)) continue
      if (own.makesLink(`${host}/`, device)) continue
      found.push({ index, line: (command.shownLine ?? command.line) + i, host, device, mtu })
    }
    for (const { args } of simple.filter(({ args }) => args.includes('mtu'))) {
      for (const arg of args.filter(isCard)) changed.add(`${host} ${arg}`)
    }
    return found
  })
}
