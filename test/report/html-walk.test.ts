import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import type { RunEvent } from '../../src/runner/events.ts'
import { isWithoutBrowser, launch, openAll, openFile } from './browser.ts'
import { reported } from './html-reported.ts'
import * as streams from './streams.ts'
import { walking } from './streams/walking.ts'

const heading = (page: Page) => page.locator('.stage:visible h4').allTextContents()
const focused = (page: Page) => page.evaluate('document.activeElement.textContent')
const drawn = (page: Page) => page.locator('.stage:visible svg.drawing text').allTextContents()

t.test('people read a walkthrough', { skip: isWithoutBrowser }, async t => {
  const browser = await launch()
  t.teardown(() => browser.close())
  const folder = t.testdir()
  const file = (name: string, events: readonly RunEvent[]) =>
    reported(path.join(folder, name), events)
  const fine = await file('fine', streams.walked)
  const wrong = await file('wrong', streams.walkedWrong)

  await t.test('they step through the topology as it grows', async t => {
    const { page, problems } = await openFile(browser, fine)
    t.strictSame(await heading(page), ['Topology after line 444'], 'at first the end')
    t.ok((await drawn(page)).some(text => text.includes('MASQUERADE')))
    const [back, on] = [page.getByLabel('Step back'), page.getByLabel('Step on')]
    t.equal(await on.getAttribute('aria-disabled'), 'true')
    await on.click({ force: true })
    t.strictSame(await heading(page), ['Topology after line 444'])
    await back.click()
    t.strictSame(await heading(page), ['Topology after line 299'])
    t.notOk((await drawn(page)).some(text => text.includes('MASQUERADE')))
    t.ok((await drawn(page)).some(text => text.includes('192.168.88.12/24')))
    t.equal(await page.textContent('.stepper [role=status]'), 'Topology after line 299')
    t.equal(await page.textContent('.stepper output'), '5 of 6')
    t.strictSame(problems, [])
  })

  await t.test('without a mouse', async t => {
    const { page } = await openFile(browser, fine)
    const range = page.locator('.stepper input')
    await range.focus()
    await page.keyboard.press('Home')
    t.strictSame(await heading(page), ['Topology after line 211'])
    t.equal(await range.getAttribute('aria-valuetext'), 'Topology after line 211')
    t.notOk((await drawn(page)).some(text => text.includes('ns01')))
    await page.keyboard.press('ArrowRight')
    t.strictSame(await heading(page), ['Topology after line 217'])
    t.strictSame(await page.locator('.stage:visible .changes li').allTextContents(), [
      '+ host: br01 is up',
    ])
    await page.keyboard.press('End')
    t.strictSame(await heading(page), ['Topology after line 444'])
  })

  await t.test('from a command to its topology, and back', async t => {
    const { page } = await openFile(browser, fine)
    await page.getByRole('button', { name: 'Topology after line 268' }).click()
    t.strictSame(await heading(page), ['Topology after line 268'])
    t.equal(await page.evaluate('document.activeElement.type'), 'range')
    t.equal(await page.locator('.to-stage').count(), 6, 'those that changed something')
    await page.locator('.walk details.heading > summary').first().click()
    t.equal(await page.locator('.command').first().isVisible(), false)
    await page.getByRole('button', { name: 'To the command' }).click()
    t.match(await focused(page), 'sudo ip link set veth01 netns ns01')
    t.equal(await page.locator('.walk details.heading').first().getAttribute('open'), '')
  })

  await t.test('stages are drawn when they are looked at', async t => {
    const { page } = await openFile(browser, fine)
    t.equal(
      await page.locator('.stage svg text').count(),
      await page.locator('.stage:visible svg text').count(),
    )
    await page.getByLabel('Step back').click()
    t.ok((await page.locator('.stage svg.drawing:has(text)').count()) === 2)
    await page.getByLabel('Step on').click()
    await page.getByLabel('Step back').click()
    t.equal(await page.locator('.stage:visible .words').count(), 1, 'and once')
  })

  await t.test('paper shows the end', async t => {
    const { page } = await openFile(browser, fine)
    await page.locator('.stepper input').focus()
    await page.keyboard.press('Home')
    await page.emulateMedia({ media: 'print' })
    t.strictSame(await heading(page), ['Topology after line 444'])
    t.ok((await drawn(page)).some(text => text.includes('MASQUERADE')))
    t.equal(await page.locator('.stepper').isVisible(), false)
  })

  await t.test('without a script they see all stages', async t => {
    const { page } = await openFile(browser, fine, { javaScriptEnabled: false })
    t.equal((await heading(page)).length, 6)
    t.equal(await page.locator('.stepper').isVisible(), false)
    t.equal(await page.locator('.to-stage').first().isVisible(), false)
    t.equal(await page.locator('.stage').first().locator('svg').isVisible(), true)
  })

  await t.test('what is wrong is open, and marked on both sides', async t => {
    const { page, problems } = await openFile(browser, wrong)
    t.equal(await page.locator('.command.failed details[open]').count(), 3)
    t.equal(await page.locator('.command:not(.failed) details[open]').count(), 0)
    t.strictSame(await page.locator('.beside mark').allTextContents(), [
      '2 received',
      '0% packet loss',
      '0 received',
      '100% packet loss',
    ])
    const [shown, seen] = await page
      .locator('.command.failed .beside')
      .first()
      .locator('.side')
      .all()
    const [left, right] = [await shown?.boundingBox(), await seen?.boundingBox()]
    t.ok(left!.y === right!.y && left!.x + left!.width < right!.x, 'side by side')
    t.strictSame(await page.locator('.command .line').allTextContents(), [
      'line 43',
      'line 56',
      'line 134',
      'line 140',
      'line 150',
      'line 160',
      'line 170',
      'line 180',
    ])
    t.strictSame(problems, [])
  })

  await t.test('what is explained or left out is folded', async t => {
    const { page } = await openFile(browser, wrong)
    await page.getByText('ip link show mybr0').click()
    const explained = page.getByText('a bridge without ports is DOWN since Linux 4.17')
    t.equal(await explained.isVisible(), false)
    await page.getByText('1 difference explained').click()
    t.equal(await explained.isVisible(), true)
    await page.getByText('the document leaves out 2 things').click()
    t.equal(await page.getByText('a page wrapped line 58; read as one').isVisible(), true)
  })

  await t.test('on a telephone it is stacked, and nothing wider than the page', async t => {
    const hostile = await file('hostile', streams.walkedHostile)
    const scripts = await file('scripts', streams.hostile)
    for (const one of [fine, wrong, hostile, scripts]) {
      const { page } = await openFile(browser, one, { viewport: { width: 400, height: 800 } })
      await openAll(page)
      t.equal(await page.evaluate('document.documentElement.scrollWidth'), 400)
    }
    const { page } = await openFile(browser, wrong, { viewport: { width: 400, height: 800 } })
    const [shown, seen] = await page
      .locator('.command.failed .beside')
      .first()
      .locator('.side')
      .all()
    t.ok((await shown!.boundingBox())!.y < (await seen!.boundingBox())!.y)
  })

  await t.test('attempts and walks on one page do not step each other', async t => {
    const both = await file('both', twoAttempts())
    const { page, problems } = await openFile(browser, both)
    await openAll(page)
    const growths = page.locator('.growth')
    t.equal(await growths.count(), 2)
    await growths.nth(1).getByLabel('Step back').click()
    t.equal(await growths.nth(0).locator('output').textContent(), '2 of 2')
    t.equal(await growths.nth(1).locator('output').textContent(), '1 of 2')
    t.strictSame(problems, [])
  })
})

/** A walk that is tried again. */
function twoAttempts(): RunEvent[] {
  const [before, , after] = streams.growingTopologies
  const run = new streams.Recording()
  for (const attempt of [1, 2]) {
    const one = run.scenario('again', { file: 'a.md', attempt })
    one.walkPlan({ found: 2, guesses: [], leftAlone: [], parts: [], remarks: [] })
    const fixed = { host: 'host', verdict: 'ran', durationMs: 1 } as const
    one.walked({ ...fixed, number: 1, line: 5, command: 'ip link' })
    one.topology({ nodes: before!, networks: [], line: 5 })
    one.walked({ ...fixed, number: 2, line: 6, command: 'ip link' })
    one.topology({ nodes: after!, networks: [], line: 6 })
    const counts = { confirmed: 0, differing: 0, notRun: 0, cannotJudge: 0 }
    one.walkEnd({ found: 2, run: 2, ...counts, durationMs: 2, waitedMs: 0 })
    const error = { name: 'E', code: 'TNET_E', message: 'm', facts: {}, hint: '' }
    if (attempt === 1) one.fail(error, { isFinal: false })
    else one.pass({ isFlaky: true })
  }
  return run.end()
}

const MANY = 80

/** Commands that show more than is kept, and a topology after each. */
function enormous(): RunEvent[] {
  const run = new streams.Recording()
  const walk = walking(run, 'a.md', 'enormous')
  walk.plan({ found: MANY })
  const [nodes] = streams.growingTopologies
  for (let line = 1; line <= MANY; line++) {
    const differences = Array.from({ length: 500 }, (_, i) => ({
      what: `line ${i}`,
      shown: 'a'.repeat(5000),
    }))
    const shown = 'x\n'.repeat(100_000)
    walk.walked({ line, command: 'ip link', verdict: 'differs', shown, differences })
    walk.one.topology({ nodes: [{ ...nodes![0]!, label: `${line}` }], networks: [], line })
  }
  walk.end()
  return run.end()
}

t.test('a page keeps to its size, whatever a document shows', async t => {
  const page = readFileSync(await reported(t.testdir(), enormous()), 'utf8')
  // So much a command: what it shows, a hundred differences.
  const most = MANY * (64 * 1024 + 100 * (4096 + 500)) + 1024 * 1024
  t.ok(page.length < most, `${page.length} characters`)
  t.equal(page.match(/class="stage"/g)?.length, 60)
  t.match(page, 'and 400 more')
})
