import { oneLine } from '../../drawing/visible.ts'
import { shownTime } from '../../terminal/shown.ts'
import { passRate } from '../../pass-rate.ts'
import { html, Markup } from '../markup.ts'
import { outcomesOf, statusOf, type AttemptRecord, type ScenarioRecord } from './run-record.ts'
import { classOf, SIGNS, statusBadge, type ScenarioStatus } from '../status.ts'

/** An empty name is a name too. */
export const shownLabel = (name: string) => oneLine(name).trim() || '(no name)'

function attemptStatus({ isCutOff, end }: AttemptRecord): ScenarioStatus {
  if (isCutOff) return 'cut off'
  return end.isFlaky ? 'flaky' : end.status
}

function repeatsOf(scenario: ScenarioRecord): string | undefined {
  const outcomes = outcomesOf(scenario)
  if (outcomes.length < 2) return undefined
  const count = (status: 'passed' | 'skipped') =>
    outcomes.filter(({ isCutOff, end }) => !isCutOff && end.status === status).length
  const [passed, skipped] = [count('passed'), count('skipped')]
  return passRate({ repeats: outcomes.length, passed, skipped }, true)
}

/** Why it is not plainly passed. */
function headline(scenario: ScenarioRecord): Markup | undefined {
  const failed = scenario.attempts.filter(({ headline }) => headline !== '')
  const last = failed.at(-1)
  return last === undefined
    ? undefined
    : html`<span class="headline">${oneLine(last.headline)}</span>`
}

/** How a scenario begins on the page; `endOfRow` ends it. */
export function startOfRow(
  scenario: ScenarioRecord,
  { id, isOpen }: { id: string; isOpen: boolean },
): Markup {
  const status = statusOf(scenario)
  const outcomes = outcomesOf(scenario)
  const [first] = scenario.attempts
  const line = first?.start.line
  const place = oneLine(line === undefined ? scenario.file : `${scenario.file}:${line}`)
  const tookMs = scenario.attempts.reduce((sum, { end }) => sum + end.durationMs, 0)
  const retries = scenario.attempts.length - outcomes.length
  const said = [
    repeatsOf(scenario),
    retries > 0 ? `${retries} ${retries === 1 ? 'retry' : 'retries'}` : undefined,
    outcomes.length === 1 ? outcomes[0]?.walked : undefined,
    outcomes.some(({ end }) => end.isExpectedToFail) ? 'expected to fail' : undefined,
  ].filter(text => text !== undefined)
  const all = first?.start.tags ?? []
  const summary = html`<summary>
    ${statusBadge(status)}
    <div class="names">
      <h3>${shownLabel(scenario.name)}</h3>
      ${all.map(tag => html`<span class="tag">${oneLine(tag)}</span>`)}
      ${said.map(text => html`<span class="said">${text}</span>`)}
    </div>
    <span class="place" title="${place}">${place}</span>
    <span class="took">${shownTime(tookMs)}</span>
    ${headline(scenario)}
  </summary>`
  const data = html`data-status="${status}" data-tags="${JSON.stringify(all)}"`.text
  const open = isOpen ? ' open' : ''
  return new Markup(
    `<details class="scenario ${classOf(status)}" id="${id}" ${data}${open}>${summary.text}<noscript><div class="body">`,
  )
}

export const endOfRow = new Markup('</div></noscript></details>')

/** `repeat 3, attempt 2`, or the half of it that tells the attempts apart. */
function attemptName({ start: { repeat, attempt } }: AttemptRecord, of: ScenarioRecord): string {
  const isRepeated = of.attempts.some(({ start }) => start.repeat > 1)
  const isRetried = of.attempts.some(({ start }) => start.attempt > 1)
  return [
    ...(isRepeated ? [`repeat ${repeat}`] : []),
    ...(isRetried || !isRepeated ? [`attempt ${attempt}`] : []),
  ].join(', ')
}

/** Around an attempt of a scenario that has more than one. */
export function startOfAttempt(
  record: AttemptRecord,
  { of, isOpen }: { of: ScenarioRecord; isOpen: boolean },
): Markup {
  const { end, headline } = record
  const summary = html`<summary>
    ${statusBadge(attemptStatus(record))} ${attemptName(record, of)}
    <span class="dim took">${shownTime(end.durationMs)}</span>
    <span class="headline">${oneLine(headline)}</span>
  </summary>`
  const open = isOpen ? ' open' : ''
  return new Markup(`<details class="attempt"${open}>${summary.text}<div class="inner">`)
}

export const endOfAttempt = new Markup('</div></details>')

/** A sign for each attempt, in order. */
export function signsOf(scenario: ScenarioRecord): Markup {
  return html`<p class="signs" aria-hidden="true">
    ${scenario.attempts.map(record => {
      const status = attemptStatus(record)
      return html`<span class="mark ${classOf(status)}">${SIGNS[status]}</span>`
    })}
  </p>`
}
