import { Chalk, type ChalkInstance } from 'chalk'

/** None, 16, 256, or 16 million: the levels of chalk and of FORCE_COLOR. */
export type ColourLevel = 0 | 1 | 2 | 3

export type Colours = ChalkInstance

export interface ColouredOutput {
  isTTY?: boolean
  /** Bits, from Node's `tty.WriteStream`. */
  getColorDepth?(env?: object): number
}

/** What FORCE_COLOR says, in the words of Node's `getColorDepth`; anything else means none. */
const forced: Readonly<Record<string, ColourLevel>> = { '': 1, true: 1, 1: 1, 2: 2, 3: 3 }

/**
 * How colourful an output is. The first that applies decides, as in Node's
 * `tty.WriteStream.getColorDepth` and as with chalk, which does not know NO_COLOR:
 *
 * 1. `FORCE_COLOR`: empty, `true` or `1` is 16 colours, `2` is 256, `3` is 16 million; all else,
 *    such as `0` and `false`, is none. It needs no terminal, and beats NO_COLOR and `TERM=dumb`.
 * 2. `NO_COLOR` (https://no-color.org) or `NODE_DISABLE_COLORS` with any value but an empty one:
 *    none, on a terminal too.
 * 3. No terminal: none, in CI too.
 * 4. `TERM=dumb`: none.
 * 5. A terminal: what Node knows about it by `TERM`, `COLORTERM` and others.
 */
export function colourLevel(output: ColouredOutput, env: NodeJS.ProcessEnv): ColourLevel {
  if (env.FORCE_COLOR !== undefined) return forced[env.FORCE_COLOR] ?? 0
  if (isSet(env.NO_COLOR) || isSet(env.NODE_DISABLE_COLORS)) return 0
  if (output.isTTY !== true || env.TERM === 'dumb') return 0
  // Node 20 takes an empty NO_COLOR for one that is set.
  const { NO_COLOR: _no, NODE_DISABLE_COLORS: _disable, ...rest } = env
  const bits = output.getColorDepth?.(rest) ?? 4
  return bits >= 24 ? 3 : bits >= 8 ? 2 : bits >= 4 ? 1 : 0
}

const isSet = (variable: string | undefined) => variable !== undefined && variable !== ''

export const coloursOf = (level: ColourLevel): Colours => new Chalk({ level })
