import type { ComparedOutput, Comparison, Difference } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { compareFacts, type Fact } from '../text/compare-facts.ts'
import { compareText } from '../text/compare-text.ts'
import { readConnectionLine, UNKNOWN_REASON, type Attempt } from './connection-line.ts'

const TOOLS = /^(?:curl|wget|nc|ncat|netcat|telnet|inetutils-telnet|nc\.\w+)$/
/** Headers that say something that stays. */
const TELLING = new Set(['content-type', 'location', 'host', 'www-authenticate', 'allow'])

interface Connection {
  attempts: Attempt[]
  facts: Fact[]
  body: string[]
}

/** A line of a head: the request's or the answer's, whichever way it is marked. */
function headerFact(line: string): Fact | undefined {
  const [, name = '', value = ''] = /^(?:[<>] |\s{2})?([A-Za-z-]+):\s*(.*)$/.exec(line) ?? []
  if (!TELLING.has(name.toLowerCase())) return undefined
  const text = value.toLowerCase().replace(/;.*$/, '').trim()
  return { what: `header ${name.toLowerCase()}`, value: text }
}

function addAttempt({ attempts }: Connection, attempt: Attempt): void {
  const last = attempts.at(-1)
  const isSameEnd =
    last?.target === undefined || attempt.target === undefined || last.target === attempt.target
  const isVague =
    attempt.outcome === UNKNOWN_REASON && last !== undefined && last.outcome !== 'open'
  if (last !== undefined && isSameEnd && (last.outcome === attempt.outcome || isVague)) {
    const target = last.target ?? attempt.target
    if (target !== undefined) last.target = target
    return
  }
  attempts.push({ ...attempt })
}

function read(lines: readonly string[]): Connection {
  const connection: Connection = { attempts: [], facts: [], body: [] }
  let isHead = false
  for (const line of lines) {
    const marked = line.replace(/^[<>] ?/, '')
    const isMarked = /^[<>](?: |$)/.test(line)
    const status = /^\s*HTTP\/[\d.]+ (\d{3})\b/.exec(marked)?.[1]
    const request = /^> ([A-Z]+ \S+) HTTP\/[\d.]+$/.exec(line)?.[1]
    if (status !== undefined) connection.facts.push({ what: 'HTTP status', value: status })
    if (request !== undefined) connection.facts.push({ what: 'request', value: request })
    if (status !== undefined || request !== undefined) {
      isHead = true
      continue
    }
    if (isHead && marked.trim() === '') isHead = false
    if (isHead || isMarked) {
      connection.facts.push(...[headerFact(line)].filter(fact => fact !== undefined))
      continue
    }
    const said = readConnectionLine(line)
    if (said.type === 'attempt') addAttempt(connection, said.attempt)
    else if (said.type === 'fact') connection.facts.push(said)
    else if (said.type === 'status')
      connection.facts.push({ what: 'HTTP status', value: said.code })
    else if (said.type === 'body') connection.body.push(line)
  }
  return connection
}

const failureOf = ({ attempts }: Connection) => {
  const [first] = attempts.filter(({ outcome }) => outcome !== 'open')
  return attempts.some(({ outcome }) => outcome === 'open') ? undefined : first
}

/** What became of it, in a few words. */
function outcomeOf(connection: Connection): string {
  const failure = failureOf(connection)
  if (failure !== undefined) return failure.outcome
  const status = connection.facts.find(({ what }) => what === 'HTTP status')
  const line = connection.body.find(text => text.trim() !== '' && !isLeftOut(text))
  if (status !== undefined) return `HTTP ${status.value}`
  return line?.trim() ?? (connection.attempts.length > 0 ? 'open' : 'no failure')
}

/** Newer versions of curl do not say why. */
const CANNOT_CONNECT = new Set([
  'refused',
  'host unreachable',
  'network unreachable',
  'administratively prohibited',
])
const isSameOutcome = (a: string, b: string) =>
  a === b ||
  (a === UNKNOWN_REASON && CANNOT_CONNECT.has(b)) ||
  (b === UNKNOWN_REASON && CANNOT_CONNECT.has(a))

function attemptDifferences(shown: readonly Attempt[], seen: readonly Attempt[]): Difference[] {
  return shown.flatMap((attempt, i): Difference[] => {
    const other = seen[i]
    const what = attempt.target === undefined ? 'connection' : `connection to ${attempt.target}`
    // Only some verbosities say that it succeeded.
    if (other === undefined)
      return attempt.outcome === 'open' ? [] : [{ what, shown: attempt.outcome }]
    const [a, b] = [attempt.target?.split(' port '), other.target?.split(' port ')]
    const isElsewhere =
      a !== undefined &&
      b !== undefined &&
      (a[0] !== b[0] || (a[1] !== undefined && b[1] !== undefined && a[1] !== b[1]))
    if (isElsewhere) {
      return [{ what: 'connection', shown: attempt.target ?? '', seen: other.target ?? '' }]
    }
    if (isSameOutcome(attempt.outcome, other.outcome)) return []
    return [{ what, shown: attempt.outcome, seen: other.outcome }]
  })
}

/** A page that is not shown, or cut short, may complain: "File not found" of a 404 is its text. */
function bodyComparison(wanted: Connection, given: Connection, isCut: boolean): Comparison {
  const body = compareText(wanted.body, given.body)
  const isUnshown = wanted.body.every(line => line.trim() === '' || isLeftOut(line))
  const isPage = given.body.some(line => /^\s*<(?:!DOCTYPE|html)\b/i.test(line))
  return isPage && (isUnshown || isCut)
    ? { ...body, differences: body.differences.filter(({ shown }) => shown !== undefined) }
    : body
}

/**
 * `curl`, `wget`, `nc`, `telnet`: whether it connects, to whom, why not, and what came: status and
 * body. Progress, dates, and the server's make are nothing.
 */
export function connection({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  if (!TOOLS.test(command.program)) return undefined
  const wanted = read(shown)
  const given = read(plainLines(seen))
  const [fails, failed] = [failureOf(wanted), failureOf(given)]
  if ((fails === undefined) !== (failed === undefined)) {
    const at = [fails, failed, ...wanted.attempts].find(one => one?.target !== undefined)?.target
    const what = at === undefined ? 'connection' : `connection to ${at}`
    const difference = { what, shown: outcomeOf(wanted), seen: outcomeOf(given) }
    return { differences: [difference], explained: [], leftOut: [] }
  }
  const body = bodyComparison(wanted, given, shown.some(isLeftOut))
  const { differences, extra } = compareFacts(wanted.facts, given.facts)
  const status = extra.filter(({ what }) => what === 'HTTP status' && !wanted.facts.length)
  return {
    differences: [
      ...attemptDifferences(wanted.attempts, given.attempts),
      ...differences,
      ...body.differences,
    ],
    explained: [],
    leftOut: [...status.map(({ value }) => `HTTP ${value}`), ...body.leftOut],
  }
}
