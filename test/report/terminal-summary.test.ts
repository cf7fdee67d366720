import stringWidth from 'string-width'
import t from 'tap'
import type { RunEvent } from '../../src/runner/events.ts'
import { allPass, hostile, interrupted, Recording, repeats, retries, skips } from './streams.ts'
import * as streams from './streams.ts'
import { plainText } from './terminal/playing.ts'

const error = { name: 'E', code: 'TNET_E', message: 'it is so', facts: {}, hint: 'change it' }

/** The end of a report: from its table on. */
async function endOf(events: readonly RunEvent[], output = {}): Promise<string> {
  const text = await plainText(events, { output })
  return text.slice(text.search(/^(┌|all that failed|the slowest|\d+ passed)/m))
}

const tableOf = (text: string) => text.split('\n').filter(line => /^[┌│├└]/.test(line))

t.test('each result is told as what it is', async t => {
  t.match(await endOf(skips), /│ scenarios\/shop.ts: 802.1Q +│ skipped +│/)
  t.match(await endOf(retries), /never passes +│ failed, 3 attempts +│/)
  t.match(await endOf(retries), /passes at the second attempt +│ flaky: passed at attempt 2 +│/)
  t.match(await endOf(repeats), /│ scenarios\/shop.ts │ 4 of 5 passed \(80 %\) │/)
  t.match(await endOf(streams.expectedFailures), /known to fail +│ fails as expected +│/)
  t.match(await endOf(streams.expectedFailures), /but passes +│ passed, expected to fail +│/)
})

t.test('a rate is never rounded up to what it is not', async t => {
  const run = new Recording()
  for (let repeat = 1; repeat <= 300; repeat++) {
    if (repeat === 150) run.scenario('a race', { repeat }).fail(error)
    else run.scenario('a race', { repeat }).pass()
  }
  t.match(await endOf(run.end()), '299 of 300 passed (99 %)')
})

t.test('counts are named when there are any', async t => {
  t.match(await endOf(allPass), /\n3 passed, 0 failed in 138 ms\n$/)
  t.match(await endOf(skips), /\n1 passed, 0 failed, 3 skipped in /)
  t.match(await endOf(retries), /\n2 passed, 1 failed, 1 flaky in /)
  t.match(await endOf(interrupted), /\n1 passed, 1 failed, 3 not run in /)
  t.equal(await endOf(streams.empty), '0 passed, 0 failed in 0 ms\n')
})

t.test('who stopped a run is named, and what was not run', async t => {
  t.match(await endOf(interrupted), '\nSIGINT stopped the run; 3 scenarios were not run\n')
  t.match(await endOf(streams.bailed), '\n2 scenarios were not run\n')
  const files = Array.from({ length: 12 }, (_, i) => `scenarios/${i}.ts`)
  const run = new Recording({ files })
  run.scenario('a', { file: 'scenarios/0.ts' }).pass()
  t.match(
    await endOf(run.end({ notRun: 11, stoppedBy: 'SIGTERM' })),
    '\nSIGTERM stopped the run; 11 scenarios were not run: scenarios/1.ts, scenarios/2.ts, ' +
      'scenarios/3.ts, scenarios/4.ts, scenarios/5.ts, scenarios/6.ts, scenarios/7.ts, ' +
      'scenarios/8.ts and 3 more\n',
  )
})

t.test('the seed is told when something failed, the shard always', async t => {
  t.match(await endOf(streams.failures), '\nseed 20260101\n')
  t.notMatch(await endOf(allPass), 'seed')
  const shard = { index: 2, total: 4, plan: 'abc' }
  t.match(await endOf(new Recording({ shard }).end()), /in 0 ms, shard 2 of 4\n$/)
})

/** So many scenarios in a file; what is not said to fail passes, the later the slower. */
function many(count: number, failing: readonly number[] = []): RunEvent[] {
  const run = new Recording({ scenarios: count })
  for (let i = 1; i <= count; i++) {
    const one = run.scenario(`number ${i}`)
    if (failing.includes(i)) one.fail(error, { durationMs: 1 })
    else one.pass({ durationMs: i })
  }
  return run.end()
}

t.test('forty fit into the table', async t => {
  t.equal(tableOf(await endOf(many(40))).length, 44)
})

t.test('of more, it has those that need a look, and the slowest five', async t => {
  const text = await endOf(many(100, [3, 50]))
  t.match(text, /^all that failed, were flaky or skipped, and the slowest 5 of 100 scenarios:\n┌/)
  t.same(
    text.match(/number \d+(?= +│)/g),
    [3, 50, 100, 99, 98, 97, 96].map(i => `number ${i}`),
  )
  t.match(await endOf(many(41)), /^the slowest 5 of 41 scenarios:\n┌/)
})

t.test('a table of failures has an end, too', async t => {
  const all = Array.from({ length: 90 }, (_, i) => i + 1)
  const text = await endOf(many(100, all))
  t.match(text, /slowest 5 of 100 scenarios \(50 more of the former are left out\):\n/)
  t.equal(tableOf(text).length, 4 + 45)
})

t.test('a file that has one scenario stands for it', async t => {
  t.match(await endOf(allPass), /│ scenarios\/two-hosts.ts +│/)
  t.match(await endOf(allPass), /│ scenarios\/shop.ts: two containers share a bridge +│/)
})

t.test('the table keeps to the width of the terminal, whatever is in it', async t => {
  for (const columns of [80, 100, 160, 300]) {
    const rows = tableOf(await endOf(hostile, { columns }))
    t.ok(rows.length > 20)
    const tooWide = rows.filter(row => stringWidth(row) > columns)
    t.same(tooWide, [])
  }
  t.match(await endOf(hostile, { columns: 80 }), /: 日本語.*…? +│ failed/)
})

t.test('where a table does not fit there are lines', async t => {
  const text = await endOf(allPass, { columns: 50 })
  t.same(tableOf(text), [])
  t.match(
    await plainText(allPass, { output: { columns: 50 } }),
    '\npassed scenarios/shop.ts: two containers share a bridge 24 ms\n',
  )
})

t.test('failures that have scrolled away are told again, those in sight are not', async t => {
  const error = { name: 'E', code: 'TNET_E', message: 'it is so', facts: { a: 'b' }, hint: 'h' }
  const run = new Recording()
  run.scenario('fails').fail(error)
  for (let i = 0; i < 3; i++) run.scenario(`passes ${i}`).pass()
  const events = run.end()
  t.notMatch(await plainText(events, { output: { rows: 40 } }), 'failures:')
  const text = await plainText(events, { output: { rows: 12 } })
  t.match(text, '\nfailures:\n\n✗ fails scenarios/shop.ts\n  E TNET_E: it is so\n    a       b\n')
  t.equal(text.split('E TNET_E: it is so').length, 3)
})

t.test('only so many failures are told again, and how many there are', async t => {
  const all = Array.from({ length: 25 }, (_, i) => i + 1)
  const text = await endOf(many(25, all))
  t.equal(text.split('E TNET_E: it is so').length, 21)
  t.match(text, '\nand 5 more, above\n')
})

t.test('one that passed when it was tried again is no failure', async t => {
  const run = new Recording()
  run.scenario('flaky').fail(error, { isFinal: false })
  run.scenario('flaky', { attempt: 2 }).pass({ isFlaky: true })
  t.notMatch(await plainText(run.end(), { output: { rows: 3 } }), 'failures:')
})
