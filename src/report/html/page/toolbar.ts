import { oneLine } from '../../drawing/visible.ts'
import { html, type Markup } from '../markup.ts'
import type { Counts } from './run-header.ts'
import type { RunRecord } from './run-record.ts'
import { classOf, SIGNS, STATUSES } from '../status.ts'

function tagCounts(run: RunRecord): [tag: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { attempts } of run.scenarios) {
    for (const tag of new Set(attempts[0]?.start.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}

function tagSelect(run: RunRecord): Markup | undefined {
  const tags = tagCounts(run)
  if (tags.length === 0) return undefined
  const options = tags.map(
    ([tag, count]) => html`<option value="${tag}">${oneLine(tag)} (${count})</option>`,
  )
  return html` <label class="unseen" for="tag">Tag</label>
    <select id="tag">
      <option value="">All tags</option>
      ${options}
    </select>`
}

/** What narrows the list down; the page's script shows it. */
export function toolbar(run: RunRecord, counts: Counts): Markup {
  const statuses = STATUSES.filter(status => counts[status] > 0).map(
    status =>
      html` <button
        type="button"
        class="filter ${classOf(status)}"
        data-filter="${status}"
        aria-pressed="false"
      >
        <span aria-hidden="true">${SIGNS[status]}</span> ${status} <b>${counts[status]}</b>
      </button>`,
  )
  return html` <form class="toolbar" id="toolbar" role="search" aria-label="Scenarios" hidden>
    <label class="unseen" for="text">Filter by name, file, tag or error</label>
    <input
      type="search"
      id="text"
      placeholder="Filter: name, file, tag, error  ( / )"
      autocomplete="off"
      spellcheck="false"
    />
    <div class="filters" role="group" aria-label="Status">${statuses}</div>
    ${tagSelect(run)}
    <button type="button" id="fold" hidden>Close all</button>
    <output id="shown" for="text"></output>
  </form>`
}
