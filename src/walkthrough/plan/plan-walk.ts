import type { WalkDocument } from '../document/document.ts'
import type { TypedDocument } from '../typed/typed.ts'
import { planPart } from './parts/plan-part.ts'
import { partCuts } from './parts/part-cuts.ts'
import { studied } from './parts/studied.ts'
import type { Guess, PartPlan, WalkPlan } from './walk-plan.ts'

/**
 * Decides how a document is walked: on which machines, what is there that it takes for granted, in
 * which order its commands run, and what it leads to expect of each. What its front matter says is
 * so; all else is guessed from what the document types and shows, and every guess is told.
 *
 * @example
 * const { parts, guesses } = planWalk(document, typedIn(document))
 * // guesses[1]: { text: 'eth0 has 172.22.36.202/24', line: 429, why: 'it is the source of a packet there' }
 */
export function planWalk(document: WalkDocument, typed: TypedDocument): WalkPlan {
  const { frontMatter, title } = document
  const whole = studied(document, typed)
  const cuts = partCuts(document, whole.placed, whole)
  const planned = cuts.map((cut, i) => planPart(whole, cut, cuts[i + 1]?.from))
  const { setup } = frontMatter
  return {
    title,
    parts: planned.map(({ plan }) => plan),
    guesses: [...whole.machineGuesses, ...ofParts(planned)],
    leftAlone: typed.leftAlone,
    ...(setup === undefined ? {} : { setup }),
  }
}

interface Planned {
  plan: PartPlan
  guesses: readonly Guess[]
}

/** What parts take for granted; of those that do not hold for all of them, for which lines. */
function ofParts(planned: readonly Planned[]): Guess[] {
  const holding = new Map<string, { guess: Guess; parts: number[] }>()
  for (const [i, { guesses }] of planned.entries()) {
    for (const guess of guesses) {
      const known = holding.get(guess.text)
      if (known === undefined) holding.set(guess.text, { guess, parts: [i] })
      else if (known.parts.at(-1) !== i) known.parts.push(i)
    }
  }
  const first = (i: number) => planned[i]?.plan.line ?? Infinity
  return [...holding.values()].flatMap(({ guess, parts }) =>
    stretches(parts).map(([from, to]) => {
      const where = stretchText(from === 0 ? 1 : first(from), first(to + 1) - 1)
      return { ...guess, text: `${where}${guess.text}` }
    }),
  )
}

/** `[0, 1, 4]` is `[[0, 1], [4, 4]]`. */
function stretches(numbers: readonly number[]): [from: number, to: number][] {
  const found: [number, number][] = []
  for (const n of numbers) {
    const last = found.at(-1)
    if (last?.[1] === n - 1) last[1] = n
    else found.push([n, n])
  }
  return found
}

function stretchText(from: number, to: number): string {
  if (to === Infinity) return from === 1 ? '' : `from line ${from} on: `
  return from === 1 ? `up to line ${to}: ` : `lines ${from} to ${to}: `
}
