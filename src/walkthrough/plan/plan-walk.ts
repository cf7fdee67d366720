import type { WalkDocument } from '../document/document.ts'
import type { TypedDocument } from '../typed/typed.ts'
import { planPart } from './parts/plan-part.ts'
import { partCuts } from './parts/part-cuts.ts'
import { studied } from './parts/studied.ts'
import type { Guess, WalkPlan } from './walk-plan.ts'

/**
 * Decides how a document is walked: on which machines, what is there that it takes for granted, in
 * which order its commands run, and what it leads to expect of each. What its front matter says is
 * so; all else is guessed from what the document types and shows, and every guess is told.
 *
 * @example
 * const { parts, guesses } = planWalk(document, typedIn(document))
 * // guesses[0]: { text: 'eth0 has 172.22.36.202/24', line: 429, why: 'it is the source of a packet there' }
 */
export function planWalk(document: WalkDocument, typed: TypedDocument): WalkPlan {
  const { frontMatter, title } = document
  const whole = studied(document, typed)
  const cuts = partCuts(document, whole.placed, whole)
  const guesses: Guess[] = whole.machineGuesses
  const parts = cuts.map((cut, i) => {
    const { plan, guesses: own } = planPart(whole, cut, cuts[i + 1]?.from)
    guesses.push(...own)
    return plan
  })
  const { setup } = frontMatter
  return {
    title,
    parts,
    guesses: distinct(guesses),
    leftAlone: typed.leftAlone,
    ...(setup === undefined ? {} : { setup }),
  }
}

/** Parts take much the same for granted. */
function distinct(guesses: readonly Guess[]): Guess[] {
  return [...new Map(guesses.map(guess => [`${guess.line ?? ''} ${guess.text}`, guess])).values()]
}
