import type { Demand } from './options.ts'

/** How many: exactly so many, or a range. */
export type NumberOf = number | { atLeast?: number; atMost?: number }

const isWhole = (value: unknown) => Number.isInteger(value) && Number(value) >= 0

export const numberDemand: Demand = value => {
  const wanted = 'a whole number, or { atLeast, atMost }'
  if (typeof value !== 'object' || value === null) return isWhole(value) ? undefined : wanted
  const entries = Object.entries(value)
  const isFine = entries.every(
    ([name, n]) => (name === 'atLeast' || name === 'atMost') && isWhole(n),
  )
  return isFine && entries.length > 0 ? undefined : wanted
}

export function isNumberOf(n: number, wanted: NumberOf): boolean {
  if (typeof wanted === 'number') return n === wanted
  return n >= (wanted.atLeast ?? 0) && n <= (wanted.atMost ?? Infinity)
}

/** `2 packets`, `at least 1 packet`. */
export function numberText(wanted: NumberOf, noun: string): string {
  const of = (n: number) => `${n} ${noun}${n === 1 ? '' : 's'}`
  if (typeof wanted === 'number') return of(wanted)
  const { atLeast, atMost } = wanted
  if (atLeast === undefined) return `at most ${of(atMost ?? 0)}`
  return atMost === undefined ? `at least ${of(atLeast)}` : `${atLeast} to ${of(atMost)}`
}
