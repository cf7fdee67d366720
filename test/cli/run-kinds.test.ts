// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, Project, runFiles, scenarioFile } from '../runner/project.ts'

t.setTimeout(600_000)

const throws = (text: string) => `() => { throw new Error(${JSON.stringify(text)}) }`

t.test('what is marked skip does not run, and says why', async t => {
  const { outcomes, ends, exitCode, stdout } = await runFiles(t, {
    'a.ts': file(`export default [
      scenario.skip('plain', ${throws('it ran')}),
      scenario.skip('with a reason', { reason: 'waits for 日本' }, ${throws('it ran')}),
      scenario('runs', () => {}),
    ]`),
  })
  t.strictSame(outcomes, ['plain skipped', 'with a reason skipped', 'runs passed'])
  t.strictSame(
    ends.map(({ reason }) => reason),
    ['scenario.skip, without a reason', 'waits for 日本', undefined],
  )
  t.match(stdout, 'waits for 日本')
  t.match(stdout, /1 passed, 0 failed, 2 skipped/)
  t.equal(exitCode, 0)
})

t.test('a scenario can skip itself, from wherever it is', async t => {
  const { outcomes, ends, exitCode, broken } = await runFiles(t, {
    'a.ts': file(`
      const withGate = scenario.extend({ gate: ({ skip }) => skip('the gate is closed') })
      export default [
        scenario('in its body', ({ skip }) => skip('not today')),
        scenario('in a step', ({ step, skip }) => step('s', () => step('t', () => skip('not here')))),
        withGate('in a fixture', ({ gate }) => { throw new Error(gate) }),
        scenario.fails('that fails', ({ skip }) => skip('not even that')),
      ]`),
  })
  t.strictSame(
    ends.map(({ status, reason }) => `${status}: ${reason}`),
    [
      'skipped: not today',
      'skipped: not here',
      'skipped: the gate is closed',
      'skipped: not even that',
    ],
  )
  t.equal(outcomes.length, 4)
  t.equal(exitCode, 0)
  t.strictSame(broken, [])
})

const only = {
  'a.ts': file("export default [scenario('a1', () => {}), scenario.only('a2', () => {})]"),
  'b.ts': scenarioFile('b'),
  'c.ts': file("export default scenario.only.each(['c1', 'c2'])('%s', () => {})"),
}

t.test('of all the files, only what is marked only runs', async t => {
  const project = new Project(t, only)
  t.strictSame((await project.run(['.'])).outcomes.sort(), ['a2 passed', 'c1 passed', 'c2 passed'])
  t.strictSame((await project.run(['a.ts'])).outcomes, ['a2 passed'])
  t.strictSame((await project.run(['a.ts', 'b.ts'])).outcomes, ['a2 passed'])
  t.strictSame((await project.run(['b.ts'])).outcomes, ['b passed'])
})

for (const [how, args, env] of [
  ['in CI', [], { CI: '1' }],
  ['under --forbid-only', ['--forbid-only'], {}],
] as const) {
  t.test(`${how} a mark of only is misuse, wherever it is, and nothing runs`, async t => {
    const project = new Project(t, only)
    for (const files of [['a.ts'], ['b.ts', 'c.ts']]) {
      const { exitCode, stderr, starts } = await project.run([...files, ...args], { env })
      t.equal(exitCode, 2)
      t.match(stderr, /UsageError TNET_ONLY_FORBIDDEN: "(a2|c1)" is marked scenario\.only/)
      t.match(stderr, /where +(a|c)\.ts:2/)
      t.strictSame(starts, [])
    }
    t.equal((await project.run(['b.ts', ...args], { env })).exitCode, 0)
  })
}

t.test('CI=false is no CI', async t => {
  t.equal((await new Project(t, only).run(['a.ts'], { env: { CI: 'false' } })).exitCode, 0)
})

t.test('a scenario that fails as it should has passed, and how it failed is told', async t => {
  const { ends, exitCode, stdout } = await runFiles(t, {
    'a.ts': file(`import { expect } from 'tnet-lab'
export default [
  scenario.fails('throws', { reason: 'bug 17' }, ${throws('as it should')}),
  scenario.fails('expects in vain', async ({ lab }) => {
    await expect(await lab.host('h')).toPing('192.0.2.1', { timeoutMs: 50 })
  }),
  scenario.fails('is late', { timeoutMs: 20 }, () => new Promise(() => {})),
]`),
  })
  t.match(ends, [
    {
      status: 'passed',
      isExpectedToFail: true,
      reason: 'bug 17',
      error: { message: 'as it should' },
    },
    { status: 'passed', isExpectedToFail: true, error: { code: 'TNET_EXPECTATION' } },
    { status: 'passed', isExpectedToFail: true, error: { code: 'TNET_SCENARIO_TIMEOUT' } },
  ])
  t.match(stdout, /3 passed, 0 failed/)
  t.equal(exitCode, 0)
})

t.test('one that passes and should not has failed, and says what to do', async t => {
  const { ends, exitCode } = await runFiles(t, {
    'a.ts': file("export default scenario.fails('mended', { reason: 'bug 17' }, () => {})"),
  })
  t.match(ends[0], {
    status: 'failed',
    isExpectedToFail: true,
    error: {
      name: 'ExpectationError',
      code: 'TNET_FAILS_PASSED',
      message: '"mended" passed, and should have failed',
      facts: { reason: 'bug 17' },
    },
  })
  t.equal(exitCode, 1)
})

const notMeant: { what: string; body: string; code: string; exitCode: number }[] = [
  {
    what: 'misuse',
    body: "throw new UsageError('misused', { code: 'TNET_X', hint: '' })",
    code: 'TNET_X',
    exitCode: 2,
  },
  {
    what: 'what the machine lacks',
    body: "throw new EnvironmentError('lacking', { code: 'TNET_Y', hint: '' })",
    code: 'TNET_Y',
    exitCode: 4,
  },
  {
    what: 'an expectation that nobody awaits',
    body: "void expect(await lab.host('h')).not.toPing('192.0.2.1')",
    code: 'TNET_EXPECTATION_UNAWAITED',
    exitCode: 2,
  },
  { what: 'process.exit', body: 'process.exit(1)', code: 'TNET_SCENARIO_EXITED', exitCode: 2 },
]

for (const { what, body, code, exitCode } of notMeant) {
  t.test(`${what} is no failure that scenario.fails is about`, async t => {
    const text = scenarioFile('x', body).replace('scenario("x"', 'scenario.fails("x"')
    const ran = await runFiles(t, { 'a.ts': text })
    t.match(ran.ends, [{ status: 'failed', error: { code } }])
    t.equal(ran.exitCode, exitCode)
  })
}

t.test('scenarios of a file run in the order in which they are defined', async t => {
  const { outcomes, starts } = await runFiles(t, {
    'a.ts': file(`
      const shared = []
      export const second = scenario('defined first', () => { shared.push(1) })
      export const first = [[scenario('in a list of lists', () => { shared.push(2) })]]
      export default scenario('last', () => { if (shared.join() !== '1,2') throw new Error(shared.join()) })
      export const notOne = 42
      export { second as again }`),
  })
  const names = ['defined first', 'in a list of lists', 'last']
  t.strictSame(
    outcomes,
    names.map(name => `${name} passed`),
  )
  t.strictSame(
    starts.map(({ line }) => line),
    [4, 5, 6],
  )
})

const misdefined: { what: string; text: string; code: string; message: RegExp }[] = [
  {
    what: 'defines one that it does not export',
    text: "export default scenario('a', () => {})\nscenario('forgotten', () => {})",
    code: 'TNET_SCENARIO_NOT_EXPORTED',
    message: /"forgotten" is not exported/,
  },
  {
    what: 'has two of one name',
    text: "export default [scenario('a', () => {}), scenario('a', () => {})]",
    code: 'TNET_SCENARIO_TWICE',
    message: /a\.ts has two scenarios called "a"/,
  },
  {
    what: 'has rows that are called the same',
    text: "export default scenario.each([{ n: 1 }, { n: 1 }])('n $n', () => {})",
    code: 'TNET_SCENARIO_TWICE',
    message: /two scenarios called "n 1"/,
  },
  {
    what: 'has an unknown option',
    text: "export default scenario('a', { timeout: 5 }, () => {})",
    code: 'TNET_SCENARIO_INVALID',
    message: /"a" has no option "timeout"/,
  },
  {
    what: 'exports a promise of one',
    text: "export default Promise.resolve(scenario('a', () => {}))",
    code: 'TNET_SCENARIO_NOT_EXPORTED',
    message: /"a" is not exported/,
  },
]

for (const { what, text, code, message } of misdefined) {
  t.test(`a file that ${what} is misuse, named by its line`, async t => {
    const { exitCode, ends } = await runFiles(t, { 'a.ts': file(text) })
    t.equal(exitCode, 2)
    t.match(ends, [{ name: 'a', status: 'failed', error: { code, message } }])
    const { error } = ends[0] ?? {}
    t.match(error?.at ?? error?.facts['where'] ?? error?.message, /a\.ts/)
  })
}

t.test('a scenario that another file defines runs where it is exported, once', async t => {
  const { outcomes, starts } = await runFiles(
    t,
    {
      'shared.ts': file("export const one = scenario('one', () => {})"),
      'a.ts': "export { one } from './shared.ts'\n",
      'b.ts': file(
        "import { one } from './shared.ts'\nvoid one\nexport default scenario('b', () => {})",
      ),
    },
    ['a.ts', 'b.ts'],
  )
  t.strictSame(outcomes.sort(), ['b passed', 'one passed'])
  t.equal(starts.find(({ name }) => name === 'one')?.file, 'a.ts')
})
