import type { ScenarioStart } from '../../runner/events.ts'

/** `attempt 2 of 3` */
export function attemptOf({ attempt, attempts }: ScenarioStart): string {
  return attempts === undefined ? `attempt ${attempt}` : `attempt ${attempt} of ${attempts}`
}
