import { inspect } from 'node:util'
import { UsageError } from '../errors.ts'
import type { ScenarioOptions } from './scenario.ts'
import { isTimeout } from './timeout.ts'

/** What is wrong with how a scenario is defined. */
export function misuse(message: string, hint: string): UsageError {
  return new UsageError(message, { code: 'TNET_SCENARIO_INVALID', hint })
}

interface Rule {
  is: (value: unknown) => boolean
  like: string
  example: string
}

const told = (value: unknown) => inspect(value, { depth: 0, breakLength: Infinity })

const isText = (value: unknown) => typeof value === 'string'
/** `--tag` takes several with commas between them, and `!` before one that is not wanted. */
const isTag = (value: unknown) => typeof value === 'string' && /^[^\s,!][^\s,]*$/.test(value)

const rules: Record<keyof ScenarioOptions, Rule> = {
  tags: {
    is: value => Array.isArray(value) && value.every(isTag),
    like: 'a list of words, without commas and no ! before them',
    example: "{ tags: ['slow', 'vxlan'] }",
  },
  requires: {
    is: value => isText(value) || (Array.isArray(value) && value.every(isText)),
    like: 'the name of a feature, or a list of them',
    example: '{ requires: \'vxlan\' }; "tnet-lab doctor" lists them',
  },
  timeoutMs: {
    is: isTimeout,
    like: 'milliseconds, a day at most',
    example: '{ timeoutMs: 60_000 }',
  },
  retries: {
    is: value => Number.isSafeInteger(value) && Number(value) >= 0,
    like: 'a whole number',
    example: '{ retries: 1 }',
  },
  reason: { is: isText, like: 'text', example: "{ reason: 'needs a newer kernel' }" },
}

/** @throws UsageError TNET_SCENARIO_INVALID */
export function checkOptions(name: string, options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const hint = `scenario('${name}', { tags: ['slow'] }, async ({ lab }) => { … })`
    throw misuse(`options of "${name}" are an object, not ${told(options)}`, hint)
  }
  for (const [key, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, key) ? rules[key as keyof ScenarioOptions] : undefined
    if (rule === undefined) {
      const known = Object.keys(rules).join(', ')
      throw misuse(`scenario "${name}" has no option "${key}"`, `there are ${known}`)
    }
    if (value !== undefined && !rule.is(value)) {
      throw misuse(`${key} of "${name}" is ${rule.like}, not ${told(value)}`, rule.example)
    }
  }
}
