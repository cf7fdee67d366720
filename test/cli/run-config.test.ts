// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, Project, scenarioFile, type Files, type Ran } from '../runner/project.ts'

t.setTimeout(600_000)

const config = (text: string): Files => ({
  'tnet-lab.config.ts': `import { defineConfig } from 'tnet-lab'\nexport default defineConfig(${text})\n`,
  'package.json': '{}',
})

const passing = { 'scenarios/a.ts': scenarioFile('a') }
const failing = { 'scenarios/a.ts': scenarioFile('a', "throw new Error('no')") }
const hanging = {
  'scenarios/a.ts': scenarioFile('a', "await step('s', () => new Promise(() => {}))"),
}
const whoami = `const { readlinkSync } = await import('node:fs')
  note(\`born \${performance.timeOrigin} \${readlinkSync('/proc/self/ns/pid')}\`)`
const bornIn = ({ events }: Ran) =>
  new Set(events.flatMap(event => (event.type === 'note' ? event.text : [])))

const options: {
  option: string
  files: Files
  env?: NodeJS.ProcessEnv
  is: (ran: Ran) => unknown
  expected: unknown
}[] = [
  {
    option: "files: ['other', 'scenarios/b*']",
    files: {
      ...passing,
      'scenarios/b1.ts': scenarioFile('b1'),
      'other/c.ts': scenarioFile('c'),
    },
    is: ({ outcomes }) => outcomes.sort(),
    expected: ['b1 passed', 'c passed'],
  },
  {
    option: "ignore: ['**/*.helper.ts', 'scenarios/fixtures/**']",
    files: {
      ...passing,
      'scenarios/x.helper.ts': 'throw new Error("a helper ran")',
      'scenarios/fixtures/y.ts': 'throw new Error("a helper ran")',
    },
    is: ({ outcomes }) => outcomes,
    expected: ['a passed'],
  },
  {
    option: 'jobs: 3',
    files: { ...passing, 'scenarios/b.ts': scenarioFile('b'), 'scenarios/c.ts': scenarioFile('c') },
    is: ({ start }) => start?.jobs,
    expected: 3,
  },
  { option: 'seed: 42', files: passing, is: ({ start }) => start?.seed, expected: 42 },
  {
    option: 'timeoutMs: 50',
    files: hanging,
    is: ({ ends }) => ends[0]?.error?.message,
    expected: 'the scenario was not over after 50 ms',
  },
  {
    option: 'stepTimeoutMs: 50',
    files: hanging,
    is: ({ ends }) => ends[0]?.error?.message,
    expected: 'step "s" was not over after 50 ms',
  },
  {
    option: 'retries: 2',
    files: failing,
    is: ({ outcomes }) => outcomes,
    expected: ['a failed', 'a failed', 'a failed'],
  },
  {
    option: 'timeoutMs: 1, slow: 1000',
    files: { 'scenarios/a.ts': scenarioFile('a', 'await new Promise(r => setTimeout(r, 30))') },
    is: ({ outcomes }) => outcomes,
    expected: ['a passed'],
  },
  {
    option: 'memoryMiB: 100',
    files: {
      'scenarios/a.ts': scenarioFile(
        'a',
        'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))',
      ),
    },
    is: ({ ends }) => /may take 100 MiB/.test(ends[0]?.error?.message ?? ''),
    expected: true,
  },
  {
    option: 'isolate: true',
    files: {
      'scenarios/a.ts': scenarioFile('a', whoami),
      'scenarios/b.ts': scenarioFile('b', whoami),
    },
    is: ran => bornIn(ran).size,
    expected: 2,
  },
  {
    option: 'isolate: false, jobs: 1',
    files: {
      'scenarios/a.ts': scenarioFile('a', whoami),
      'scenarios/b.ts': scenarioFile('b', whoami),
    },
    is: ran => bornIn(ran).size,
    expected: 1,
  },
  {
    option: 'shuffle: true, seed: 1, jobs: 1',
    files: {
      'scenarios/a.ts': file(`export default scenario.each([...'abcdefghij'])('%s', () => {})`),
    },
    is: ({ outcomes }) => [outcomes.length, outcomes.join() === outcomes.sort().join()],
    expected: [10, false],
  },
  {
    option: 'strict: true',
    files: { 'scenarios/a.ts': scenarioFile('a', '', "{ requires: 'dummy' }") },
    is: ({ outcomes, exitCode }) => [outcomes, exitCode],
    expected: [['a failed'], 4],
  },
  {
    option: 'forbidOnly: true',
    files: { 'scenarios/a.ts': file(`export default scenario.only('a', () => {})`) },
    is: ({ exitCode, stderr }) => [exitCode, stderr.includes('TNET_ONLY_FORBIDDEN')],
    expected: [2, true],
  },
  {
    option: 'forbidOnly: false',
    files: { 'scenarios/a.ts': file(`export default scenario.only('a', () => {})`) },
    env: { CI: '1' },
    is: ({ outcomes }) => outcomes,
    expected: ['a passed'],
  },
  {
    option: 'bail: 1, jobs: 1',
    files: { ...failing, 'scenarios/b.ts': scenarioFile('b') },
    is: ({ outcomes, end }) => [outcomes, end?.notRun],
    expected: [['a failed'], 1],
  },
  {
    option: "reporters: ['tap']",
    files: passing,
    is: ({ stdout }) => stdout.startsWith('TAP version 14'),
    expected: true,
  },
]

for (const { option, files, env = {}, is, expected } of options) {
  t.test(`a config can say ${option}`, async t => {
    const project = new Project(t, { ...config(`{ ${option} }`), ...files })
    const ran = await project.run([], { env })
    t.strictSame(is(ran), expected)
    t.strictSame(ran.broken, [])
  })
}

t.test('a config can say where reports and histories go', async t => {
  const project = new Project(t, {
    ...config(`{ report: 'out', history: 'past.json', reporters: ['jsonl'] }`),
    ...passing,
  })
  const { exitCode } = await project.runBare([])
  t.equal(exitCode, 0)
  t.ok(project.has('out/events.jsonl'))
  t.match(JSON.parse(project.read('past.json')), { scenarios: { 'scenarios/a.ts\na': {} } })
})

const overruled: {
  option: string
  args: string[]
  is: (ran: Ran) => unknown
  expected: unknown
}[] = [
  { option: 'jobs: 3', args: ['--jobs', '1'], is: ({ start }) => start?.jobs, expected: 1 },
  { option: 'seed: 42', args: ['--seed', '7'], is: ({ start }) => start?.seed, expected: 7 },
  {
    option: 'retries: 2',
    args: ['--retries', '0'],
    is: ({ outcomes }) => outcomes.length,
    expected: 1,
  },
  {
    option: "files: ['nowhere']",
    args: ['scenarios'],
    is: ({ outcomes }) => outcomes.length,
    expected: 1,
  },
  {
    option: 'timeoutMs: 1',
    args: ['--timeout', '5'],
    is: ({ ends }) => ends[0]?.error?.code,
    expected: 'TNET_SCENARIO_THREW',
  },
  {
    option: "reporters: ['tap']",
    args: ['-r', 'terminal'],
    is: ({ stdout }) => stdout.startsWith('TAP'),
    expected: false,
  },
]

for (const { option, args, is, expected } of overruled) {
  t.test(`${args.join(' ')} on the command line wins over ${option}`, async t => {
    const files = {
      'scenarios/a.ts': scenarioFile(
        'a',
        "await new Promise(r => setTimeout(r, 20)); throw new Error('no')",
      ),
    }
    const project = new Project(t, { ...config(`{ ${option} }`), ...files })
    t.strictSame(is(await project.run(args)), expected)
  })
}

t.test('the environment wins over the config, and the command line over both', async t => {
  const project = new Project(t, { ...config('{ timeoutMs: 1, slow: 1 }'), ...passing })
  project.write({
    'scenarios/a.ts': scenarioFile('a', 'await new Promise(r => setTimeout(r, 30))'),
  })
  const env = { TNET_SLOW: '1000' }
  t.equal((await project.run([], { env })).exitCode, 0)
  t.equal((await project.run(['--slow', '1'], { env })).exitCode, 1)
})

t.test('below the config it is found, and its paths are those of the project', async t => {
  const project = new Project(t, {
    ...config(`{ files: ['scenarios'], ignore: ['scenarios/b.ts'], jobs: 1 }`),
    ...passing,
    'scenarios/b.ts': 'throw new Error("it is left out")',
    'src/deep/x.txt': '',
  })
  const { outcomes, stderr } = await project.run([], { from: 'src/deep' })
  t.equal(stderr, '')
  t.strictSame(outcomes, ['a passed'])
})

t.test('so are those of its reporters', async t => {
  const project = new Project(t, {
    ...config(
      `{ files: ['scenarios'], reporters: ['./mine.mjs=out/told', 'junit=out/junit.xml', 'tap=-'] }`,
    ),
    ...passing,
    'mine.mjs': "export default output => event => output.write(event.type + '\\n')\n",
    'src/deep/x.txt': '',
  })
  const { exitCode, stdout, stderr } = await project.runBare([], { from: 'src/deep' })
  t.equal(exitCode, 0, stderr)
  t.match(stdout, /^TAP version 14/)
  t.match(project.read('out/told'), /^run-start$/m)
  t.match(project.read('out/junit.xml'), '<testsuites')
})

t.test('a config above the project is of another', async t => {
  const project = new Project(t, {
    ...config('{ seed: 42 }'),
    'mine/package.json': '{}',
    'mine/scenarios/a.ts': scenarioFile('a'),
  })
  const { start } = await project.run([], { from: 'mine' })
  t.not(start?.seed, 42)
})

t.test('--config names one, from wherever it is', async t => {
  const project = new Project(t, { ...passing, 'ci/lab.ts': 'export default { seed: 42 }\n' })
  t.equal((await project.run(['--config', 'ci/lab.ts'])).start?.seed, 42)
  const missing = await project.run(['--config', 'nope.ts'])
  t.match(missing.stderr, /UsageError TNET_CONFIG_MISSING: there is no config nope\.ts/)
  t.equal(missing.exitCode, 2)
})
