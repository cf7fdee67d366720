import type { Judgement, Ran } from './judge.ts'
import type { Pid } from './pids.ts'
import type { PlannedStep } from './plan/walk-plan.ts'
import { WRAP } from './typed/typed.ts'
import type { WalkedStep } from './verdict.ts'

/** What is told of a command, whose judgement may say more of it. */
export type Told = Judgement & Partial<Pick<WalkedStep, 'durationMs' | 'remarks'>>

/** @param pids those that the command means by the document's numbers */
export function walkedStep(
  step: PlannedStep,
  ran: Partial<Ran>,
  told: Told,
  pids: readonly Pid[],
): WalkedStep {
  const { command, number, host, terminal, namespace } = step
  const { text, line, mistakes, shown } = command
  const remarks = [
    ...mistakes.map(mistake => mistake.text),
    ...step.remarks,
    ...pids.map(([theirs, here]) => `process ${theirs} of the document is ${here} here`),
    ...(told.remarks ?? []),
  ]
  return {
    durationMs: 0,
    ...told,
    number,
    line,
    host,
    ...(terminal === undefined ? {} : { terminal }),
    ...(namespace === undefined ? {} : { namespace }),
    command: text,
    ...(ran.exitCode === undefined || ran.wasStopped === true ? {} : { exitCode: ran.exitCode }),
    ...(shown === undefined ? {} : { shown: shown.join('\n').replaceAll(WRAP, '') }),
    ...(ran.output === undefined ? {} : { seen: ran.output }),
    ...(remarks.length === 0 ? {} : { remarks }),
  }
}
