import fs from 'node:fs'
import path from 'node:path'
import { lexer, walkTokens, type Token, type Tokens } from 'marked'
import t, { type Test } from 'tap'
import { visible } from '../../src/report/drawing/visible.ts'
import { githubReporter } from '../../src/report/github/github.ts'
import type { RunEvent, ScenarioEnd } from '../../src/runner/events.ts'
import {
  allPass,
  allStreams,
  failures,
  hostile,
  hostileTexts,
  interrupted,
  Recording,
  repeats,
  retries,
  skips,
  truncated,
  twoHosts,
} from './streams.ts'
import { told } from './told.ts'

const MIB = 1024 * 1024

async function summary(t: Test, events: readonly RunEvent[], before = ''): Promise<string> {
  const summaryFile = path.join(t.testdir({ 'summary.md': before }), 'summary.md')
  await told(output => githubReporter({ output, summaryFile }), events)
  return fs.readFileSync(summaryFile, 'utf8')
}

function tokensOf(markdown: string): Token[] {
  const all: Token[] = []
  void walkTokens(lexer(markdown), token => void all.push(token))
  return all
}

interface Kinds {
  code: Tokens.Code
  heading: Tokens.Heading
  html: Tokens.HTML
  table: Tokens.Table
}

const of = <T extends keyof Kinds>(tokens: readonly Token[], type: T) =>
  tokens.filter((token): token is Kinds[T] => token.type === type)

/** What a browser makes of entities; of those with a name, something else than they were. */
const decoded = (text: string) =>
  text.replace(/&(?:#(\d+)|\w+);/g, (_, code?: string) =>
    code === undefined ? '?' : String.fromCharCode(Number(code)),
  )

function rowsOf(markdown: string): string[][] {
  const tables = of(tokensOf(markdown), 'table')
  return tables.flatMap(({ rows }) => rows.map(row => row.map(({ text }) => decoded(text))))
}

const blocks = (markdown: string, language: string) =>
  of(tokensOf(markdown), 'code').filter(({ lang }) => lang === language)

const { error: noPing } = failures.find(
  (event): event is ScenarioEnd => event.type === 'scenario-end',
)!

t.test('the run at a glance, then all scenarios, the failed ones first', async t => {
  const text = await summary(t, failures)
  const [heading] = of(tokensOf(text), 'heading')
  t.match(heading, { depth: 2, text: /^❌ tnet-lab: 3 failed, 1 passed in 1\.2 s$/ })
  t.match(text, 'Linux 6.18.5, seed 20260101')
  t.same(
    rowsOf(text).map(([mark, name, result]) => [mark, name, result]),
    [
      ['❌', 'two hosts share one network', 'failed'],
      ['❌', 'the script itself is wrong', 'failed'],
      ['❌', 'could not even start', 'failed'],
      ['✅', 'a failed expectation that the script took', 'passed'],
    ],
  )
  t.match(await summary(t, allPass), /^## ✅ tnet-lab: 3 passed in /)
})

t.test('flaky and skipped scenarios are told from those that passed', async t => {
  t.same(
    rowsOf(await summary(t, retries)).map(([mark, , result, , attempts]) => [
      mark,
      result,
      attempts,
    ]),
    [
      ['❌', 'failed', '3'],
      ['⚠️', 'flaky', '2'],
      ['✅', 'passed', '1'],
    ],
  )
  t.match(rowsOf(await summary(t, skips))[0]?.[2], 'skipped: ipip: not in this kernel')
  t.same(
    rowsOf(await summary(t, repeats)).map(([mark, name, result]) => [mark, name, result]),
    [['❌', 'a race', '4 of 5 passed']],
  )
})

t.test('each failure with its error, what was seen, and a drawing', async t => {
  const text = await summary(t, failures)
  t.same(
    of(tokensOf(text), 'heading')
      .slice(1)
      .map(({ text }) => text),
    ['❌ two hosts share one network', '❌ the script itself is wrong', '❌ could not even start'],
  )
  const [lost, threw] = blocks(text, 'text')
  t.match(lost?.text, /why +alpha drops it: policy of FORWARD/)
  t.match(threw?.text, /at \/srv\/scenarios\/shop\.ts:31:24/)
  t.match(text, '- ❌ web pings db (10.0.1.130) (1.0 s)')
  t.match(blocks(text, 'mermaid')[0]?.text, /^flowchart LR\n[^]*subgraph \w+\["alpha host"\]/)
})

t.test('those that passed are folded', async t => {
  const text = await summary(t, allPass)
  const html = of(tokensOf(text), 'html').map(({ text }) => text.trim())
  t.equal(html.filter(tag => tag.startsWith('<details><summary>✅ ')).length, 3)
  t.equal(html.filter(tag => tag === '</details>').length, 3)
  t.equal(blocks(text, 'mermaid').length, 3)
})

t.test('a run that was stopped or killed says so, and did not pass', async t => {
  t.match(await summary(t, interrupted), '**SIGINT stopped the run; 3 scenarios were not run.**')
  const killed = await summary(t, truncated)
  t.match(killed, '**The run did not come to its end. Under way: nobody knows.**')
  t.match(killed, /^## ❌ /)
})

t.test('hostile texts are nothing but text', async t => {
  const text = await summary(t, hostile)
  const tokens = tokensOf(text)
  for (const type of ['link', 'image', 'em', 'strong', 'del', 'codespan', 'escape', 'br']) {
    t.same(
      tokens.filter(token => token.type === type),
      [],
      type,
    )
  }
  const tags = of(tokens, 'html').map(({ text }) => text.trim())
  t.ok(
    tags.length > 0 &&
      tags.every(tag => /^(<details><summary>[^<>]*<\/summary>|<\/details>)$/.test(tag)),
  )
  t.equal(of(tokens, 'table').length, 1)
  t.ok(of(tokens, 'heading').every(({ raw }) => raw.startsWith('##')))
  t.notMatch(text, /[\0-\x08\x0b-\x1f\x7f-\x9f]/)
})

t.test('hostile names come back whole from their cells', async t => {
  const rows = rowsOf(await summary(t, hostile))
  const names = rows.map(([, name]) => name)
  t.ok(rows.every(cells => cells.length === 6))
  for (const [kind, text] of Object.entries(hostileTexts)) {
    if (text.length > 200 || text.trim() === '') continue
    const name = visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t').trim()
    t.ok(names.includes(name), kind, { name })
  }
})

t.test('and from their headings', async t => {
  const headings = of(tokensOf(await summary(t, hostile)), 'heading')
  const names = headings.map(({ text }) => decoded(text))
  for (const text of [hostileTexts.markdown, hostileTexts.percent, hostileTexts.brace]) {
    t.ok(names.includes(`❌ ${text}`), text, { names })
  }
})

t.test('no error ends its block of code', async t => {
  for (const [kind, text] of Object.entries(hostileTexts)) {
    const run = new Recording()
    run.scenario('one').fail({ ...noPing!, facts: { received: text }, hint: '' })
    const all = blocks(await summary(t, run.end()), 'text')
    t.equal(all.length, 1, kind)
    const [first = ''] = visible(text).split('\n')
    t.ok(all[0]?.text.includes(first.trim().slice(0, 200)), kind)
    t.match(all[0]?.text, /at +scenarios\/two-hosts\.ts:22$/, kind)
  }
})

t.test(
  'every recorded run makes a summary of one heading, and one table more than walks',
  async t => {
    for (const [name, events] of Object.entries(allStreams)) {
      const tokens = tokensOf(await summary(t, events))
      const headings = of(tokens, 'heading')
      t.equal(headings.filter(({ depth }) => depth === 2).length, 1, name)
      const walks = events.filter(({ type }) => type === 'walk-plan').length
      t.ok(of(tokens, 'table').length <= 1 + walks, name)
    }
  },
)

t.test('what the step wrote before stays', async t => {
  const text = await summary(t, allPass, '# mine\n')
  t.ok(text.startsWith('# mine\n## ✅'))
})

/** More than any summary can take. */
function enormous(): RunEvent[] {
  const run = new Recording()
  for (let i = 0; i < 1500; i++) {
    const one = run.scenario(`${'日本語'.repeat(50)} ${i}`, { line: i + 1 }).topology(twoHosts)
    one.fail({ ...noPing!, facts: { received: 'x`'.repeat(2000) } })
  }
  return run.end()
}

t.test('a summary stays below what GitHub takes, and says what it left out', async t => {
  const events = enormous()
  for (const before of [0, 500 * 1024, 1000 * 1024]) {
    const text = await summary(t, events, '.'.repeat(before))
    t.ok(Buffer.byteLength(text) < MIB, `${Buffer.byteLength(text)} bytes, ${before} before`)
    t.match(text, /\*\*Cut to fit [^\n]*: \d+ more failed scenarios /)
    t.match(text, /\nand \d+ more scenarios\n/)
    const [, cut] = /: (\d+) more failed/.exec(text) ?? []
    t.equal(blocks(text.slice(before), 'text').length + Number(cut), 1500)
  }
})

t.test('where there is no room at all, a warning says so', async t => {
  const before = '.'.repeat(MIB - 100)
  const summaryFile = path.join(t.testdir({ 'summary.md': before }), 'summary.md')
  const text = await told(output => githubReporter({ output, summaryFile }), allPass)
  t.match(text, /^::warning title=tnet-lab::.*no room/)
  t.equal(fs.statSync(summaryFile).size, before.length)
})

t.test('a file that cannot be written is told of', async t => {
  const summaryFile = path.join(t.testdir(), 'nowhere', 'summary.md')
  await t.rejects(
    told(output => githubReporter({ output, summaryFile }), allPass),
    { name: 'EnvironmentError', code: 'TNET_REPORT_UNWRITABLE', message: summaryFile },
  )
})

t.test('a lab of too many nodes is not drawn', async t => {
  const nodes = Array.from({ length: 400 }, (_, i) => ({
    ...twoHosts.nodes.find(({ id }) => id === 'web')!,
    id: `web${i}`,
  }))
  const run = new Recording()
  run
    .scenario('one')
    .topology({ ...twoHosts, nodes: [...twoHosts.nodes, ...nodes] })
    .fail(noPing!)
  const text = await summary(t, run.end())
  t.same(blocks(text, 'mermaid'), [])
  t.match(text, 'Its 406 nodes are too many to draw here')
})
