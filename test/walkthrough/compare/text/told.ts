import { compare } from '../../../../src/walkthrough/compare/compare.ts'
import type { Comparison } from '../../../../src/walkthrough/compare/comparison.ts'

/** What `compare` says of an output of `command`. */
export const told = (command: string, shown: string, seen: string, isStrict = false): Comparison =>
  compare(command, { shown: shown.split('\n'), seen, exitCode: 0, isStrict })

/** What the differences are about. */
export const differing = (command: string, shown: string, seen: string): string[] =>
  told(command, shown, seen).differences.map(({ what }) => what)

/** `text` with one thing changed; a change that changes nothing is a mistake of the test. */
export function changed(text: string, from: string | RegExp, to: string): string {
  const other = text.replace(from, to)
  if (other === text) throw new Error(`${from} is not in ${text}`)
  return other
}
