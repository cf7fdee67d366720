import type { Colours } from './colours.ts'
import { indented, linesIn } from './shown.ts'

interface Failure {
  heading: string
  text: string
  /** The line of the report where it began. */
  atLine: number
}

/** So many are told again, and kept; all of them stand further up. */
const TOLD_AGAIN = 20

/** Failures, to be told again where they have scrolled away by the end. */
export class Failures {
  readonly #kept: Failure[] = []
  #count = 0

  /** @param line the report's last line by now, with the failure's text at its end */
  add(heading: string, text: string, line: number): void {
    this.#count++
    if (this.#kept.length === TOLD_AGAIN) return
    this.#kept.push({ heading, text, atLine: line - linesIn(text) - 1 })
  }

  /** @returns nothing while all of them are within `rows` of the report's `line`. */
  textAgain(line: number, rows: number, { bold, red }: Colours): string {
    const first = this.#kept[0]
    if (first === undefined || line - first.atLine <= rows) return ''
    const told = this.#kept.map(
      ({ heading, text }) => `\n${red('✗')} ${heading}\n${indented(red(text), 2)}\n`,
    )
    const left = this.#count - this.#kept.length
    const more = left === 0 ? '' : `\nand ${left} more, above\n`
    return `\n${bold('failures:')}\n${told.join('')}${more}\n`
  }
}
