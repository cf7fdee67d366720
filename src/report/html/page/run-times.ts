import { shownTime } from '../../terminal/shown.ts'
import { html, type Markup } from '../markup.ts'
import { phaseBar } from '../attempt/phase-bar.ts'
import { statusOf, type RunRecord, type ScenarioRecord } from './run-record.ts'
import { shownLabel } from './scenario-row.ts'
import { classOf, statusBadge } from '../status.ts'

const MOST_SLOWEST = 10

const longest = ({ attempts }: ScenarioRecord) =>
  Math.max(0, ...attempts.map(({ end }) => end.durationMs))

/** More blocks than these cannot be told apart. */
const MOST_BLOCKS = 2000

/** Who ran when, a lane for each sandbox that runs at once. */
function lanes(run: RunRecord): Markup | undefined {
  const attempts = run.scenarios.flatMap(scenario =>
    scenario.attempts.map(attempt => ({ scenario, attempt, status: statusOf(scenario) })),
  )
  const ends = attempts.map(({ attempt }) => attempt.end.atMs)
  const wholeMs = ends.reduce((most, end) => Math.max(most, end), run.end?.durationMs ?? 1)
  const workers = [...new Set(attempts.map(({ attempt }) => attempt.start.worker))].sort(
    (a, b) => a - b,
  )
  if (attempts.length < 2 || attempts.length > MOST_BLOCKS) return undefined
  const percent = (ms: number) => `${((ms / wholeMs) * 100).toFixed(2)}%`
  const rows = workers.map(worker => {
    const blocks = attempts
      .filter(({ attempt }) => attempt.start.worker === worker)
      .map(({ scenario, attempt: { start, end }, status }) => {
        // What it took has its sandbox's start in it, which was before.
        const place = `left:${percent(start.atMs)};width:${percent(end.atMs - start.atMs)}`
        const title = `${shownLabel(scenario.name)}: ${shownTime(end.durationMs)}`
        return html`<i class="${classOf(status)}" style="${place}" title="${title}"></i>`
      })
    return html`<div class="lane">
      <span>${worker}</span>
      <div class="track">${blocks}</div>
    </div>`
  })
  return html`<h3>Workers</h3>
    <div class="lanes" aria-hidden="true">${rows}</div>
    <p class="dim">${workers.length} at once, over ${shownTime(wholeMs)}</p>`
}

function slowest(ids: ReadonlyMap<ScenarioRecord, string>): Markup {
  const most = [...ids].sort(([a], [b]) => longest(b) - longest(a)).slice(0, MOST_SLOWEST)
  const top = most[0] === undefined ? 1 : Math.max(longest(most[0][0]), 1)
  const rows = most.map(([scenario, id]) => {
    const ms = longest(scenario)
    return html` <li>
      <a href="#${id}">${shownLabel(scenario.name)}</a>${statusBadge(statusOf(scenario))}
      <span class="track" aria-hidden="true">
        <i style="left:0;width:${((ms / top) * 100).toFixed(1)}%"></i
      ></span>
      <span class="took">${shownTime(ms)}</span>
    </li>`
  })
  return html`<h3>Slowest</h3>
    <ol class="slowest">
      ${rows}
    </ol>`
}

/** Where the run's time went. */
export function runTimes(
  run: RunRecord,
  ids: ReadonlyMap<ScenarioRecord, string>,
): Markup | undefined {
  if (ids.size < 2) return undefined
  const phases = phaseBar(run.phases)
  return html` <details class="times">
    <summary>
      <h2>Time</h2>
      <span class="dim">slowest scenarios, phases, workers</span>
    </summary>
    <div class="inner">
      ${slowest(ids)}
      ${
        phases !== undefined &&
        html`<h3>Phases, of all sandboxes together</h3>
          ${phases}`
      }
      ${lanes(run)}
    </div>
  </details>`
}
