import path from 'node:path'
import t from 'tap'
import { githubReporter } from '../../src/report/github/github.ts'
import { visible } from '../../src/report/drawing/visible.ts'
import type { RunEvent, ScenarioEnd } from '../../src/runner/events.ts'
import {
  allPass,
  allStreams,
  empty,
  expectedFailures,
  failures,
  hostile,
  hostileTexts,
  interrupted,
  Recording,
  repeats,
  retries,
  skips,
  truncated,
} from './streams.ts'
import { Walking } from './streams/walking.ts'
import { told } from './told.ts'

interface Command {
  name: string
  properties: Record<string, string>
  message: string
}

/** What the runner undoes: `%25` last, or it would undo twice. */
const undone = (text: string) =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')

/** As the runner reads a line: a name, properties parted by commas, a message after `::`. */
function commandIn(line: string): Command | undefined {
  const [, name, properties, message] = /^::([a-z-]+) ([^]*?)::([^]*)$/.exec(line) ?? []
  if (name === undefined || properties === undefined || message === undefined) return undefined
  const pairs = properties.split(',').map(pair => pair.split(/=(.*)/s))
  const read = pairs.map(([key = '', value = '']) => [key, undone(value)])
  return { name, properties: Object.fromEntries(read), message: undone(message) }
}

async function commands(events: readonly RunEvent[], workspace?: string): Promise<Command[]> {
  const place = workspace === undefined ? {} : { workspace }
  const text = await told(output => githubReporter({ output, ...place }), events)
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('the last line is not ended')
  return lines.map(line => {
    const command = commandIn(line)
    if (command === undefined) throw new Error(`not a workflow command: ${line}`)
    return command
  })
}

const named = (all: readonly Command[], name: string) => all.filter(one => one.name === name)

const { error: noPing } = failures.find(
  (event): event is ScenarioEnd => event.type === 'scenario-end',
)!

/** A run of scenarios that each failed in its own way. */
function failing(count: number): RunEvent[] {
  const run = new Recording()
  for (let i = 0; i < count; i++) {
    run.scenario(`scenario ${i}`, { line: i + 1 }).fail({ ...noPing!, message: `failure ${i}` })
  }
  return run.end()
}

t.test('a run that passed has nothing to say beside the code', async t => {
  t.same(await commands(allPass), [])
  t.same(await commands(empty), [])
})

t.test('a failure is shown at the line of the script that failed', async t => {
  const [first, second, third] = named(await commands(failures), 'error')
  t.match(first, {
    properties: {
      file: 'scenarios/two-hosts.ts',
      line: '22',
      title: 'two hosts share one network',
    },
    message:
      /^ExpectationError TNET_EXPECTATION: expected that web pings db .*\n.* an echo reply\n/,
  })
  t.match(second?.properties, { file: 'scenarios/shop.ts', line: '31' })
  t.match(third?.properties, { file: 'scenarios/shop.ts', line: '60' }, 'the scenario’s own line')
  const run = new Recording()
  run.scenario('one').fail({ ...noPing!, at: 'scenarios/parts/shop:lab.ts:5' })
  const [elsewhere] = await commands(run.end())
  t.match(elsewhere?.properties, { file: 'scenarios/parts/shop:lab.ts', line: '5' })
})

t.test('what failed in the code comes before what failed around it', async t => {
  const run = new Recording()
  const { at: _, ...outside } = noPing!
  run.scenario('machine').fail({ ...outside, name: 'EnvironmentError', code: 'TNET_DENIED' })
  run.scenario('crash').fail({ ...outside, code: 'TNET_SCENARIO_KILLED' })
  run.scenario('code').fail(noPing!)
  const errors = named(await commands(run.end()), 'error')
  t.same(
    errors.map(({ properties }) => properties.title),
    ['code', 'crash', 'machine'],
  )
})

t.test('GitHub shows ten: the last of them counts and names the others', async t => {
  const errors = named(await commands(failing(25)), 'error')
  t.equal(errors.length, 10)
  t.equal(errors.at(-1)?.properties.title, '16 more failures')
  t.match(errors.at(-1)?.message, /^scenario 9\nscenario 10\n[^]*scenario 24$/)
  t.equal(named(await commands(failing(10)), 'error').at(-1)?.properties.title, 'scenario 9')
})

t.test('the same failure is told once, with all whom it met', async t => {
  const run = new Recording()
  for (const name of ['one', 'two', 'three']) run.scenario(name).fail(noPing!)
  const errors = named(await commands(run.end()), 'error')
  t.equal(errors.length, 1)
  t.match(errors[0], { properties: { title: '3 scenarios: one' }, message: /\n\none\ntwo\nthree$/ })
  t.equal(named(await commands(repeats), 'error')[0]?.properties.title, 'a race (repeat 3)')
})

t.test('the same command of a document that is walked again is told once', async t => {
  const run = new Recording()
  for (const repeat of [1, 2]) {
    const one = run.scenario('a document', { repeat })
    const walk = new Walking(run, one).plan({ found: 1 })
    walk.walked({ line: 7, command: 'ping -c 1 web', verdict: 'differs', shown: 'a', seen: 'b' })
    walk.end()
  }
  const errors = named(await commands(run.end()), 'error')
  t.same(
    errors.map(({ properties }) => properties.title),
    ['differs: ping -c 1 web, 2 times'],
  )
})

t.test('a flaky scenario is a warning that says how it failed', async t => {
  const [warning, ...others] = named(await commands(retries), 'warning')
  t.same(others, [])
  t.match(warning, {
    properties: { file: 'scenarios/shop.ts', title: 'flaky: passes at the second attempt' },
    message: 'passed at attempt 2\nattempt 1: TNET_EXPECTATION expected that web pings db',
  })
})

t.test('skipped scenarios are notices, one a reason', async t => {
  const run = new Recording()
  for (const name of ['one', 'two']) run.scenario(name).skip('vlan: not in this kernel')
  const notices = named(await commands(run.end()), 'notice')
  t.same(notices, [
    {
      name: 'notice',
      properties: { title: '2 skipped: vlan: not in this kernel' },
      message: 'one\ntwo',
    },
  ])
  t.equal(named(await commands(skips), 'notice').length, 3)
})

t.test('what fails as expected is no failure', async t => {
  const errors = named(await commands(expectedFailures), 'error')
  t.same(
    errors.map(({ properties }) => properties.title),
    ['said to fail, but passes'],
  )
})

t.test('files are named as they are seen from the workspace', async t => {
  const workspace = path.dirname(process.cwd())
  const [error] = named(await commands(failures, workspace), 'error')
  t.equal(error?.properties.file, `${path.basename(process.cwd())}/scenarios/two-hosts.ts`)
  const [outside] = named(await commands(failures, '/nowhere'), 'error')
  t.same(Object.keys(outside?.properties ?? {}), ['title'])
})

t.test('a run that was stopped or killed says so', async t => {
  const [warning] = named(await commands(interrupted), 'warning')
  t.equal(warning?.message, 'SIGINT stopped the run; 3 scenarios were not run.')
  const [killed] = named(await commands(truncated), 'warning')
  t.equal(killed?.message, 'The run did not come to its end. Under way: nobody knows.')
})

t.test('every recorded run writes nothing but workflow commands, ten of each at most', async t => {
  for (const [name, events] of Object.entries(allStreams)) {
    const all = await commands(events)
    for (const level of ['error', 'warning', 'notice']) {
      t.ok(named(all, level).length <= 10, `${name}: ${level}`)
    }
    t.ok(
      all.every(({ name }) => ['error', 'warning', 'notice'].includes(name)),
      name,
    )
  }
})

t.test('hostile texts come back as they were, but for what is shown instead', async t => {
  for (const [kind, text] of Object.entries(hostileTexts)) {
    if (text.length > 200 || text.trim() === '') continue
    const run = new Recording()
    const file = `scenarios/${text}.ts`
    run.scenario(text, { file }).fail({ ...noPing!, facts: { [text]: text }, at: `${file}:3` })
    const [error, ...others] = named(await commands(run.end()), 'error')
    t.same(others, [], kind)
    t.equal(error?.properties.file, visible(file), kind)
    t.equal(error?.properties.line, '3', kind)
    const lines = visible(text).split('\n')
    t.ok(
      lines.every(line => error?.message.includes(line.trim())),
      kind,
    )
  }
  // Names of hostile scenarios stand among the others, in one piece.
  const titles = (await commands(hostile)).map(({ properties }) => properties.title)
  t.ok(titles.includes('日本語のネットワーク'))
})

t.test('a long message is cut', async t => {
  const run = new Recording()
  run.scenario('one').fail({ ...noPing!, facts: { received: 'x'.repeat(100_000) } })
  const [error] = await commands(run.end())
  t.match(error?.message, 'the middle is left out')
  t.ok(error!.message.length < 3000)
})

t.test('what a script prints is no command while the run goes on', async t => {
  const text = await told(output => githubReporter({ output, token: 'unguessable' }), failures)
  const lines = text.trimEnd().split('\n')
  t.equal(lines[0], '::stop-commands::unguessable')
  t.equal(lines[1], '::unguessable::')
  t.match(lines[2], /^::error /)
})
