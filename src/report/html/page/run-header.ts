import type { RunEnd } from '../../../runner/events.ts'
import { oneLine } from '../../drawing/visible.ts'
import { shownTime } from '../../terminal/shown.ts'
import { html, type Markup } from '../markup.ts'
import { statusOf, type RunRecord } from './run-record.ts'
import { classOf, SIGNS, STATUSES, type ScenarioStatus } from '../status.ts'

export type Counts = Readonly<Record<ScenarioStatus, number>>

export function countsOf(run: RunRecord): Counts {
  const counts: Record<ScenarioStatus, number> = {
    failed: 0,
    'cut off': 0,
    flaky: 0,
    skipped: 0,
    passed: 0,
  }
  for (const scenario of run.scenarios) counts[statusOf(scenario)]++
  return counts
}

/** The worst that there is; an empty run is a run that passed. */
export function verdictOf(counts: Counts, end: RunEnd | undefined): 'failed' | 'passed' {
  const isBad = counts.failed + counts['cut off'] > 0 || end === undefined || end.exitCode !== 0
  return isBad ? 'failed' : 'passed'
}

/** `3 failed, 1 flaky, 94 passed` */
export function countsText(counts: Counts): string {
  const said = STATUSES.filter(status => counts[status] > 0).map(
    status => `${counts[status]} ${status}`,
  )
  return said.length === 0 ? 'no scenarios' : said.join(', ')
}

function bar(counts: Counts): Markup | undefined {
  const pieces = STATUSES.filter(status => counts[status] > 0).map(
    status => html`<i class="${classOf(status)}" style="flex-grow:${counts[status]}"></i>`,
  )
  if (pieces.length === 0) return undefined
  return html`<div class="bar" aria-hidden="true">${pieces}</div>`
}

/** What somebody who trusts the counts has to know first. */
function warnings({ start, end }: RunRecord): Markup[] {
  const said: string[] = []
  if (end === undefined) {
    said.push(
      'This run was cut off: its last event is missing. What ran at that moment did not end.',
    )
  } else {
    const { stoppedBy, notRun, exitCode } = end
    const rest =
      notRun === 0 ? '' : ` ${notRun} scenario${notRun === 1 ? ' was' : 's were'} not run.`
    if (stoppedBy !== undefined) said.push(`Stopped by ${oneLine(stoppedBy)}.${rest}`)
    else if (notRun > 0) said.push(`Ended early.${rest}`)
    if (exitCode === 2) said.push('The run was misused: exit code 2.')
    if (exitCode === 3) said.push('Something could not be cleaned up: exit code 3.')
    if (exitCode === 4) said.push('It could not run here: exit code 4.')
  }
  if (start === undefined) said.push('The beginning of this run is missing.')
  return said.map(text => html`<p class="warning" role="note">${text}</p>`)
}

function about({ start, end }: RunRecord): Markup {
  const items: [string, string][] = []
  if (start !== undefined) {
    const { kernel, node, rootless, jobs, seed, shard, tool, startedAt } = start
    items.push(
      ['began', startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
      ...(end === undefined ? [] : [['took', shownTime(end.durationMs)] as [string, string]]),
      ['kernel', kernel],
      ['Node.js', node],
      ['sandbox', rootless ? 'rootless' : 'as root'],
      ['jobs', String(jobs)],
      ['seed', String(seed)],
      ...(shard === undefined
        ? []
        : [['shard', `${shard.index} of ${shard.total}`] as [string, string]]),
      ['tnet-lab', tool],
    )
  }
  if (end !== undefined) items.push(['exit code', String(end.exitCode)])
  return html` <dl class="about">
    ${items.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${oneLine(value)}</dd>
        </div>`,
    )}
  </dl>`
}

/** With repeats, a scenario is one line of the page and many of the run's counts. */
function runCounts({ end, scenarios }: RunRecord): Markup | undefined {
  const isRepeated = scenarios.some(({ attempts }) => attempts.some(one => one.start.repeat > 1))
  if (end === undefined || !isRepeated) return undefined
  const { passed, failed, skipped } = end
  return html` <p class="dim">
    With repeats: ${passed} passed, ${failed} failed, ${skipped} skipped.
  </p>`
}

/** The run at a glance. */
export function runHeader(run: RunRecord): Markup {
  const counts = countsOf(run)
  const verdict = verdictOf(counts, run.end)
  return html` <header>
    <div class="top">
      <h1>
        <span class="mark ${verdict}" aria-hidden="true">${SIGNS[verdict]}</span>
        ${countsText(counts)}
      </h1>
      <button type="button" id="theme" hidden>Dark</button>
    </div>
    ${bar(counts)}${warnings(run)}${runCounts(run)}${about(run)}
  </header>`
}
