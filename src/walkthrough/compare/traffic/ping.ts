import type { ComparedOutput, Comparison, Difference } from '../comparison.ts'
import { isSameLine, plainLines } from '../lines.ts'
import { readPing, type PingOutput } from './ping-output.ts'
import { compareTtls } from './ttl.ts'

const list = (items: Iterable<string>) => [...items].sort().join(', ')
const nothing = (): Comparison => ({ differences: [], explained: [], leftOut: [] })

/** Without `-c` a person stopped it, and how many packets it sent says nothing. */
const isCounted = (args: readonly string[]) =>
  args.some(arg => /^-[A-Za-z46]*c\d*$|^--count/.test(arg))

/** What is known of how much came back: the statistics', or what the replies say without them. */
function outcomeOf(run: PingOutput): string | undefined {
  if (run.lossText !== undefined) return `${run.lossText} packet loss`
  if (run.answeredBy.size > 0) return `answers of ${list(run.answeredBy)}`
  if (run.errors.size > 0) return list(run.errors)
  return run.isElided || run.target === undefined ? undefined : 'no answer'
}

/** Whether anything came back. */
function answers(run: PingOutput): boolean | undefined {
  if (run.loss !== undefined) return run.loss !== 'all'
  if (run.answeredBy.size > 0) return true
  return run.errors.size > 0 || (!run.isElided && run.target !== undefined) ? false : undefined
}

/** Losing all, some or nothing: one difference, with what came instead of answers. */
function lossDifference(shown: PingOutput, seen: PingOutput): Difference | undefined {
  const isOther =
    shown.loss !== undefined && seen.loss !== undefined
      ? shown.loss !== seen.loss
      : answers(shown) !== undefined && answers(seen) !== answers(shown)
  if (!isOther) return undefined
  const isWhole = shown.loss !== undefined && seen.loss !== undefined
  const text = (run: PingOutput) => {
    const said = isWhole ? run.lossText : outcomeOf(run)
    const why = run.errors.size > 0 && said !== list(run.errors) ? ` (${list(run.errors)})` : ''
    return `${said ?? 'nothing'}${why}`
  }
  return { what: 'packet loss', shown: text(shown), seen: text(seen) }
}

function difference(what: string, shown: string | undefined, seen: string | undefined) {
  if (shown === undefined || shown === '' || shown === seen) return []
  return [{ what, shown, ...(seen === undefined || seen === '' ? {} : { seen }) }]
}

/** Errors on either side that are not on the other. */
function errorDifferences(shown: PingOutput, seen: PingOutput): Difference[] {
  const missing = [...shown.errors].filter(error => !seen.errors.has(error))
  const extra = shown.isElided ? [] : [...seen.errors].filter(error => !shown.errors.has(error))
  const count = Math.max(missing.length, extra.length)
  return Array.from({ length: count }, (_, i) => ({
    what: 'error',
    ...(missing[i] === undefined ? {} : { shown: missing[i] }),
    ...(extra[i] === undefined ? {} : { seen: extra[i] }),
  }))
}

function countDifferences(shown: PingOutput, seen: PingOutput): Difference[] {
  const text = (count: number | undefined) => (count === undefined ? undefined : String(count))
  const sent = difference('packets transmitted', text(shown.transmitted), text(seen.transmitted))
  // Tools do not agree on whether answers that came twice count twice.
  if (sent.length > 0 || shown.isDuplicated) return sent
  return difference('packets received', text(shown.received), text(seen.received))
}

function compareRun(shown: PingOutput, seen: PingOutput, counts: boolean): Comparison {
  const loss = lossDifference(shown, seen)
  const target = difference('target', shown.target, seen.target)
  const address = difference('address of the target', shown.address, seen.address)
  const answering = address.length > 0 || loss !== undefined || shown.answeredBy.size === 0
  const summaryOf =
    seen.summaryOf === undefined
      ? []
      : difference('target of the statistics', shown.summaryOf, seen.summaryOf)
  const others = shown.others
    .filter(line => !seen.others.some(other => isSameLine(line, other)))
    .map(line => ({ what: 'line', shown: line }))
  const ttl = compareTtls(shown, seen)
  return {
    differences: [
      ...target,
      ...address,
      ...(target.length + address.length === 0 ? summaryOf : []),
      ...difference('source', shown.from, seen.from),
      ...difference('payload', shown.payload?.toString(), seen.payload?.toString()),
      ...(loss === undefined ? errorDifferences(shown, seen) : [loss]),
      ...(answering
        ? []
        : difference('who answers', list(shown.answeredBy), list(seen.answeredBy))),
      ...(loss === undefined && counts ? countDifferences(shown, seen) : []),
      ...(shown.isDuplicated === seen.isDuplicated || shown.isElided
        ? []
        : [{ what: 'duplicates', [shown.isDuplicated ? 'shown' : 'seen']: 'answered twice' }]),
      ...ttl.differences,
      ...others,
    ],
    explained: ttl.explained,
    leftOut: shown.isElided ? [] : seen.others.filter(line => !shown.others.includes(line)),
  }
}

function together(comparisons: readonly Comparison[]): Comparison {
  return comparisons.reduce((all, one) => {
    all.differences.push(...one.differences)
    all.explained.push(...one.explained)
    all.leftOut.push(...one.leftOut)
    return all
  }, nothing())
}

/** `ping`, `ping6` of iputils, busybox, inetutils and BSD: who answers, and how much is lost. */
export function ping({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  if (!/^ping[46]?$/.test(command.program)) return undefined
  const wanted = readPing(shown)
  const given = readPing(plainLines(seen))
  if (wanted.length === 0) return undefined
  if (given.length === 0)
    return { ...nothing(), differences: [{ what: 'output', shown: shown.join('\n') }] }
  const counts = isCounted(command.args)
  const blank = given.slice(wanted.length).map(run => ({
    what: `ping of ${run.target ?? 'another target'}`,
    seen: outcomeOf(run) ?? 'nothing',
  }))
  const pairs = wanted.map((run, i) => {
    const partner = given[i]
    if (partner !== undefined) return compareRun(run, partner, counts)
    const what = `ping of ${run.target ?? 'another target'}`
    return { ...nothing(), differences: [{ what, shown: outcomeOf(run) ?? 'its output' }] }
  })
  return together([...pairs, { ...nothing(), differences: blank }])
}
