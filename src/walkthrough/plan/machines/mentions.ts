import { ipWords, wordAfter } from '../typing/ip-words.ts'
import { withoutHeredocs } from '../typing/heredoc.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'
import { addressesIn, isIP, spelling } from './addresses.ts'
import { unnamedBy } from './unnamed.ts'

/** What a command's words give to somebody, or say to be somebody's: not whom packets go to. */
function givenBy(one: SimpleCommand): string[] {
  const { program, args } = one
  const words = ipWords(one)
  if (/^(?:ip6?tables|nft|ebtables|cat|grep|echo|printf)$/.test(program)) return []
  if (words?.object === 'route') return [wordAfter(args, 'via') ?? '', wordAfter(args, 'src') ?? '']
  return args.flatMap(arg => arg.split('/', 1)).filter(isIP)
}

/** By each command, the addresses that it may have given to somebody before the next is typed. */
export class Mentions {
  /** Number of the first command that mentions it. */
  readonly #first = new Map<string, number>()
  /** From the first command on that may give addresses which nobody can tell from its words. */
  readonly #unnamed: number

  constructor(placed: readonly PlacedCommand[]) {
    for (const [i, { simple, nature, command }] of placed.entries()) {
      const written = withoutHeredocs(command.text).heredocs.flatMap(({ body }) =>
        addressesIn(body),
      )
      const given = nature === 'traffic' || nature === 'capture' ? [] : simple.flatMap(givenBy)
      for (const address of [...given, ...written].map(spelling)) {
        if (!this.#first.has(address)) this.#first.set(address, i)
      }
    }
    const unnamed = placed.findIndex(one => unnamedBy(one).addresses)
    this.#unnamed = unnamed < 0 ? Infinity : unnamed
  }

  /** Whether one of the commands before number `index` mentions that very address. */
  isBefore(address: string, index: number): boolean {
    return (this.#first.get(spelling(address)) ?? Infinity) < index
  }

  /** Whether one of them may give addresses away that nobody can tell from its words. */
  mayBeUnnamed(index: number): boolean {
    return this.#unnamed < index
  }
}
