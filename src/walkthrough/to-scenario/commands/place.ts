import type { NodeSymbol } from '../code/symbols.ts'
import type { Statement } from '../code/statement.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'

/** Where a command is run. */
export interface Place {
  node: NodeSymbol
  /** A network namespace by its name, as far as the script has it. */
  find: (namespace: string) => NodeSymbol | undefined
}

/** A command in the words of the lab; undefined: the lab has none for it. */
export type Translation = (command: SimpleCommand, place: Place) => Statement[] | undefined

/**
 * Takes words apart into those that stand alone and those that are a name and its value; undefined when
 * there is one that is neither among `flags` nor `values`, beyond the first `most` that may be anything.
 */
export function wordPairs(
  words: readonly string[],
  { flags = [], values = [], most = 1 }: { flags?: string[]; values?: string[]; most?: number },
): { bare: string[]; given: Map<string, string>; set: Set<string> } | undefined {
  const bare: string[] = []
  const given = new Map<string, string>()
  const set = new Set<string>()
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const value = words[i + 1]
    if (values.includes(word) && value !== undefined) {
      given.set(word, value)
      i++
    } else if (flags.includes(word)) set.add(word)
    else if (bare.length < most) bare.push(word)
    else return undefined
  }
  return { bare, given, set }
}
