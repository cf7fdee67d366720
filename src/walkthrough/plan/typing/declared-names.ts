import type { TypedCommand } from '../../typed/typed.ts'
import { addressesIn, isIP } from '../machines/addresses.ts'
import { isGoing } from './machine-words.ts'

const WORD = '[A-Za-z][A-Za-z0-9_-]{1,30}'
const NAME = new RegExp(`^(${WORD})$`)
/** `alpha (192.0.2.1)`, `alpha: 192.0.2.1`, `alpha = 192.0.2.1/24`. */
const WITH_ADDRESS = new RegExp(
  `(?<![\\w.-])(${WORD})\\s*(?:[:：=(（]|\\s[-–]\\s)\\s*([\\da-fA-F.:]{3,39})`,
  'g',
)
/** A row of a table is no longer between its name and its address. */
const MOST_CELLS = 3

const GIVES = /\bip\b.*\sa(?:ddr\w*)?\s+(?:a|add|replace|change)\s|\bifconfig\b/

/** The words that stand beside an address in prose, as names of machines do: not of their links. */
function namesBeside(commands: readonly TypedCommand[]): Set<string> {
  const texts = commands.flatMap(({ before }) => before)
  const given = new Set(
    commands.flatMap(({ text }) => (GIVES.test(text) ? addressesIn(text.slice(0, 2000)) : [])),
  )
  const isTheirs = (address: string) => isIP(address) && !given.has(address)
  const names = new Set<string>()
  for (const [i, text] of texts.entries()) {
    if (text.length > 2000) continue
    for (const [, name = '', address = ''] of text.matchAll(WITH_ADDRESS)) {
      if (isTheirs(address.replace(/[.:]$/, ''))) names.add(name)
    }
    const [, cell] = NAME.exec(text.trim()) ?? []
    const behind = texts.slice(i + 1, i + 1 + MOST_CELLS)
    if (cell !== undefined && behind.some(one => isTheirs(one.trim().replace(/\/\d+$/, '')))) {
      names.add(cell)
    }
  }
  return names
}

/** Which of some names a heading or a sentence above commands sends its reader to. */
export function placeAmong(
  names: readonly string[],
  text: string,
  isHeading: boolean,
): string | undefined {
  if (text.length > 400) return undefined
  const named = names.flatMap(name => {
    const match = new RegExp(`(?<![\\w.-])${name}(?![\\w-]|\\.\\w)`, 'i').exec(text)
    if (match === null) return []
    const before = text.slice(0, match.index)
    return [{ name, before, behind: text.slice(match.index + name.length) }]
  })
  const going = named.filter(isGoing)
  if (going.length > 0) return going.length === 1 ? going[0]?.name : undefined
  const [only] = named.length === 1 ? named : []
  if (only === undefined) return undefined
  const isLabel = [only.before, only.behind].every(around => !/[\p{L}\d]/u.test(around))
  return isLabel || (isHeading && /^[\s\d.)(-]*$/.test(only.before)) ? only.name : undefined
}

/**
 * Machines that are called by names of their own: `alpha (192.0.2.1) and beta (192.0.2.2)` says that
 * they are some, `On alpha` and `On beta` above commands that these are typed there. The line is that
 * of the first command on the second of them.
 */
export function declaredNames(
  commands: readonly TypedCommand[],
  textsAbove: (command: TypedCommand) => readonly string[],
): Map<string, number> {
  const beside = [...namesBeside(commands)]
  const places = new Map<string, number>()
  if (beside.length < 2) return places
  for (const command of commands) {
    const { headings, line } = command
    for (const text of [...headings, ...textsAbove(command)]) {
      const place = placeAmong(beside, text, headings.includes(text))
      if (place !== undefined && !places.has(place)) places.set(place, line)
    }
  }
  return places
}
