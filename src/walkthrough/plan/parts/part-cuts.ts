import type { WalkDocument } from '../../document/document.ts'
import { familyOf } from '../machines/addresses.ts'
import type { Sighting } from '../machines/sighting.ts'
import { showsFailure } from '../steps/shown-result.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import type { Effects } from './effects.ts'
import { sysctlName } from './effects.ts'
import { allowedCuts } from './allowed-cuts.ts'
import { NamesThere } from './names-there.ts'

/** Where a reader begins on fresh machines. */
export interface Cut {
  /** Number of its first command in the list. */
  from: number
  line: number
  /** None for the first. */
  why?: string
}

/** Something that cannot be so unless the machine is another one. */
interface Evidence {
  /** The command that it is at odds with. */
  earlier: number
  why: string
}

// prettier-ignore
const NOT_THERE =
  /(?:没有?|未|尚未)\s*(?:开启|打开|启用|设置|配置)|(?:默认|缺省).{0,6}(?:关闭|禁用)|(?:is|was|are)(?: not|n['’]t)(?: yet)? (?:enabled|on|set|there|allowed)|\bdisabled\b|turned off|switched off|by default.{0,20}\boff\b|nicht (?:aktiviert|eingeschaltet|gesetzt)|desactivad|désactivé|無効|отключ|выключ/iu

const lineOf = ({ command }: PlacedCommand | undefined = {} as PlacedCommand) => command?.line ?? 1
const shortName = (name: string) => name.split(' ').at(-1) ?? name

const isSame = (a: Sighting, b: Sighting) =>
  a.host === b.host && a.device === b.device && a.address === b.address

class Cutter {
  readonly #placed: readonly PlacedCommand[]
  readonly #effects: readonly Effects[]
  /** By the command that shows them. */
  readonly #sightings = new Map<number, Sighting[]>()
  readonly #allowed: readonly (number | undefined)[]

  constructor(
    placed: readonly PlacedCommand[],
    effects: readonly Effects[],
    { sightings, heads }: { sightings: readonly Sighting[]; heads: ReadonlyMap<number, number> },
  ) {
    this.#placed = placed
    this.#effects = effects
    for (const one of sightings) {
      // A mere guess is no evidence.
      if (one.index === undefined || one.strength < 2) continue
      this.#sightings.set(one.index, [...(this.#sightings.get(one.index) ?? []), one])
    }
    this.#allowed = allowedCuts(effects, heads)
  }

  /** Made again, though it is there, and not to show that this fails. */
  #madeAgain(i: number, names: NamesThere): Evidence | undefined {
    const { command } = this.#placed[i]!
    if (showsFailure(command) !== undefined) return undefined
    for (const name of this.#effects[i]!.makes) {
      const earlier = names.madeBy(name)
      if (earlier === undefined || earlier === i) continue
      const before = lineOf(this.#placed[earlier])
      return {
        earlier,
        why: `line ${command.line} makes ${shortName(name)}, which line ${before} made already`,
      }
    }
    return undefined
  }

  /** The link to the outside has another address than before in the part. */
  #movedHouse(i: number, seen: readonly Sighting[]): Evidence | undefined {
    const now = this.#sightings.get(i) ?? []
    for (const one of now) {
      const before = seen.find(
        ({ host, address, device = one.device }) =>
          host === one.host &&
          device === (one.device ?? device) &&
          familyOf(address) === familyOf(one.address) &&
          address !== one.address,
      )
      // What the same command shows as well is a second address of the same machine.
      if (before?.index === undefined || now.some(({ address }) => address === before.address)) {
        continue
      }
      const device = one.device ?? before.device ?? 'the link to the outside'
      return {
        earlier: before.index,
        why: `line ${one.line} shows ${one.address} on ${device}, where line ${before.line} has ${before.address}`,
      }
    }
    return undefined
  }

  /** A setting is made again, and something says that it was not there any more. */
  #setAgain(i: number, names: NamesThere): Evidence | undefined {
    for (const name of this.#effects[i]!.sets) {
      const earlier = names.madeBy(name)
      if (earlier === undefined || earlier === i || !/^(sysctl|rule) /.test(name)) continue
      const from = Math.max(this.#allowed[i] ?? i, earlier + 1)
      const isMissing = this.#placed
        .slice(from, i + 1)
        .some((one, j) => this.#saysMissing(one, from + j === i, name))
      if (!isMissing) continue
      const line = lineOf(this.#placed[i])
      const before = lineOf(this.#placed[earlier])
      const what = name.split(' ').slice(2).join(' ')
      return {
        earlier,
        why: `line ${line} sets ${what}, as line ${before} did, and what is shown before says that it is not so`,
      }
    }
    return undefined
  }

  #saysMissing({ command, nature }: PlacedCommand, isLast: boolean, name: string): boolean {
    if (isLast) return command.before.some(text => NOT_THERE.test(text))
    if (nature === 'traffic' && showsFailure(command) !== undefined) return true
    return this.#deniesSysctl(command.shown ?? [], name)
  }

  /** `net.ipv4.ip_forward = 0` is shown, though 1 was set. */
  #deniesSysctl(shown: readonly string[], name: string): boolean {
    const [setting = '', value = ''] = name.startsWith('sysctl ')
      ? (name.split(' ')[2] ?? '').split('=')
      : []
    return shown.some(text => {
      const [, key = '', seen] = /^([\w.]+)\s*=\s*(\S+)\s*$/.exec(text) ?? []
      return seen !== undefined && sysctlName(key) === setting && seen !== value
    })
  }

  cuts(heads: ReadonlyMap<number, number>): Cut[] {
    const cuts: Cut[] = []
    let names = new NamesThere()
    let seen: Sighting[] = []
    for (let i = 0; i < this.#placed.length; i++) {
      const evidence =
        this.#madeAgain(i, names) ?? this.#movedHouse(i, seen) ?? this.#setAgain(i, names)
      const from = this.#allowed[i]
      if (evidence !== undefined && from !== undefined && from > evidence.earlier) {
        cuts.push({ from, line: heads.get(from) ?? lineOf(this.#placed[from]), why: evidence.why })
        names = new NamesThere()
        for (let j = from; j < i; j++) names.apply(this.#effects[j]!, j)
        seen = seen.filter(({ index = -1 }) => index >= from)
      }
      names.apply(this.#effects[i]!, i)
      // One of each is enough to be at odds with.
      seen.push(
        ...(this.#sightings.get(i) ?? []).filter(one => !seen.some(old => isSame(old, one))),
      )
    }
    return cuts
  }
}

/**
 * The headings between one command and the next: of several, the last of the highest rank.
 * Line, by the number of the command after it.
 */
function headsOf({ blocks }: WalkDocument, placed: readonly PlacedCommand[]): Map<number, number> {
  const heads = new Map<number, number>()
  const ranks = new Map<number, number>()
  let next = 0
  for (const block of blocks) {
    if (block.type !== 'heading') continue
    while (next < placed.length && lineOf(placed[next]) < block.line) next++
    if (next >= placed.length) break
    if (block.depth > (ranks.get(next) ?? Infinity)) continue
    ranks.set(next, block.depth)
    heads.set(next, block.line)
  }
  return heads
}

/** The parts of a document that begin on fresh machines: one at least. */
export function partCuts(
  document: WalkDocument,
  placed: readonly PlacedCommand[],
  { effects, sightings }: { effects: readonly Effects[]; sightings: readonly Sighting[] },
): Cut[] {
  const heads = headsOf(document, placed)
  const cuts = new Cutter(placed, effects, { sightings, heads }).cuts(heads)
  return [{ from: 0, line: 1 }, ...cuts]
}
