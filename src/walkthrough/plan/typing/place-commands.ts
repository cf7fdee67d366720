import type { FrontMatter } from '../../document/front-matter.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'
import type { TypedDocument } from '../../typed/typed.ts'
import { kindOf } from '../steps/step-kind.ts'
import { ipWords } from './ip-words.ts'
import { machinesOf } from './machines.ts'
import type { Machines } from './machines.ts'
import { withoutMissing } from './missing.ts'
import type { PlacedCommand } from './placed-command.ts'
import { Reader } from './reader.ts'
import { writtenOut } from './reader-shell.ts'
import type { Written } from './reader-shell.ts'

const NOTHING: Written = { text: '', simple: [] }

/** The namespaces that a document makes or enters. */
function namespacesOf(simple: readonly SimpleCommand[]): Set<string> {
  const names = new Set<string>()
  for (const one of simple) {
    if (one.namespace !== undefined) names.add(one.namespace)
    const words = ipWords(one)
    if (words?.object === 'netns' && words.action === 'add') names.add(words.rest[0] ?? '')
  }
  return names
}

/** A document's commands, each where it is typed. */
export function placeCommands(
  typed: TypedDocument,
  frontMatter: FrontMatter,
): { machines: Machines; placed: PlacedCommand[] } {
  const { commands } = typed
  const written = writtenOut(commands.map(({ text }) => text))
  const namespaces = namespacesOf(written.flatMap(({ simple }) => simple))
  const machines = machinesOf(typed, frontMatter, namespaces)
  const kinds = commands.map((command, i) => kindOf(command, written[i] ?? NOTHING))
  const read = (hasTerminals: boolean) => {
    const reader = new Reader(machines, kinds, hasTerminals)
    const placed = commands.map((command, i) =>
      reader.place(command, i, {
        ...(kinds[i] ?? { kind: 'command' }),
        written: written[i] ?? NOTHING,
      }),
    )
    return { reader, placed }
  }
  const { reader, placed } = read(false)
  return { machines, placed: withoutMissing(reader.wasBeside ? read(true).placed : placed) }
}
