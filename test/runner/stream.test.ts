// Once, as an ordinary user: who runs it makes no difference here.
import { once } from 'node:events'
import path from 'node:path'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { file, Project, scenarioFile, type Files } from './project.ts'
import { brokenRules } from './stream-rules.ts'

t.setTimeout(600_000)

/** Something of everything that a run can tell. */
const everything: Files = {
  'a.ts': scenarioFile(
    'builds',
    `const host = await lab.host('h')
    const bridge = await host.bridge('b', '10.0.1.1/24')
    const [web, app] = [await bridge.container('web'), await bridge.container('app')]
    await host.spawn('sleep', ['60'])
    await step('outer', async () => {
      await Promise.all([
        step('left', () => expect(web).toPing(app)),
        step('right', async () => { await host.$\`echo hello\`; console.log('printed') }),
      ])
      note('in between')
    })
    await expect(app).toPing(web)`,
  ),
  'b.ts': file(`import { existsSync, writeFileSync } from 'node:fs'
export default [
  scenario('flaky', { retries: 1 }, ({ step }) => step('once', () => {
    if (existsSync('been')) return
    writeFileSync('been', '')
    throw new Error('not yet')
  })),
  scenario('late', { timeoutMs: 100 }, ({ step }) => step('outer', () => step('inner', () => new Promise(() => {})))),
  scenario.skip('skipped', () => {}),
  scenario('skips itself', ({ step, skip }) => step('s', () => skip('enough'))),
  scenario.fails('fails', ({ step }) => step('s', () => { throw new Error('as it should') })),
  scenario('exits', ({ step }) => step('s', () => process.exit(1))),
  scenario('after the exit', ({ note }) => note('here')),
  scenario('leaves a step', ({ step }) => { void step('left', () => new Promise(() => {})) }),
]`),
  'c.ts': 'throw new Error("never loaded")\n',
  'd.ts': scenarioFile('prints', "for (let i = 0; i < 100; i++) console.log('x'.repeat(1000))"),
  'e.ts': scenarioFile('stuck', "await step('s', () => { for (;;) {} })", '{ timeoutMs: 100 }'),
}

const first = (events: readonly RunEvent[], type: RunEvent['type']) =>
  events.findIndex(event => event.type === type)

for (const { args, code = 2 } of [
  { args: ['--jobs', '1'] },
  { args: ['--jobs', '2'] },
  { args: ['--jobs', '2', '--isolate'] },
  { args: ['--jobs', '2', '--repeat', '2'] },
  { args: ['--jobs', '1', '--trace', '--shuffle', '--seed', '1'] },
  // What is wrongly used comes after what fails.
  { args: ['--jobs', '2', '--bail'], code: 1 },
]) {
  t.test(`the stream of run ${args.join(' ')} is as it is described`, async t => {
    const project = new Project(t, everything)
    const { events, broken, start, end, exitCode } = await project.run(['.', ...args])
    t.strictSame(broken, [])
    t.match(start, { version: 2, files: ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'] })
    t.match(end, { exitCode: code })
    t.equal(exitCode, code)
    const lines = project.read('report/events.jsonl').trimEnd().split('\n')
    t.strictSame(
      lines.filter(line => !line.startsWith('{"type":"')),
      [],
      'the type comes first',
    )
    t.equal(lines.length, events.length)
  })
}

t.test('everything of it is told', async t => {
  const { outcomes, events, end } = await new Project(t, everything).run([
    '.',
    '--jobs',
    '2',
    '--trace',
  ])
  t.strictSame(outcomes.sort(), [
    'after the exit passed',
    'builds passed',
    'c failed',
    'exits failed',
    'fails passed',
    'flaky failed',
    'flaky passed',
    'late failed',
    'leaves a step failed',
    'prints passed',
    'skipped skipped',
    'skips itself skipped',
    'stuck failed',
  ])
  t.match(end, { passed: 5, failed: 5, skipped: 2, flaky: 1, notRun: 0 })
  const types = new Set(events.map(({ type }) => type))
  for (const type of ['expectation', 'action', 'note', 'output', 'program-output'] as const) {
    t.ok(types.has(type), type)
  }
})

t.test('a run that is killed has told its stream as far as it came', async t => {
  const project = new Project(t, {
    'a.ts': scenarioFile('a'),
    'b.ts': scenarioFile('b', 'await new Promise(() => {})'),
  })
  const child = project.start(['.', '--jobs', '1', '--report', 'report'])
  child.stdout.resume()
  child.stderr.resume()
  const closed = once(child, 'close')
  const stream = path.join('report', 'events.jsonl')
  const isUnderWay = () =>
    project.has(stream) && /"type":"scenario-start".*"name":"b"/.test(project.read(stream))
  t.ok(await poll(() => (isUnderWay() ? true : undefined), { timeoutMs: 60_000 }))
  child.kill('SIGKILL')
  await closed
  const { outcomes, starts, end } = project.told({ exitCode: null, stdout: '', stderr: '' })
  t.strictSame(outcomes, ['a passed'])
  t.equal(starts.at(-1)?.name, 'b')
  t.equal(end, undefined)
})

/** A small stream that keeps the rules, and what breaks each of them. */
const good: RunEvent[] = [
  {
    type: 'run-start',
    version: 2,
    tool: '0.1.0',
    files: ['a.ts'],
    node: 'v20',
    kernel: '6',
    rootless: false,
    jobs: 1,
    seed: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
  },
  {
    type: 'scenario-start',
    id: '1',
    atMs: 10,
    file: 'a.ts',
    name: 'a',
    tags: [],
    attempt: 1,
    repeat: 1,
    worker: 1,
  },
  { type: 'step-start', id: '1', atMs: 20, step: 1, path: ['s'] },
  { type: 'note', id: '1', atMs: 30, step: 1, text: 'x' },
  { type: 'step-end', id: '1', atMs: 40, step: 1, path: ['s'], status: 'passed', durationMs: 20 },
  {
    type: 'scenario-end',
    id: '1',
    atMs: 50,
    file: 'a.ts',
    name: 'a',
    status: 'passed',
    durationMs: 40,
    phases: [{ phase: 'script', durationMs: 40 }],
    isFinal: true,
    isFlaky: false,
    isExpectedToFail: false,
  },
  {
    type: 'run-end',
    passed: 1,
    failed: 0,
    skipped: 0,
    flaky: 0,
    notRun: 0,
    durationMs: 60,
    exitCode: 0,
  },
]

t.test('a stream that keeps the rules breaks none', t => {
  t.strictSame(brokenRules(good), [])
  t.strictSame(brokenRules(good.slice(0, -1)), [], 'also when the run was killed')
  t.end()
})

const without = (type: RunEvent['type']) => good.filter(event => event.type !== type)
const twice = (type: RunEvent['type']) => {
  const at = first(good, type)
  return [...good.slice(0, at), ...good.slice(at, at + 1), ...good.slice(at)]
}
const changed = (type: RunEvent['type'], change: object) =>
  good.map(event => (event.type === type ? { ...event, ...change } : event))
const moved = (type: RunEvent['type'], to: number) => {
  const rest = without(type)
  return [...rest.slice(0, to), ...good.filter(event => event.type === type), ...rest.slice(to)]
}

const breaking: [what: string, events: RunEvent[]][] = [
  ['no start', without('run-start')],
  ['two starts', twice('run-start')],
  ['two ends', twice('run-end')],
  ['an end before the end', moved('run-end', 3)],
  ['a scenario without a start', without('scenario-start')],
  ['a scenario without an end', without('scenario-end')],
  ['a scenario that ends twice', twice('scenario-end')],
  ['an event before its scenario', moved('note', 1)],
  ['an event after its scenario', moved('note', 5)],
  ['a time that goes back', changed('note', { atMs: 5 })],
  ['a step that begins twice', twice('step-start')],
  ['a step that ends twice', twice('step-end')],
  ['a step that ends and never began', without('step-start')],
  ['a parent that does not run', changed('step-start', { parent: 7 })],
  ['another name at the end', changed('scenario-end', { name: 'b' })],
  ['phases that are too short', changed('scenario-end', { durationMs: 400 })],
  ['phases that are too long', changed('scenario-end', { durationMs: 10 })],
  ['a failure without an error', changed('scenario-end', { status: 'failed' })],
  ['a skip without a reason', changed('scenario-end', { status: 'skipped' })],
  ['a wrong sum', changed('run-end', { passed: 2 })],
  ['a wrong count of flaky ones', changed('run-end', { flaky: 1 })],
]

for (const [what, events] of breaking) {
  t.test(`${what} breaks them`, t => {
    t.not(brokenRules(events).length, 0)
    t.end()
  })
}
