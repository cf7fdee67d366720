import { EnvironmentError, UsageError } from '../../errors.ts'
import { featureNames, hasFeature, type FeatureName } from '../../kernel/features.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { Skipped } from '../../scenario/skipped.ts'

function check(scenario: Scenario, name: FeatureName, isStrict: boolean): void {
  if (!featureNames.includes(name)) {
    throw new UsageError(
      `scenario "${scenario.name}" requires "${name}", which no kernel feature is called`,
      {
        code: 'TNET_FEATURE_UNKNOWN',
        hint: `"tnet-lab doctor" lists them: ${featureNames.join(', ')}`,
      },
    )
  }
  const { available, reason = 'it is missing', command } = hasFeature(name)
  if (available) return
  if (!isStrict) throw new Skipped(`requires ${name}: ${reason}`)
  throw new EnvironmentError(`scenario "${scenario.name}" requires ${name}: ${reason}`, {
    code: 'TNET_FEATURE_MISSING',
    hint: command ?? 'leave --strict away to skip it, or run it on another kernel',
  })
}

/**
 * Asks the kernel for what a scenario requires.
 *
 * @throws Skipped for the first that is missing; under `isStrict` EnvironmentError
 */
export function checkRequirements(scenario: Scenario, isStrict: boolean): void {
  const { requires = [] } = scenario.options
  const names = typeof requires === 'string' ? [requires] : requires
  for (const name of names) check(scenario, name, isStrict)
}
