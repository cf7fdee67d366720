import type { TypedCommand } from '../../typed/typed.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { FIRST_TERMINAL } from '../typing/terminal-words.ts'
import type { PlannedStep, StepKind } from '../walk-plan.ts'
import type { Expectation } from './expectation.ts'

/** A step of a part while its place is being decided. */
export interface OrderedStep {
  placed: PlacedCommand
  command: TypedCommand
  host: string
  kind: StepKind
  expectation: Expectation
  namespace?: string
  isRepeat?: true
  remarks: string[]
  /** It is stopped after this one. */
  last?: OrderedStep
}

/** What is typed in a part, in the document's order: also what it says once for several machines. */
export function stepsInOrder(
  placed: readonly PlacedCommand[],
  expectations: readonly Expectation[],
): OrderedStep[] {
  return placed.flatMap((one, i) => {
    const { command, host, kind, namespace, leaves } = one
    const step: OrderedStep = {
      placed: one,
      command,
      host,
      kind,
      expectation: expectations[i] ?? { expects: 'any' },
      ...(namespace === undefined ? {} : { namespace }),
      remarks: [...one.remarks],
    }
    const copies = one.alsoOn.map((host): OrderedStep => ({ ...repeated(step), host }))
    for (const shell of leaves) {
      step.remarks.push(`the shell of line ${shell.command.line} was left before it`)
    }
    return [...leaves.map(leaving), step, ...copies]
  })
}

/** The same once more; nobody judges it again. */
export function repeated(step: OrderedStep): OrderedStep {
  return { ...step, isRepeat: true, expectation: { expects: 'any' }, remarks: [] }
}

/** The `exit` that a document forgets. */
function leaving(shell: PlacedCommand): OrderedStep {
  const { shown: _, shownLine: __, ...command } = shell.command
  return {
    placed: { ...shell, kind: 'exit', nature: 'looking' },
    command: { ...command, text: 'exit', mistakes: [] },
    host: shell.host,
    kind: 'exit',
    expectation: { expects: 'any' },
    isRepeat: true,
    remarks: [],
  }
}

/** The steps of a plan, in the order in which they are run. */
export function plannedSteps(steps: readonly OrderedStep[]): PlannedStep[] {
  const places = new Map(steps.map((step, i) => [step, i]))
  return steps.map((step, i) => {
    const { placed, command, host, kind, namespace, expectation, isRepeat, remarks } = step
    const { reason } = placed
    return {
      number: placed.number,
      command,
      host,
      ...(placed.terminal === FIRST_TERMINAL ? {} : { terminal: placed.terminal }),
      ...(namespace === undefined ? {} : { namespace }),
      kind,
      ...(kind === 'not-run' && reason !== undefined ? { reason } : {}),
      ...(kind === 'until-stopped' ? { endsAfter: places.get(step.last ?? step) ?? i } : {}),
      ...(isRepeat === undefined ? {} : { isRepeat }),
      ...expectation,
      remarks,
    }
  })
}
