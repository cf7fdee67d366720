import type { ScenarioStart } from '../runner/events.ts'
import { oneLine } from './drawing/visible.ts'

/** A scenario's name as one line, never empty; repeats, which have the same name, are told apart. */
export function scenarioLabel({ name, repeat }: ScenarioStart): string {
  const shown = oneLine(name).trim() || '(no name)'
  return repeat > 1 ? `${shown} (repeat ${repeat})` : shown
}

/** `scenarios/shop.ts:7` */
export function placeOf({ file, line }: ScenarioStart): string {
  return oneLine(line === undefined ? file : `${file}:${line}`)
}
