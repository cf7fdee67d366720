import t from 'tap'
import { terminalReporter } from '../../src/report/terminal/terminal-reporter.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { allStreams, hostile, hostileTexts, Recording } from './streams.ts'
import * as streams from './streams.ts'
import { FakeTime, plainText } from './terminal/playing.ts'

/** A plain reporter, and what it has written by now. */
async function paper(options: { detail?: 'steps' | 'lines' } = {}) {
  const time = new FakeTime()
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) }
  const reporter = await terminalReporter({ output, isLive: false, colour: 0, time, ...options })
  const tell = (events: readonly RunEvent[]) => events.forEach(event => reporter.tell(event))
  return { reporter, time, tell, text: () => written.join('') }
}

const isCounts = /^\d+ passed, \d+ failed(, \d+ skipped)?(, \d+ flaky)?(, \d+ not run)? in .+$/

for (const [name, events] of Object.entries(allStreams)) {
  for (const detail of ['steps', 'lines'] as const) {
    t.test(`${name} in ${detail}: all of it, nothing obeyed, the counts last`, async t => {
      const text = await plainText(events, { detail })
      // Lines and tabs are the only controls.
      t.notMatch(text, /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/u)
      const coloured = await plainText(events, { detail, colour: 1 })
      t.equal(coloured.replaceAll(/\x1b\[\d+m/g, ''), text)
      const end = events.at(-1)
      if (end?.type === 'run-end') t.match(text.trimEnd().split('\n').at(-1), isCounts)
      for (const event of events) {
        if (event.type === 'scenario-end' && event.status === 'failed') {
          t.match(text, event.error!.code)
          if (event.error!.at !== undefined) t.match(text, /^ +at +\S/m)
        }
      }
    })
  }
}

t.test('steps and expectations, as they are nested', async t => {
  t.equal(
    await plainText(streams.allPass),
    `two containers share a bridge scenarios/shop.ts
  containers on one bridge reach each other
    ✓ passed 0 ms

a published port leads to its container scenarios/shop.ts
  ✓ web has 10.0.1.2 12 ms
  published
    ✓ outside curls 192.0.2.1:8080 12 ms
    from the container itself
      ✓ web curls 192.0.2.1:8080 12 ms
  port 8080 is taken from the pool
  published

VXLAN carries the bridge scenarios/two-hosts.ts
  ✓ web pings db with 1422 bytes 12 ms
  ✓ web does not ping db with 1423 bytes 12 ms

┌────────────────────────────────────────────────────────────┬────────┬───────┬──────────────┬───────┐
│ scenario                                                   │ result │ steps │ expectations │  time │
├────────────────────────────────────────────────────────────┼────────┼───────┼──────────────┼───────┤
│ scenarios/shop.ts: two containers share a bridge           │ passed │     1 │            0 │ 24 ms │
│ scenarios/shop.ts: a published port leads to its container │ passed │     2 │            3 │ 77 ms │
│ scenarios/two-hosts.ts                                     │ passed │     0 │            2 │ 37 ms │
└────────────────────────────────────────────────────────────┴────────┴───────┴──────────────┴───────┘
3 passed, 0 failed in 138 ms
`,
  )
})

t.test('a line for each that passed, the whole story of one that failed', async t => {
  const text = await plainText(streams.failures, { detail: 'lines' })
  t.match(
    text,
    `✗ the script itself is wrong scenarios/shop.ts 16 ms
  a network is made
    ✗ failed 0 ms
  TypeError TNET_SCENARIO_THREW: Cannot read properties of undefined (reading 'address')
    hint    the scenario itself threw this
    at      scenarios/shop.ts:31
    TypeError: Cannot read properties of undefined (reading 'address')
        at /srv/scenarios/shop.ts:31:24
        at async script (/srv/scenarios/shop.ts:12:3)

✓ a failed expectation that the script took scenarios/shop.ts 20 ms

✗ could not even start scenarios/shop.ts 8 ms
  EnvironmentError TNET_SANDBOX_DENIED: could not make a sandbox
`,
  )
})

t.test('scenarios that run at once are told one after the other, each whole', async t => {
  const text = await plainText(streams.parallel)
  t.equal(
    text.slice(0, text.indexOf('┌')),
    `starts last, ends first scenarios/shop.ts
  of the third
    ✓ db pings web 12 ms

fails meanwhile scenarios/shop.ts
  of the second
    ✗ web pings db 1.0 s
  ExpectationError TNET_EXPECTATION: expected that web pings db (10.0.1.130)
    expected    an echo reply
    received    no echo reply within 1000 ms
    why         alpha drops it: policy of FORWARD: -P DROP
    command     ip netns exec web ping -n -c 1 -W 1 10.0.1.130
    diagnostics reports/diagnostics/two-hosts
    hint        let it pass with a rule: ip netns exec alpha iptables -A FORWARD -i blue -j ACCEPT
    at          scenarios/two-hosts.ts:22

the longest scenarios/shop.ts
  around all of the others
    ✓ web pings app 12 ms
    still here
    ✓ app pings web 12 ms
    one line of the longest

`,
  )
})

t.test('a time-out says where the time went', async t => {
  t.match(
    await plainText(streams.timeouts),
    '    time    sandbox 90 ms, load 10 ms, script 29.2 s, observe 200 ms, close 500 ms\n',
  )
})

t.test('what was collected is named, once', async t => {
  const error = { name: 'E', code: 'T', message: 'm', facts: {}, hint: 'h' }
  const run = new Recording()
  run.scenario('a').fail(error, { diagnostics: 'reports/diagnostics/a' })
  t.match(await plainText(run.end()), /^ {4}collected reports\/diagnostics\/a$/m)
  t.notMatch(await plainText(streams.failures), 'collected')
})

t.test('actions are told to who wants them', async t => {
  t.notMatch(await plainText(streams.failures), 'ip netns add alpha')
  const text = await plainText(streams.failures, { showsActions: true })
  t.match(text, '\n  ip netns add alpha\n')
  t.match(text, '\n    ip netns exec alpha iptables -P FORWARD DROP')
})

t.test('attempts and repeats are told apart', async t => {
  const text = await plainText(streams.retries)
  t.match(text, /^passes at the second attempt \S+\n[^]*?\n {2}it is tried again$/m)
  t.match(text, /^passes at the second attempt \S+ attempt 2\n {2}✓/m)
  t.match(await plainText(streams.repeats), /^a race \S+ repeat 3\n {2}✗/m)
})

t.test('one that fails as expected passes, and says how it failed', async t => {
  const text = await plainText(streams.expectedFailures)
  t.match(text, /^ {2}✓ fails as expected ExpectationError TNET_EXPECTATION: .*web pings db/m)
  t.match(text, /\n {2}ExpectationError TNET_EXPECTED_FAILURE: /)
})

t.test('steps that run at the same time get their headings again', async t => {
  const run = new Recording()
  const at = { id: 's1', atMs: 1 }
  const passed = { status: 'passed', durationMs: 5, attempts: 1 } as const
  const one = run.scenario('two at once')
  const events: RunEvent[] = [
    ...run.events,
    { type: 'step-start', step: 1, path: ['first'], ...at },
    { type: 'step-start', step: 2, path: ['second'], ...at },
    { type: 'expectation', step: 1, path: ['first'], title: 'of the first', ...passed, ...at },
    { type: 'step-end', step: 1, path: ['first'], status: 'passed', durationMs: 5, ...at },
    { type: 'step-end', step: 2, path: ['second'], status: 'passed', durationMs: 5, ...at },
  ]
  one.pass()
  t.match(
    await plainText([...events, ...run.events.slice(2)]),
    `two at once scenarios/shop.ts
  first
  second
  first goes on
    ✓ of the first 5 ms
  second goes on
    ✓ passed 5 ms
`,
  )
})

t.test('one sandbox is told as it happens: where a run hangs can be seen', async t => {
  const { tell, text } = await paper()
  tell(streams.truncated)
  t.match(text(), /\nnobody knows \S+\n {2}a long way\n {4}✓ web pings app 12 ms\n$/)
})

t.test('a line turns into a story when it takes ten seconds', async t => {
  const { tell, time, text } = await paper({ detail: 'lines' })
  tell(streams.truncated)
  time.passTo(9000)
  t.notMatch(text(), 'nobody knows')
  time.passTo(11_000)
  t.match(text(), /\n\nnobody knows \S+\n {2}a long way\n {4}✓ web pings app 12 ms\n$/)
  const length = text().length
  time.passTo(600_000)
  t.equal(text().length, length)
})

t.test('scenarios that a run leaves without an end are told when it is closed', async t => {
  const { reporter, tell, text } = await paper()
  tell(streams.parallel.slice(0, 9))
  t.equal(text(), '')
  await reporter.close()
  t.match(text(), /^the longest \S+ not over\n {2}around all of the others\n/)
  t.match(text(), /^fails meanwhile \S+ not over\n/m)
})

t.test('from the eleventh that passes on there are lines', async t => {
  const run = new Recording()
  for (let i = 1; i <= 12; i++) run.scenario(`number ${i}`).expectation('as expected').pass()
  const text = await plainText(run.end())
  t.match(text, /^number 10 \S+\n {2}✓ as expected 12 ms\n\n✓ number 11 \S+ 20 ms\n✓ number 12/m)
})

t.test('of more than ten, known before, each is a line, with what it printed', async t => {
  const run = new Recording({ scenarios: 11 })
  run.scenario('talks').note('by a stand-in').output('hello\nyou\n').pass()
  run.scenario('skipped').skip('no vxlan here')
  run.scenario('talks too').note('by a stand-in').pass()
  const text = await plainText(run.end())
  t.match(
    text,
    `✓ talks scenarios/shop.ts 16 ms
    hello
    you
- skipped scenarios/shop.ts skipped: no vxlan here
✓ talks too scenarios/shop.ts 12 ms

┌`,
  )
  t.match(
    text,
    '\nskipped: no vxlan here\n  scenarios/shop.ts\nnoted:\n  by a stand-in\n    talks, talks too\n2 passed',
  )
})

t.test('who holds the terminal has it alone; what came meanwhile comes after', async t => {
  const { reporter, tell, text } = await paper()
  const release = reporter.hold()
  tell(streams.allPass)
  t.equal(text(), '')
  release()
  t.equal(text(), await plainText(streams.allPass))
})

t.test('every hostile text is there, as it can be shown', async t => {
  const text = await plainText(hostile)
  t.match(text, hostileTexts.markup)
  t.match(text, hostileTexts.markdown)
  t.match(text, '\\x1b[31mred\\x1b[0m \\x1b]8;;http://example.com\\x07link')
  t.match(text, 'high \\ud800 low \\udc00 both \\ud83d')
  t.match(text, 'first\\x0d\\nsecond\\x0dthird\\u2028fourth\\u2029fifth scenarios/hostile.ts')
  t.match(text, '\\u202eright to left\\u202c \\u2066isolate\\u2069')
})
