import t from 'tap'
import type { Comparison } from '../../../../src/walkthrough/compare/comparison.ts'
import { interfaceComparers } from '../../../../src/walkthrough/compare/interfaces/interface-comparers.ts'
import { simpleCommands } from '../../../../src/walkthrough/compare/simple-command.ts'

/** What the first comparer says that knows the command. */
export function compared(
  typed: string,
  shown: string,
  seen: string,
  { isStrict = false }: { isStrict?: boolean } = {},
): Comparison | undefined {
  const [command] = simpleCommands(typed)
  if (command === undefined) throw new Error(`${typed} is no command`)
  for (const compare of interfaceComparers) {
    const lines = shown
      .replace(/^\n/, '')
      .replace(/\n\s*$/, '')
      .split('\n')
    const result = compare({ command, shown: lines, seen, exitCode: 0, isStrict })
    if (result !== undefined) return result
  }
  return undefined
}

/** A listing, and others that say the same. */
export interface SameListings {
  command: string
  /** What iproute2 6.1 and net-tools 2.10 print here. */
  seen: string
  spellings: Record<string, string>
  /** A change of what is seen, and the one difference that it makes. */
  changes: [from: string, to: string, what: string][]
}

/** Every spelling is as shown, and every change of what is seen makes the one difference it names. */
export function testListings(table: Record<string, SameListings>): void {
  for (const [title, { command, seen, spellings, changes }] of Object.entries(table)) {
    t.test(`${title}: \`${command}\``, async t => {
      for (const [spelling, shown] of Object.entries({
        'as it is printed here': seen,
        ...spellings,
      })) {
        const result = compared(command, shown, seen)
        t.same(result?.differences, [], `${spelling}: is as shown`)
        t.same(result?.explained, [], `${spelling}: needs no explanation`)
      }
      for (const [from, to, what] of changes) {
        t.ok(seen.includes(from), `has ${JSON.stringify(from)}`)
        const result = compared(
          command,
          seen,
          seen.replace(from, () => to),
        )
        const differences = result?.differences.map(difference => difference.what)
        t.same(differences, [what], `${JSON.stringify(from)} → ${JSON.stringify(to)}`)
      }
    })
  }
}
