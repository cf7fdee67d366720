import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const EXECUTABLE = '/usr/bin/chromium'

/** Why tests that need a browser are skipped, or false. */
export const isWithoutBrowser = existsSync(EXECUTABLE)
  ? false
  : `${EXECUTABLE} is missing: apt-get install chromium`

/** Debian's chromium, without a window. It takes a second to start: once a file. */
export function launch(): Promise<Browser> {
  // Chromium's own sandbox refuses root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: EXECUTABLE, args })
}

export interface OpenedPage {
  page: Page
  /** What a page of a report must not do: errors, dialogs, requests for anything but itself. */
  problems: string[]
}

/** Opens a file as a double click does, with no network. */
export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ offline: true, ...options })
  await context.setOffline(true)
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const problems: string[] = []
  const { href } = pathToFileURL(file)
  page.on('console', message => {
    if (message.type() !== 'log') problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', error => problems.push(`error: ${error.message}`))
  page.on('dialog', dialog => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => {
    const url = request.url()
    if (url !== href && !url.startsWith('data:image/svg+xml,')) problems.push(`request: ${url}`)
  })
  page.on('popup', popup => problems.push(`popup: ${popup.url()}`))
  await page.goto(href)
  return { page, problems }
}

/** Opens every `details` of the page, those inside of others too. */
export async function openAll(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    for (let closed = ['']; closed.length > 0;) {
      closed = [...document.querySelectorAll('details:not([open])')]
      for (const one of closed) one.open = true
      await new Promise(done => setTimeout(done))
    }
  })()`)
}
