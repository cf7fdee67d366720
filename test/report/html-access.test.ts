import path from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import t from 'tap'
import type { RunEvent } from '../../src/runner/events.ts'
import { isWithoutBrowser, launch, openAll, openFile } from './browser.ts'
import { reported } from './html-reported.ts'
import { largeRun } from './html-runs.ts'
import { allStreams } from './streams.ts'

interface Violation {
  id: string
  nodes: { html: string; failureSummary: string }[]
}

/** What axe finds against WCAG 2.2 AA, and its own best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate<Violation[]>(`axe.run({
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations)`)
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

t.test('axe has nothing against a report', { skip: isWithoutBrowser }, async t => {
  const browser = await launch()
  t.teardown(() => browser.close())
  const folder = t.testdir()
  const runs: Readonly<Record<string, readonly RunEvent[]>> = { large: largeRun(), ...allStreams }
  const walks = ['walked', 'walkedWrong'] as const
  for (const name of ['failures', 'repeats', 'truncated', 'large', ...walks] as const) {
    const file = await reported(path.join(folder, name), runs[name] ?? [])
    const { page } = await openFile(browser, file, { colorScheme: 'light' })
    t.strictSame(await violations(page), [], `${name}, as it opens`)
    await openAll(page)
    t.strictSame(await violations(page), [], `${name}, all of it`)
    await page.emulateMedia({ colorScheme: 'dark' })
    t.strictSame(await violations(page), [], `${name}, in the dark`)
    await page.context().close()
  }
})
