import { createHash } from 'node:crypto'
import { DRAWING_STYLE } from '../../drawing/style.ts'
import { html, Markup } from '../markup.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import { PAGE_STYLE } from '../style/page-style.ts'
import { countsOf, countsText, runHeader, verdictOf } from './run-header.ts'
import type { RunRecord, ScenarioRecord } from './run-record.ts'
import { runTimes } from './run-times.ts'
import { toolbar } from './toolbar.ts'

const hash = createHash('sha256').update(PAGE_SCRIPT).digest('base64')

/** Nothing is fetched, and nothing runs but the one script: whatever got into the page otherwise. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${hash}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function icon(verdict: 'failed' | 'passed'): string {
  const [colour, sign] = verdict === 'failed' ? ['#b42318', '✗'] : ['#1a7f37', '✓']
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="${colour}"/><text x="8" y="12.5" font-size="13" text-anchor="middle" fill="#fff">${sign}</text></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

/** Everything before the first scenario. */
export function pageStart(run: RunRecord, ids: ReadonlyMap<ScenarioRecord, string>): Markup {
  const counts = countsOf(run)
  const verdict = verdictOf(counts, run.end)
  const title = `${verdict === 'failed' ? '✗' : '✓'} ${countsText(counts)} – tnet-lab`
  const head = html` <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="${icon(verdict)}" />`
  const style = `<style>${PAGE_STYLE}${DRAWING_STYLE}</style>`
  return new Markup(
    [
      `<!doctype html><html lang="en"><head>${head.text}${style}</head><body>`,
      '<a class="skip" href="#scenarios">To the scenarios</a>',
      `${runHeader(run).text}<main>${runTimes(run, ids)?.text ?? ''}`,
      '<section id="scenarios" aria-label="Scenarios" tabindex="-1">',
      '<h2 class="unseen">Scenarios</h2>',
      ids.size > 1 ? toolbar(run, counts).text : '',
      ids.size === 0 ? '<p class="dim">No scenario ran.</p>' : '',
    ].join('\n'),
  )
}

/** Between the scenarios and the drawings. */
export const betweenParts = new Markup('</section><noscript><h2>Topologies</h2></noscript>')

/** Everything after the drawings. */
export const pageEnd = new Markup(
  `</main><footer><p class="dim">Keys: <kbd>/</kbd> filter, <kbd>↑</kbd> <kbd>↓</kbd> from scenario to scenario, <kbd>Enter</kbd> opens, <kbd>Esc</kbd> clears the filter.</p></footer><script>${PAGE_SCRIPT}</script></body></html>\n`,
)
