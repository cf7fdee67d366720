import { bounded } from '../bounded.ts'
import { visible } from '../drawing/visible.ts'

/** Less than this is not worth a piece of a text. */
const LEAST = 200

/** Texts of a report that is kept until a run is over, and must not grow with it. */
export class TextBudget {
  #left: number

  constructor(characters: number) {
    this.#left = characters
  }

  /** @returns the text with everything that XML forbids shown, no longer than `limit`. */
  take(text: string, limit: number): string {
    const shown = visible(bounded(text, limit))
    if (shown.length <= LEAST) return this.#spend(shown)
    if (this.#left < LEAST) return '(left out: this report has no room for more text)'
    return this.#spend(bounded(shown, limit))
  }

  #spend(text: string): string {
    this.#left -= text.length
    return text
  }
}
