import type { PlacedCommand } from '../typing/placed-command.ts'
import type { PlannedStep } from '../walk-plan.ts'
import { pointsBack, pointsForward, saidOf, sentencesOf } from './result-words.ts'
import { isMixed, showsFailure, showsSuccess } from './shown-result.ts'

export type Expectation = Pick<PlannedStep, 'expects' | 'expectsWhy'>

/** As much of a sentence as a report has room for. */
const short = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

/** The command's own words fail: `fails with "File exists"` right behind it. */
const FAILS_WITH =
  /\b(?:fails?|failed|refuses?d?) (?:with|because|as)\b|报错|提示.{0,10}错误|schlägt .*fehl|échoue|falla con|エラー|ошибк/iu

function said(sentence: string, line: number, isAhead = false): Expectation | undefined {
  const result = saidOf(sentence, isAhead)
  return result && { expects: result, expectsWhy: `near line ${line}: "${short(sentence)}"` }
}

/**
 * What words around a command that sends something say of it. Those behind it come first, as they
 * tell what happened, unless they announce what the next one does; those before it count unless they
 * look back at the one before.
 */
function byWords(placed: PlacedCommand, previous?: PlacedCommand, next?: PlacedCommand) {
  const { command } = placed
  // `ping -c 1 10.0.0.2   # fails`
  const [, beside] = /\s#\s*([^'"]+)$/.exec(command.text) ?? []
  const own = beside === undefined ? undefined : said(beside, command.line)
  if (own !== undefined) return own
  const behind = command.after.slice(0, 2).flatMap(sentencesOf).slice(0, 3)
  for (const sentence of behind) {
    const isOfNext = next?.nature === 'traffic' && pointsForward(sentence) && !pointsBack(sentence)
    const found = isOfNext ? undefined : said(sentence, command.lastLine)
    if (found !== undefined) return found
  }
  const ahead = command.before.slice(-2).flatMap(sentencesOf).slice(-2).toReversed()
  for (const sentence of ahead) {
    // Another command stood between the last that sent something and this: what failed was that.
    const isOfPrevious =
      (previous?.nature === 'traffic' || saidOf(sentence) === 'failure') &&
      pointsBack(sentence) &&
      !pointsForward(sentence)
    const found = isOfPrevious ? undefined : said(sentence, command.line, true)
    if (found !== undefined) return found
  }
  return undefined
}

function byShown({ command, nature, simple }: PlacedCommand): Expectation | undefined {
  const failure = showsFailure(command)
  if (failure !== undefined) {
    const expectsWhy = `line ${failure.line}: "${short(failure.text)}"`
    return isMixed(command) ? { expects: 'any' } : { expects: 'failure', expectsWhy }
  }
  const success = showsSuccess(command)
  if (success === undefined || nature === 'capture' || nature === 'server') return undefined
  // They print much the same when they end otherwise.
  const isAnswer = simple.some(({ program }) =>
    /^(systemctl|service|grep|egrep|diff|cmp|ethtool|test|\[)$/.test(program),
  )
  if (nature === 'looking' && (isAnswer || isMixed(command))) return { expects: 'any' }
  return { expects: 'success', expectsWhy: `line ${success.line}: "${short(success.text)}"` }
}

const ASKS_STATUS = /^\s*echo\s+[^$]*\$(?:\?|\{\?\})["']?\s*$/

/** What is shown of `echo $?`, typed right behind it. */
function byStatus(next?: PlacedCommand): Expectation | undefined {
  if (next === undefined || !ASKS_STATUS.test(next.command.text)) return undefined
  const { shown = [], shownLine = next.command.line } = next.command
  const status = /(\d{1,3})\W*$/.exec(shown[0] ?? '')?.[1]
  if (status === undefined) return undefined
  const expects = Number(status) === 0 ? 'success' : 'failure'
  return { expects, expectsWhy: `line ${shownLine}: "${short(shown[0] ?? '')}"` }
}

/** What the document leads to expect of a command, and how it says so. */
function expectationOf(
  placed: PlacedCommand,
  previous?: PlacedCommand,
  next?: PlacedCommand,
): Expectation {
  const shown = byShown(placed)
  if (shown !== undefined) return shown
  const { command, nature, kind } = placed
  if (kind === 'not-run' || nature === 'looking' || nature === 'capture' || nature === 'server') {
    return { expects: 'any' }
  }
  const asked = byStatus(next)
  if (asked !== undefined) return asked
  if (nature === 'traffic') {
    const words = byWords(placed, previous, next)
    if (words !== undefined) {
      return words.expects === 'failure' && isMixed(command) ? { expects: 'any' } : words
    }
    return { expects: 'success' }
  }
  const [first] = command.after.flatMap(sentencesOf)
  if (
    first !== undefined &&
    FAILS_WITH.test(first) &&
    saidOf(first) === 'failure' &&
    pointsBack(first)
  ) {
    return { expects: 'failure', expectsWhy: `near line ${command.lastLine}: "${short(first)}"` }
  }
  return { expects: 'success' }
}

/** Of commands in the document's order; one that failed goes on failing until something is changed. */
export function expectationsOf(all: readonly PlacedCommand[]): Expectation[] {
  const failed = new Map<string, PlacedCommand>()
  return all.map((placed, i) => {
    const { command, nature, kind } = placed
    const found = expectationOf(placed, all[i - 1], all[i + 1])
    if (nature === 'change' || kind === 'shell' || kind === 'exit') failed.clear()
    const key = `${placed.host}/${placed.inside} ${command.text.trim()}`
    const before = failed.get(key)
    if (nature !== 'traffic') return found
    if (found.expects === 'failure') failed.set(key, placed)
    else if (before !== undefined && found.expectsWhy === undefined) {
      const line = before.command.line
      return {
        expects: 'failure',
        expectsWhy: `nothing was changed since line ${line}, where it fails`,
      }
    }
    return found
  })
}
