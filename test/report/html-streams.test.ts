import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import t from 'tap'
import type { RunEvent, ScenarioEnd } from '../../src/runner/events.ts'
import { oneLine } from '../../src/report/drawing/visible.ts'
import { isWithoutBrowser, launch, openAll, openFile } from './browser.ts'
import { reported } from './html-reported.ts'
import { allStreams } from './streams.ts'

/** What a person would count: scenarios by what became of them. */
function expectedCounts(events: readonly RunEvent[]): Record<string, number> {
  const ends = new Map<string, ScenarioEnd[]>()
  const open = new Map<string, { file: string; name: string }>()
  for (const event of events) {
    if (event.type === 'scenario-start') open.set(event.id, event)
    if (event.type !== 'scenario-end') continue
    open.delete(event.id)
    const key = JSON.stringify([event.file, event.name])
    ends.set(key, [...(ends.get(key) ?? []), ...(event.isFinal ? [event] : [])])
  }
  const counts: Record<string, number> = {}
  const count = (status: string) => (counts[status] = (counts[status] ?? 0) + 1)
  for (const { file, name } of open.values()) {
    ends.delete(JSON.stringify([file, name]))
    count('cut off')
  }
  for (const finals of ends.values()) {
    if (finals.some(({ status }) => status === 'failed')) count('failed')
    else if (finals.some(({ isFlaky }) => isFlaky)) count('flaky')
    else count(finals.every(({ status }) => status === 'skipped') ? 'skipped' : 'passed')
  }
  return counts
}

const shownCounts = (page: Page) =>
  page.$$eval('.scenario', rows => {
    const counts: Record<string, number> = {}
    for (const row of rows) {
      const status = row.getAttribute('data-status') ?? ''
      counts[status] = (counts[status] ?? 0) + 1
    }
    return counts
  })

/** Elements and attributes that no report has: somebody's text became markup. */
const injected = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('*')].flatMap(element => {
    const known = new Set(('html head meta title link style body a header div h1 h2 h3 h4 span ' +
      'button p dl dt dd main details summary section form label input select option output ol ul ' +
      'li i b code kbd pre noscript footer script svg g rect text tspan path table thead tbody tr ' +
      'th td h5 mark').split(' '))
    const name = element.localName
    // A stage is drawn when somebody looks at it.
    if (name === 'use' && element.closest('.stage:not(.shown)')) return []
    const attributes = [...element.attributes].filter(({ name, value }) =>
      name.startsWith('on') || /^\\s*javascript:/i.test(value))
    return [
      ...(known.has(name) || (name === 'title' && element.closest('svg')) ? [] : [name]),
      ...attributes.map(({ name }) => name),
      ...(name === 'script' && element !== document.body.lastElementChild ? ['script'] : []),
    ]
  })`)

const names = (events: readonly RunEvent[]) =>
  new Set(
    events
      .filter(event => event.type === 'scenario-start')
      .map(({ name }) => oneLine(name).trim() || '(no name)'),
  )

t.test('every recorded run opens from disk', { skip: isWithoutBrowser }, async t => {
  const browser: Browser = await launch()
  t.teardown(() => browser.close())
  const folder = t.testdir()
  for (const [name, events] of Object.entries(allStreams)) {
    await t.test(name, async t => {
      const file = await reported(path.join(folder, name), events)
      const { page, problems } = await openFile(browser, file)
      const counts = expectedCounts(events)
      t.strictSame(await shownCounts(page), counts)
      const said = Object.entries(counts).map(([status, count]) => `${count} ${status}`)
      const heading = (await page.textContent('h1')) ?? ''
      for (const part of said.length === 0 ? ['no scenarios'] : said) t.match(heading, part)
      t.match(await page.title(), heading.replace(/^\s*\S+\s*/, '').trim())
      const rows = await page.$$eval('.scenario h3', all => all.map(row => row.textContent))
      t.strictSame(new Set(rows), names(events))
      await openAll(page)
      t.strictSame(await injected(page), [])
      t.equal(await page.locator('.scenario > noscript').count(), 0, 'all were opened')
      t.strictSame(problems, [])
      await page.context().close()
    })
  }
})

t.test('failures come first, then what is flaky, skipped, passed', async t => {
  const rank = ['failed', 'cut off', 'flaky', 'skipped', 'passed']
  const folder = t.testdir()
  for (const [name, events] of Object.entries(allStreams)) {
    const file = await reported(path.join(folder, name), events)
    const page = await readFile(file, 'utf8')
    const found = [...page.matchAll(/data-status="([a-z ]+)"/g)].map(([, status = '']) =>
      rank.indexOf(status),
    )
    t.strictSame(
      found,
      found.toSorted((a, b) => a - b),
      name,
    )
  }
})
