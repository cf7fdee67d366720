import t from 'tap'
import { tapReporter } from '../../src/report/tap/tap.ts'
import {
  allPass,
  allStreams,
  bailed,
  crash,
  empty,
  expectedFailures,
  failures,
  hostile,
  hostileTexts,
  interrupted,
  parallel,
  Recording,
  repeats,
  retries,
  skips,
  timeouts,
  truncated,
} from './streams.ts'
import { finalEnds, named, read } from './tap-read.ts'

t.test('every recorded run is TAP without a line that is not', async t => {
  for (const [name, events] of Object.entries(allStreams)) {
    const { results, text } = await read(events)
    t.same(
      results.failures.filter(({ tapError }) => tapError),
      [],
      name,
    )
    t.match(text, /^TAP version 14\n/, name)
  }
})

t.test('a test point a scenario: counts and verdicts are those of the run', async t => {
  for (const [name, events] of Object.entries(allStreams)) {
    const run = events.at(-1)
    if (run?.type !== 'run-end') continue
    const { results } = await read(events)
    const { count, pass, fail, skip, todo } = results
    const { passed, failed, skipped } = run
    t.same(
      { count, pass, fail, skip, todo },
      {
        count: passed + failed + skipped,
        pass: passed + skipped,
        fail: failed,
        skip: skipped,
        todo: 0,
      },
      name,
    )
    t.equal(results.ok, failed === 0 && run.notRun === 0, name)
  }
})

t.test('names come back as they were, in the order in which scenarios ended', async t => {
  for (const events of [allPass, failures, skips, parallel, retries]) {
    const { points } = await read(events)
    t.same(
      points.map(({ name }) => name),
      finalEnds(events).map(({ name }) => name),
    )
  }
})

t.test('hostile names stay one line each, and none turns into TAP of its own', async t => {
  const { points, text } = await read(hostile)
  const names = points.map(({ name }) => name)
  t.equal(names.length, finalEnds(hostile).length)
  t.equal(text.match(/^(not )?ok /gm)?.length, names.length)
  t.equal(text.match(/^\d+\.\.\d+/gm)?.length, 1)
  t.notMatch(text, /^Bail out!/m)
  t.notMatch(text, /[\0-\x09\x0b-\x1f\x7f-\x9f]/)
  for (const text of ['japanese', 'emoji', 'cdata', 'markup', 'tap', 'dash', 'workflow'] as const) {
    const name = hostileTexts[text].replaceAll('\n', '\\n')
    t.ok(names.includes(name), text, { name, names })
  }
  t.ok(
    names.includes(
      '\\x1b[31mred\\x1b[0m \\x1b]8;;http://example.com\\x07link' +
        '\\x1b]8;;\\x07 \\x1b[2J\\x9b1m',
    ),
  )
  t.ok(names.includes('ends with \\x7b'))
  t.ok(names.includes('(no name)'))
})

t.test('steps are subtests of their scenario, expectations are test points in them', async t => {
  const { nested } = await read(allPass)
  const scenario = 'a published port leads to its container'
  t.same(
    nested.filter(({ fullname }) => fullname.startsWith(scenario)).map(({ fullname }) => fullname),
    [
      `${scenario} > web has 10.0.1.2`,
      `${scenario} > published > outside curls 192.0.2.1:8080`,
      `${scenario} > published > from the container itself > web curls 192.0.2.1:8080`,
      `${scenario} > published > from the container itself`,
      `${scenario} > published`,
      scenario,
    ],
  )
  t.equal(named(nested, `${scenario} > web has 10.0.1.2`)?.time, 12.3)
})

t.test('a skipped scenario says why', async t => {
  const { points } = await read(skips)
  t.match(points[1], {
    ok: true,
    skip: 'ipip: not in this kernel (EOPNOTSUPP); sudo modprobe ipip',
  })
  t.equal(points[0]?.skip, false)
})

t.test('a reason keeps what looks like a directive', async t => {
  const run = new Recording()
  run.scenario('one').skip('no # TODO \\ {')
  const { points } = await read(run.end())
  t.match(points[0], { name: 'one', skip: 'no # TODO \\ \\x7b', todo: false })
})

t.test('what fails as expected passes; within it the failure may be', async t => {
  const { points, nested } = await read(expectedFailures)
  t.match(points[0], { ok: true, todo: false, diag: { code: 'TNET_EXPECTATION' } })
  t.match(named(nested, 'known to fail > web pings db'), { ok: false, todo: 'expected to fail' })
  t.match(points[1], { ok: false, diag: { code: 'TNET_EXPECTED_FAILURE' } })
})

t.test('a failed expectation in a scenario that passed does not contradict it', async t => {
  const { nested } = await read(failures)
  const scenario = 'a failed expectation that the script took'
  t.match(named(nested, scenario), { ok: true })
  t.match(named(nested, `${scenario} > web pings db`), { ok: false, todo: /passed/ })
})

t.test('and in a step that passed within a scenario that failed neither', async t => {
  const run = new Recording()
  const one = run.scenario('one')
  one.step('took it', () => one.expectation('web pings db', { status: 'failed' }), 'passed')
  const { error } = finalEnds(failures)[0]!
  one.fail(error!)
  const { nested } = await read(run.end())
  t.match(named(nested, 'one > took it'), { ok: true })
  t.match(named(nested, 'one > took it > web pings db'), { ok: false, todo: /step/ })
})

t.test('only the attempt that counts is a test point, those before are comments', async t => {
  const { points, comments } = await read(retries)
  t.same(
    points.map(({ ok }) => ok),
    [true, false, true],
  )
  t.same(
    comments.filter(comment => comment.includes('attempt')),
    [
      '# attempt 1 failed: TNET_EXPECTATION: expected that web pings db (10.0.1.130)',
      '# attempt 1 failed: TNET_EXPECTATION: expected that web pings db (10.0.1.130)',
      "# attempt 2 failed: TNET_SCENARIO_THREW: Cannot read properties of undefined (reading 'address')",
    ],
  )
})

t.test('repeats are told apart', async t => {
  const { points } = await read(repeats)
  t.same(
    points.map(({ name, ok }) => [name, ok]),
    [
      ['a race', true],
      ['a race (repeat 2)', true],
      ['a race (repeat 3)', false],
      ['a race (repeat 4)', true],
      ['a race (repeat 5)', true],
    ],
  )
})

t.test('scenarios that ran at once come whole, one after the other', async t => {
  const { nested } = await read(parallel)
  const scenarios = nested.map(({ fullname }) => fullname.split(' > ')[0])
  const turns = scenarios.filter((name, i) => name !== scenarios[i - 1])
  t.same(turns, ['starts last, ends first', 'fails meanwhile', 'the longest'])
})

t.test('a scenario is written when it is over, and not later', async t => {
  let text = ''
  const reporter = tapReporter({ write: more => void (text += more) })
  for (const event of allPass) {
    reporter.tell(event)
    if (event.type !== 'scenario-end') continue
    t.match(text.trimEnd().split('\n').at(-1), `- ${event.name} # time=`)
  }
})

t.test('a step that never ended has failed', async t => {
  for (const events of [crash, timeouts]) {
    const { nested } = await read(events)
    const broken = nested.filter(({ diag }) => /ended within/.test(diag?.message))
    t.ok(broken.length > 0 && broken.every(({ ok }) => !ok))
  }
})

t.test('a run that was stopped bails out and says how much is missing', async t => {
  const { results } = await read(interrupted)
  t.equal(results.bailout, 'SIGINT stopped the run, 3 not run')
  t.equal((await read(bailed)).results.bailout, 'a failure stopped the run, 2 not run')
  t.equal((await read(failures)).results.bailout, false)
})

t.test('a run that was killed bails out, and names what was under way', async t => {
  const { results, points } = await read(truncated)
  t.match(results.bailout, /did not come to its end/)
  t.same(
    points.map(({ ok, name }) => [ok, name]),
    [
      [true, 'it came that far'],
      [false, 'nobody knows'],
    ],
  )
})

t.test('a run without scenarios has an empty plan', async t => {
  const { results } = await read(empty)
  t.match(results, { ok: true, count: 0, plan: { end: 0 } })
})
