import { isWrong, type RunEvent, type WalkEnd } from '../../../src/runner/events.ts'

type OfAttempt = Extract<RunEvent, { id: string }>

/** What a stream says of a walkthrough that `src/runner/events.ts` does not allow. */
export function walkBreaches(events: readonly OfAttempt[]): string[] {
  const plans = events.filter(event => event.type === 'walk-plan')
  const commands = events.filter(event => event.type === 'walked')
  const ends = events.filter(event => event.type === 'walk-end')
  const topologies = events.filter(event => event.type === 'topology')
  const [plan] = plans
  if (plan === undefined) {
    const stray = commands.length + ends.length > 0
    return [
      ...(stray ? ['walked without a plan'] : []),
      ...(topologies.length > 1 ? ['a script has two topologies'] : []),
    ]
  }
  const found: string[] = []
  const numbers = commands.map(({ number }) => number)
  if (plans.length > 1) found.push('two walk-plans')
  if (ends.length > 1) found.push('two walk-ends')
  if (commands.some(one => events.indexOf(one) < events.indexOf(plan)))
    found.push('walked before the plan')
  if (new Set(numbers).size < numbers.length) found.push('a command is told twice')
  if (numbers.some(number => number < 1 || number > plan.found))
    found.push('a command that was not found')
  if (events.some(({ type }) => type === 'expectation')) found.push('a walkthrough expects')
  const [end] = ends
  if (end !== undefined) {
    const after = events.slice(events.indexOf(end)).some(({ type }) => type === 'walked')
    if (after) found.push('walked after the end')
    found.push(...ofCounts(end, commands))
  }
  return [...found, ...ofOutcome(events)]
}

function ofCounts(end: WalkEnd, commands: readonly { verdict: string }[]): string[] {
  const of = (...verdicts: string[]) =>
    commands.filter(({ verdict }) => verdicts.includes(verdict)).length
  const told = {
    confirmed: of('as-shown'),
    differing: of('differs', 'failed', 'succeeded'),
    notRun: of('not-run'),
    cannotJudge: of('cannot-judge'),
  }
  const wrong = Object.entries(told).filter(
    ([key, count]) => end[key as keyof typeof told] !== count,
  )
  return [
    ...wrong.map(([key]) => `${key} is miscounted`),
    ...(end.run !== commands.length - told.notRun ? ['run is miscounted'] : []),
  ]
}

function ofOutcome(events: readonly OfAttempt[]): string[] {
  const end = events.find(event => event.type === 'scenario-end')
  const commands = events.filter(event => event.type === 'walked')
  if (end === undefined || end.status === 'failed') return []
  const isUnjudged = commands.some(({ verdict }) => verdict === 'cannot-judge')
  return [
    ...(commands.some(({ verdict }) => isWrong(verdict)) ? ['did not fail, and was wrong'] : []),
    ...(end.status === 'passed' && isUnjudged ? ['passed, and was not judged'] : []),
    ...(events.some(({ type }) => type === 'walk-end') ? [] : ['no counts']),
  ]
}
