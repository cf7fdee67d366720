import { UsageError } from '../errors.ts'

/** What an option may be: undefined when the value is that, otherwise what it should have been. */
export type Demand = (value: unknown) => string | undefined

export const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER): Demand =>
  value => {
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return undefined
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`
    return `a whole number, ${range}`
  }

/** Longer than a minute is a mistake of units: a scenario has no more. */
export const milliseconds: Demand = value =>
  typeof value === 'number' && value > 0 && value <= 60_000
    ? undefined
    : 'milliseconds, more than 0 and at most 60000'

const ofType =
  (type: string, words: string): Demand =>
  value =>
    typeof value === type ? undefined : words

export const text = ofType('string', 'a string')
export const boolean = ofType('boolean', 'true or false')

export const oneOf =
  (...words: readonly unknown[]): Demand =>
  value =>
    words.includes(value) ? undefined : `one of ${words.join(', ')}`

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/**
 * Refuses options that a matcher does not have, and values that it does not take: a typo in an
 * option would make an expectation weaker without a word.
 *
 * @throws UsageError TNET_OPTION_UNKNOWN, TNET_OPTION_INVALID
 */
export function checkOptions(
  matcher: string,
  options: object,
  demands: Readonly<Record<string, Demand>>,
): void {
  if (typeof options !== 'object' || options === null) {
    throw new UsageError(`${matcher} takes an object with options, not ${shown(options)}`, {
      code: 'TNET_OPTION_INVALID',
      hint: `it has ${Object.keys(demands).join(', ')}`,
    })
  }
  for (const [name, value] of Object.entries(options)) {
    const demand = Object.hasOwn(demands, name) ? demands[name] : undefined
    if (demand === undefined) {
      throw new UsageError(`${matcher} has no option "${name}"`, {
        code: 'TNET_OPTION_UNKNOWN',
        hint: `it has ${Object.keys(demands).join(', ')}`,
      })
    }
    const wanted = value === undefined ? undefined : demand(value)
    if (wanted === undefined) continue
    throw new UsageError(`${matcher}: ${name} cannot be ${shown(value)}`, {
      code: 'TNET_OPTION_INVALID',
      hint: `${name} is ${wanted}`,
    })
  }
}
