// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, Project, runFiles, scenarioFile } from '../runner/project.ts'

t.setTimeout(600_000)

const never = 'await new Promise(() => {})'

t.test(
  'a scenario that is late says so: the step, what it waits for, what ate the time',
  async t => {
    const body = `
  const host = await lab.host('h')
  const bridge = await host.bridge('b', '10.0.1.1/24')
  const web = await bridge.container('web')
  await step('quick', async () => {})
  await step('slow', async () => { await new Promise(r => setTimeout(r, 400)) })
  await step('outer', () => step('inner', () => expect(web, { deadlineMs: 60_000 }).eventually.toPing('10.0.1.9', { timeoutMs: 50 })))`
    const { ends, exitCode } = await runFiles(t, { 'a.ts': scenarioFile('a', body) }, [
      'a.ts',
      '--timeout',
      '1.5',
    ])
    const { error } = ends[0] ?? {}
    t.match(error, {
      name: 'DeadlineError',
      code: 'TNET_SCENARIO_TIMEOUT',
      message: 'the scenario was not over after 1500 ms',
      facts: {
        step: 'outer > inner',
        waiting: /^web pings 10\.0\.1\.9 .*, \d+ attempts?$/,
        received: /\w/,
      },
    })
    const spent = (error?.facts['spent'] ?? '')
      .split('\n')
      .map(line => line.replace(/^\d+\.\d s /, ''))
    t.strictSame(spent.slice(0, 2), ['in step "outer"', 'in step "slow"'])
    t.equal(exitCode, 1)
  },
)

t.test('one whose file took the time says that', async t => {
  const text = `await new Promise(r => setTimeout(r, 300))\n${scenarioFile('a', never)}`
  const { ends } = await runFiles(t, { 'a.ts': text }, ['a.ts', '--timeout', '2'])
  t.match(ends[0]?.error?.facts, { spent: /[01]\.\d s to load the file/ })
})

t.test('a file that is never loaded is late as well', async t => {
  const files = { 'a.ts': `${never}\n${scenarioFile('a')}`, 'b.ts': scenarioFile('b') }
  const { ends, end } = await runFiles(t, files, ['.', '--timeout', '2', '--jobs', '1'])
  t.match(
    ends.find(({ status }) => status === 'failed'),
    { file: 'a.ts', error: { name: 'DeadlineError', facts: { while: /load/ } } },
  )
  t.match(end, { failed: 1, passed: 1, exitCode: 1 })
})

const limits: { what: string; body: string; options?: string; args: string[]; message: string }[] =
  [
    {
      what: '--timeout',
      body: never,
      args: ['--timeout', '0.2'],
      message: 'the scenario was not over after 200 ms',
    },
    {
      what: '{ timeoutMs } of a scenario, over --timeout',
      body: never,
      options: '{ timeoutMs: 100 }',
      args: ['--timeout', '20'],
      message: 'the scenario was not over after 100 ms',
    },
    {
      what: '--step-timeout',
      body: `await step('s', async () => { ${never} })`,
      args: ['--step-timeout', '0.1'],
      message: 'step "s" was not over after 100 ms',
    },
    {
      what: '{ timeoutMs } of a step, over --step-timeout',
      body: `await step('s', async () => { ${never} }, { timeoutMs: 50 })`,
      args: ['--step-timeout', '20'],
      message: 'step "s" was not over after 50 ms',
    },
    {
      what: 'the shorter of the two',
      body: `await step('s', async () => { ${never} }, { timeoutMs: 60_000 })`,
      args: ['--timeout', '0.2'],
      message: 'the scenario was not over after 200 ms',
    },
  ]

for (const { what, body, options = '', args, message } of limits) {
  t.test(`${what} limits what may be taken`, async t => {
    const { ends, broken } = await runFiles(t, { 'a.ts': scenarioFile('a', body, options) }, [
      'a.ts',
      ...args,
    ])
    t.match(ends, [{ status: 'failed', error: { name: 'DeadlineError', message } }])
    t.strictSame(broken, [])
  })
}

const patient: { what: string; options?: string; args: string[]; env?: NodeJS.ProcessEnv }[] = [
  {
    what: '{ timeoutMs } of a scenario',
    options: '{ timeoutMs: 20_000 }',
    args: ['--timeout', '0.05'],
  },
  { what: '--slow', args: ['--timeout', '0.05', '--slow', '400'] },
  {
    what: 'TNET_SLOW',
    args: ['--timeout', '0.05', '--step-timeout', '0.05'],
    env: { TNET_SLOW: '400' },
  },
  { what: '--slow on top of all', options: '{ timeoutMs: 50 }', args: ['--slow', '400'] },
  {
    what: 'the longest that there is',
    args: ['--timeout', '86400', '--step-timeout', '86400', '--slow', '1000'],
  },
]

for (const { what, options = '', args, env = {} } of patient) {
  t.test(`${what} gives time`, async t => {
    const body = "await step('s', () => new Promise(r => setTimeout(r, 150)))"
    const project = new Project(t, { 'a.ts': scenarioFile('a', body, options) })
    const { outcomes, stderr } = await project.run(['a.ts', ...args], { env })
    t.strictSame(outcomes, ['a passed'])
    t.equal(stderr, '')
  })
}

t.test('a slow machine waits longer for what may yet come', async t => {
  const body = `
  const host = await lab.host('h')
  const bridge = await host.bridge('b', '10.0.1.1/24')
  const web = await bridge.container('web')
  await expect(web, { deadlineMs: 40 }).eventually.toPing('10.0.1.9', { timeoutMs: 10 })`
  const took = async (...args: string[]) => {
    const { events } = await runFiles(t, { 'a.ts': scenarioFile('a', body) }, ['a.ts', ...args])
    return events.find(event => event.type === 'expectation')?.durationMs ?? 0
  }
  t.ok((await took('--slow', '20')) >= 800)
})

t.test('what is late in one scenario takes no time from the next of the file', async t => {
  const text = file(`export default [
    scenario('late', { timeoutMs: 100 }, () => new Promise(() => {})),
    scenario('next', () => new Promise(r => setTimeout(r, 50))),
  ]`)
  const { outcomes } = await runFiles(t, { 'a.ts': text })
  t.strictSame(outcomes, ['late failed', 'next passed'])
})

t.test('--memory limits what all of a sandbox takes, and names who took it', async t => {
  const files = {
    'a.ts': scenarioFile(
      'a',
      'const all = []; for (;;) { all.push(Buffer.alloc(1 << 20, 1)); await new Promise(r => setTimeout(r, 1)) }',
    ),
    'b.ts': scenarioFile('b'),
  }
  const { ends, outcomes, exitCode } = await runFiles(t, files, [
    '.',
    '--memory',
    '200',
    '--jobs',
    '1',
  ])
  t.strictSame(outcomes, ['a failed', 'b passed'])
  t.match(ends[0]?.error, {
    name: 'CommandError',
    code: 'TNET_SCENARIO_MEMORY',
    message: /may take 200 MiB/,
    hint: /--memory/,
  })
  t.equal(exitCode, 1)
})
