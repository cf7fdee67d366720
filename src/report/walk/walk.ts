import { isWrong, type Walked, type WalkEnd, type WalkPlanned } from '../../runner/events.ts'
import type { AttemptEvent } from '../attempts.ts'
import { withMarkedWraps } from './wrap.ts'

export type Counts = Pick<
  WalkEnd,
  'found' | 'run' | 'confirmed' | 'differing' | 'notRun' | 'cannotJudge'
>

/** What an attempt at a walkthrough came to. */
export interface Walk {
  plan?: WalkPlanned
  /** In the order in which they were over. */
  commands: Walked[]
  /** Of those that were told, where it ended before its counts came. */
  counts: Counts
  /** None where its end did not come. */
  end?: WalkEnd
}

/** Of those commands of a document that are over. */
export function countsOf(found: number, commands: readonly Walked[]): Counts {
  const having = (verdict: Walked['verdict']) =>
    commands.filter(command => command.verdict === verdict).length
  const [notRun, cannotJudge] = [having('not-run'), having('cannot-judge')]
  return {
    found: Math.max(found, commands.length),
    run: commands.length - notRun,
    confirmed: having('as-shown'),
    differing: commands.filter(({ verdict }) => isWrong(verdict)).length,
    notRun,
    cannotJudge,
  }
}

/** Those that came after a walk broke off, or after the one that it was to stop at. */
export const notReachedOf = ({ found, run, notRun }: Counts) => Math.max(0, found - run - notRun)

/** @returns nothing of a scenario that is a script */
export function walkOf(events: readonly AttemptEvent[]): Walk | undefined {
  const plan = events.find(event => event.type === 'walk-plan')
  const end = events.find(event => event.type === 'walk-end')
  const commands = events.filter(event => event.type === 'walked').map(withMarkedWraps)
  if (plan === undefined && end === undefined && commands.length === 0) return undefined
  return {
    ...(plan === undefined ? {} : { plan }),
    commands,
    counts: end ?? countsOf(plan?.found ?? 0, commands),
    ...(end === undefined ? {} : { end }),
  }
}

export const wrongOf = ({ commands }: Pick<Walk, 'commands'>) =>
  commands.filter(({ verdict }) => isWrong(verdict))

/** Neither confirmed nor wrong, and a reader has to know why. */
export const unjudgedOf = ({ commands }: Pick<Walk, 'commands'>) =>
  commands.filter(({ verdict }) => verdict === 'not-run' || verdict === 'cannot-judge')
