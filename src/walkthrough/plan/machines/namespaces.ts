import { ipWords } from '../typing/ip-words.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { showsFailure } from '../steps/shown-result.ts'
import { MAKES_NAMESPACE, unnamedBy } from './unnamed.ts'

/** A namespace that is there from the beginning. */
export interface NamespaceThere {
  name: string
  line: number
  why: string
}

/** What may be a file below `/run/netns`; variables and numbers of processes are not. */
const NAME = /^[A-Za-z_][\w.-]{0,60}$/
const FILE = /\/run\/netns\/["']?([\w.-]+)/g

/** Namespaces that a command makes, by `ip netns add` or by a file that stands for one. */
function made({ written, command: { text } }: PlacedCommand): string[] {
  const both = `${written}\n${text}`
  const files = /\b(?:ln|touch|mount|unshare)\b/.test(both) ? [...both.matchAll(FILE)] : []
  return [...both.matchAll(MAKES_NAMESPACE), ...files].map(([, name = '']) => name)
}

/** The names that `ip netns` is shown to list. */
function* listed({ simple, command }: PlacedCommand): Generator<[name: string, line: number]> {
  for (const one of simple) {
    const words = ipWords(one)
    if (words?.object !== 'netns' || words.action !== 'show') continue
    for (const [i, text] of (command.shown ?? []).entries()) {
      const name = /^\s*([\w.-]+)(?:\s+\(id: \d+\))?\s*$/.exec(text)?.[1] ?? ''
      yield [name, (command.shownLine ?? command.line) + i]
    }
  }
}

/**
 * Namespaces that a document uses, or lists, and never makes: up to where something may make them
 * whose names nobody can tell.
 */
export function namespacesThere(placed: readonly PlacedCommand[]): NamespaceThere[] {
  const known = new Set(placed.flatMap(made))
  const found = new Map<string, NamespaceThere>()
  const add = (name: string, line: number, why: string) => {
    if (!NAME.test(name) || known.has(name) || found.has(name)) return
    found.set(name, { name, line, why })
  }
  for (const one of placed) {
    if (unnamedBy(one).namespaces) break
    const { simple, command, kind } = one
    if (kind === 'not-run' || showsFailure(command) !== undefined) continue
    for (const [name, line] of listed(one)) add(name, line, 'it is listed, and nothing makes it')
    for (const { namespace } of simple) {
      if (namespace !== undefined) add(namespace, command.line, 'it is used, and nothing makes it')
    }
  }
  return [...found.values()]
}
