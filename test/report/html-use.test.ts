import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import { isWithoutBrowser, launch, openAll, openFile } from './browser.ts'
import { reported } from './html-reported.ts'
import { largeRun } from './html-runs.ts'
import { allStreams } from './streams.ts'

const shownNames = (page: Page) => page.locator('.scenario:visible h3').allTextContents()
const focused = (page: Page) => page.evaluate('document.activeElement.textContent')
const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor')

/** What is cut off without a sign of it, and without a way to scroll there. */
const CLIPPED = `[...document.querySelectorAll('body *')].filter(one => {
  const { overflowX, textOverflow } = getComputedStyle(one)
  const isCut = overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1
  return isCut && textOverflow !== 'ellipsis' && !one.matches('.unseen')
}).map(one => one.className + ': ' + one.textContent.slice(0, 100))`

t.test('people use a report', { skip: isWithoutBrowser }, async t => {
  const browser = await launch()
  t.teardown(() => browser.close())
  const folder = t.testdir()
  const large = await reported(path.join(folder, 'large'), largeRun())
  const failures = await reported(path.join(folder, 'failures'), allStreams['failures'] ?? [])

  await t.test('they narrow the list down by text, status and tag', async t => {
    const { page, problems } = await openFile(browser, failures)
    t.equal((await shownNames(page)).length, 4)
    await page.fill('#text', 'ITSELF  wrong')
    t.strictSame(await shownNames(page), ['the script itself is wrong'])
    t.equal(await page.textContent('#shown'), '1 of 4')
    await page.fill('#text', 'two-hosts.ts')
    t.strictSame(await shownNames(page), ['two hosts share one network'])
    await page.fill('#text', 'no such thing')
    t.strictSame(await shownNames(page), [])
    await page.fill('#text', '')
    await page.click('[data-filter="passed"]')
    t.strictSame(await shownNames(page), ['a failed expectation that the script took'])
    await page.click('[data-filter="failed"]')
    t.equal((await shownNames(page)).length, 4, 'failed or passed')
    await page.selectOption('#tag', 'slow')
    t.strictSame(await shownNames(page), ['two hosts share one network'])
    t.strictSame(problems, [])
  })

  await t.test('they need no mouse', async t => {
    const { page } = await openFile(browser, large)
    await page.keyboard.press('Tab')
    t.match(await focused(page), 'To the scenarios')
    await page.keyboard.press('/')
    await page.keyboard.type('sixty')
    t.strictSame(await shownNames(page), ['sixty containers on a bridge'])
    await page.keyboard.press('Escape')
    t.equal((await shownNames(page)).length, 3)
    for (const name of ['six hosts', 'sixty containers', 'nothing to see']) {
      await page.keyboard.press('ArrowDown')
      t.match(await focused(page), name)
    }
    await page.keyboard.press('ArrowUp')
    t.equal(await page.locator('#s2 svg.drawing').count(), 0)
    await page.keyboard.press('Enter')
    await page.locator('#s2 svg.drawing').waitFor()
    // Two lines and a port's name each; two of the bridge, one of the host.
    t.equal(await page.locator('#s2 svg.drawing text').count(), 3 * 60 + 3)
    await page.keyboard.press('Tab')
    t.match(
      await page.evaluate('document.activeElement.className'),
      'scroll',
      'to scroll a drawing',
    )
    const outline = 'getComputedStyle(document.activeElement).outlineStyle'
    t.equal(await page.evaluate(outline), 'solid')
  })

  await t.test('what is closed is not built, and an address opens it', async t => {
    const { page } = await openFile(browser, large)
    t.equal(await page.locator('.scenario .body').count(), 1, 'the first failure alone')
    await page.goto(`${page.url()}#s2`)
    await page.locator('#s2 .body').waitFor()
    t.equal(await page.locator('#s2').getAttribute('open'), '')
  })

  await t.test('a link to a scenario opens it, as often as it is followed', async t => {
    const { page } = await openFile(browser, large)
    await page.fill('#text', 'six hosts')
    t.equal(await page.textContent('#shown'), '1 of 3')
    await page.click('.times > summary')
    for (const time of ['once', 'again']) {
      await page.click('.slowest a[href="#s3"]')
      t.equal(await page.locator('#s3[open]').count(), 1, time)
      t.equal(await page.textContent('#shown'), '2 of 3')
      await page.evaluate(`document.getElementById('s3').open = false`)
    }
  })

  await t.test('an address that leads nowhere does no harm', async t => {
    const { page, problems } = await openFile(browser, large)
    await page.evaluate(`location.hash = '#100%'`)
    await page.reload()
    await page.fill('#text', 'sixty')
    t.strictSame(await shownNames(page), ['sixty containers on a bridge'])
    t.strictSame(
      problems.filter(one => !one.startsWith('request:')),
      [],
    )
  })

  await t.test('who comes back sees what the filter says', async t => {
    const { page } = await openFile(browser, large)
    await page.selectOption('#tag', 'vxlan')
    await page.goto('about:blank')
    await page.goBack()
    const chosen = await page.inputValue('#tag')
    t.equal((await shownNames(page)).length, chosen === '' ? 3 : 1, chosen)
  })

  await t.test('they read in the light and in the dark', async t => {
    const dark = await openFile(browser, large, { colorScheme: 'dark' })
    t.equal(await background(dark.page), 'rgb(15, 18, 22)')
    t.equal(await dark.page.textContent('#theme'), 'Light')
    const { page } = await openFile(browser, large, { colorScheme: 'light' })
    t.equal(await background(page), 'rgb(255, 255, 255)')
    await page.click('#theme')
    t.equal(await background(page), 'rgb(15, 18, 22)')
    // The browser writes localStorage behind the page's back: a page that is opened at once, in
    // another process of the browser, may read what was there before.
    const kept = await poll(
      async () => {
        await page.reload()
        return (await background(page)) === 'rgb(15, 18, 22)' ? true : undefined
      },
      { timeoutMs: 30_000 },
    )
    t.ok(kept, 'and keep what they chose')
  })

  await t.test('they print what failed, unfolded, on white', async t => {
    const { page } = await openFile(browser, large, { colorScheme: 'dark' })
    await page.click('#fold')
    t.equal(await page.locator('.error').isVisible(), false)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await page.locator('.error').waitFor({ state: 'visible' })
    t.equal(await page.locator('#toolbar').isVisible(), false)
    t.equal(await page.locator('#s3 .body').count(), 0, 'what passed stays a line')
    const drawing = await page.locator('#s1 svg.drawing').boundingBox()
    t.ok(drawing !== null && drawing.x + drawing.width <= 1280)
    t.equal(await background(page), 'rgb(255, 255, 255)')
    await page.emulateMedia({ media: 'screen' })
    await page.locator('.error').waitFor({ state: 'hidden' })
  })

  await t.test('they copy the commands that do the same', async t => {
    const { page } = await openFile(browser, large)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.locator('.timeline .action summary').first().click()
    await page.locator('.timeline .action [data-copy]').first().click()
    await page.getByText('Copied').waitFor()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    t.equal(copied, "ip netns add h0\nip netns exec h0 sh -c 'echo \"it''s\"'")
  })

  await t.test('they take a capture away, byte by byte', async t => {
    const { page } = await openFile(browser, large, { acceptDownloads: true })
    await page.locator('.captures .part > summary').click()
    t.match(await page.textContent('.captures summary'), '705 packets')
    t.equal(await page.locator('.packets tbody tr').count(), 500)
    t.match(await page.textContent('.captures'), '200 more are in the file')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.captures a').click(),
    ])
    t.equal(download.suggestedFilename(), 'h0-eth0.pcap')
    const bytes = await readFile(await download.path())
    const capture = largeRun().find(event => event.type === 'capture')
    t.equal(bytes.toString('base64'), capture?.pcap)
  })

  await t.test('without a script they read everything', async t => {
    const { page } = await openFile(browser, failures, { javaScriptEnabled: false })
    t.equal(await page.locator('#toolbar').isVisible(), false)
    const error = page.locator('#s1 .error')
    t.equal(await error.isVisible(), true)
    t.match(await error.textContent(), /received +no echo reply within 1000 ms/)
    await page.locator('#s2 > summary').click()
    await page.getByText('Cannot read properties of undefined').last().waitFor()
    const drawing = page.locator('#s1 svg.drawing')
    const { width = 0 } = (await drawing.boundingBox()) ?? {}
    t.ok(width > 800)
    const used = await page.locator('#topology-0 svg text').allTextContents()
    t.ok(used.some(text => text.includes('10.0.1.130/24')))
    t.match(await page.textContent('#topology-0'), 'default via 192.0.2.254 dev eth0')
  })

  await t.test('on a telephone nothing is wider than the page', async t => {
    for (const file of [large, failures]) {
      const { page } = await openFile(browser, file, { viewport: { width: 400, height: 800 } })
      await openAll(page)
      t.equal(await page.evaluate('document.documentElement.scrollWidth'), 400)
      t.strictSame(await page.evaluate(CLIPPED), [])
    }
  })

  await t.test('colours of programs are kept, their other escapes are not', async t => {
    const { page } = await openFile(browser, large)
    await openAll(page)
    const printed = page.locator('.timeline .command pre').last()
    t.equal(await printed.textContent(), 'UP <b>')
    t.equal(await printed.locator('.ansi-green').textContent(), 'UP')
  })
})
