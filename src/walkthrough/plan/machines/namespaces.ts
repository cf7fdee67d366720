import { ipWords } from '../typing/ip-words.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { showsFailure } from '../steps/shown-result.ts'

/** A namespace that is there from the beginning. */
export interface NamespaceThere {
  name: string
  line: number
  why: string
}

/** What may be a file below `/run/netns`; variables and numbers of processes are not. */
const NAME = /^[A-Za-z_][\w.-]{0,60}$/

/** Namespaces that a command makes, by `ip netns add` or by a file that stands for one. */
function made({ simple, command }: PlacedCommand): string[] {
  const names = simple.flatMap(one => {
    const words = ipWords(one)
    return words?.object === 'netns' && /^(add|attach)$/.test(words.action)
      ? words.rest.slice(0, 1)
      : []
  })
  const files = [...command.text.matchAll(/\/run\/netns\/["']?([\w.-]+)/g)]
  const isMaking = /\b(ln|touch|mount|unshare)\b/.test(command.text)
  return [...names, ...(isMaking ? files.map(([, name = '']) => name) : [])]
}

/** Namespaces that a document uses, or lists, and never makes. */
export function namespacesThere(placed: readonly PlacedCommand[]): NamespaceThere[] {
  const known = new Set(placed.flatMap(made))
  const found = new Map<string, NamespaceThere>()
  const add = (name: string, line: number, why: string) => {
    if (!NAME.test(name) || known.has(name) || found.has(name)) return
    found.set(name, { name, line, why })
  }
  for (const { simple, command, kind } of placed) {
    if (kind === 'not-run' || showsFailure(command) !== undefined) continue
    for (const one of simple) {
      const words = ipWords(one)
      if (words?.object === 'netns' && words.action === 'show') {
        for (const [i, text] of (command.shown ?? []).entries()) {
          const name = /^\s*([\w.-]+)(?:\s+\(id: \d+\))?\s*$/.exec(text)?.[1] ?? ''
          add(name, (command.shownLine ?? command.line) + i, 'it is listed, and nothing makes it')
        }
      }
      const { namespace } = one
      if (namespace !== undefined) add(namespace, command.line, 'it is used, and nothing makes it')
    }
  }
  return [...found.values()]
}
