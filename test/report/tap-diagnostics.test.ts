import t from 'tap'
import { failures, hostile, hostileTexts, Recording } from './streams.ts'
import { finalEnds, named, read } from './tap-read.ts'

t.test('a failure says why, as the error has it', async t => {
  const { nested } = await read(failures)
  t.match(named(nested, 'two hosts share one network')?.diag, {
    code: 'TNET_EXPECTATION',
    message: 'expected that web pings db (10.0.1.130)',
    expected: 'an echo reply',
    received: 'no echo reply within 1000 ms',
    at: 'scenarios/two-hosts.ts:22',
    facts: { why: 'alpha drops it: policy of FORWARD: -P DROP' },
    hint: /^let it pass with a rule: /,
    diagnostics: 'reports/diagnostics/two-hosts',
  })
  const step = 'two hosts share one network > and those on the other host > web reaches db'
  const expectation = named(nested, `${step} > web pings db (10.0.1.130)`)
  t.match(expectation, { ok: false, diag: { expected: 'an echo reply', attempts: 3 } })
  t.match(named(nested, step), { ok: false })
  t.equal(named(nested, 'the script itself is wrong')?.diag.stack.split('\n').length, 3)
})

t.test('diagnostics hold hostile texts unchanged', async t => {
  const { points } = await read(hostile)
  const failed = Object.values(hostileTexts).filter((text, i) => i % 3 === 0 && text.length < 9000)
  t.ok(failed.length > 5)
  for (const text of failed) {
    const point = points.find(({ diag }) => diag?.message === text)
    t.equal(point?.diag.facts[text] ?? point?.diag[text], text)
    t.equal(point?.diag.hint, text === '' ? undefined : text)
  }
})

t.test('lines are lines in diagnostics, and end as they did', async t => {
  const texts = [
    'a\nb',
    'a\nb\n',
    'a\nb\n\n',
    'a\n\n\n',
    '\n',
    '\n\n',
    '  a\n b\n\n  c',
    '...\n---\n',
  ]
  for (const text of texts) {
    const run = new Recording()
    const { error } = finalEnds(failures)[0]!
    run.scenario('one').fail({ ...error!, message: text, facts: { [text]: text } })
    const { points } = await read(run.end())
    t.same(points[0]?.diag.message, text)
    t.same(points[0]?.diag.facts, { [text]: text })
  }
  t.match((await read(failures)).text, /\n {2}stack: \|2-\n {4}TypeError: .*\n {8}at /)
})

t.test('a long text is cut in the middle, but no emoji is', async t => {
  const run = new Recording()
  const { error } = finalEnds(failures)[0]!
  const received = `a${'😀'.repeat(50_000)}b`
  run.scenario('one').fail({ ...error!, facts: { received } })
  const { points } = await read(run.end())
  const kept = points[0]?.diag.received as string
  t.match(kept, /^a(😀)+\n… the middle is left out …\n(😀)+b$/u)
  t.ok(kept.length < 17_000)
})
