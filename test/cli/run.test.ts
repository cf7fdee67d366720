import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, runText, scratch, start, story } from './command-line.ts'

const twoOnABridge = `
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  const app = await blue.container('app')
`

t.test('a scenario that is as expected exits with 0 and says what it did', async t => {
  const text = story(`${twoOnABridge}
  await step('they reach each other', async () => {
    await expect(web).toPing(app)
  })`)
  const { exitCode, stdout, stderr } = await runText(t, text)
  t.equal(exitCode, 0)
  t.equal(stderr, '')
  t.match(
    stdout,
    /^a story story\.ts\n {2}they reach each other\n {4}✓ web pings app \(10\.0\.1\.3\)/,
  )
  t.match(stdout, /│ story\.ts │ passed │ +1 │ +1 │/)
  t.match(stdout, /1 passed, 0 failed in/)
})

t.test('a failed expectation exits with 1, names who, what and where', async t => {
  const text = story(`${twoOnABridge}
  await step('somebody is missing', async () => {
    await expect(web).toPing('10.0.1.77', { timeoutMs: 100 })
  })`)
  const { exitCode, stdout, end } = await runText(t, text)
  t.equal(exitCode, 1)
  t.match(stdout, /✗ web pings 10\.0\.1\.77/)
  t.match(stdout, /ExpectationError TNET_EXPECTATION: expected that web pings 10\.0\.1\.77/)
  t.match(stdout, /ip netns exec web ping .* 10\.0\.1\.77/)
  t.equal(end?.error?.at, 'story.ts:10')
})

t.test('--trace prints each action as the command that does the same', async t => {
  const { stdout } = await runText(t, story(twoOnABridge), ['--trace'])
  t.match(stdout, /ip netns add alpha\n/)
  t.match(stdout, /ip -n alpha link add web type veth peer name eth0 netns web\n/)
  t.match(stdout, /ip -n web addr add 10\.0\.1\.2\/24 brd \+ dev eth0\n/)
  t.match(stdout, /ip -n web route add default via 10\.0\.1\.1 dev eth0\n/)
})

const mistakes: {
  what: string
  text: string
  exitCode: number
  error: { name: string; code: string; at?: string; message?: RegExp }
  args?: string[]
}[] = [
  {
    what: 'throws',
    text: story(`  const n: number = 1\n\n  throw new TypeError('oh no ' + n)`),
    exitCode: 1,
    error: { name: 'TypeError', code: 'TNET_SCENARIO_THREW', at: 'story.ts:5', message: /oh no 1/ },
  },
  {
    what: 'throws what is no error',
    text: story(`  throw 'a string'`),
    exitCode: 1,
    error: { name: 'Error', code: 'TNET_SCENARIO_THREW', message: /a string/ },
  },
  {
    what: 'throws in a timer',
    text: story(
      `  setTimeout(() => { throw new Error('later') }, 5)\n  await new Promise(() => {})`,
    ),
    exitCode: 1,
    error: { name: 'Error', code: 'TNET_SCENARIO_THREW', at: 'story.ts:3', message: /later/ },
  },
  {
    what: 'leaves a rejection unhandled',
    text: story(`  void Promise.reject(new Error('nobody'))\n  await new Promise(() => {})`),
    exitCode: 1,
    error: { name: 'Error', code: 'TNET_SCENARIO_THREW', message: /nobody/ },
  },
  {
    what: 'never resolves',
    text: story(`  await new Promise(() => {})`),
    args: ['--timeout', '0.3'],
    exitCode: 1,
    error: { name: 'DeadlineError', code: 'TNET_SCENARIO_TIMEOUT', message: /300 ms/ },
  },
  {
    what: 'never lets go of the thread',
    text: story(`  for (;;) {}`),
    args: ['--timeout', '0.3'],
    exitCode: 1,
    error: { name: 'DeadlineError', code: 'TNET_SCENARIO_STUCK' },
  },
  {
    what: 'exits the process',
    text: story(`  process.exit(0)`),
    exitCode: 2,
    error: { name: 'UsageError', code: 'TNET_SCENARIO_EXITED', message: /exit code 0/ },
  },
  {
    what: 'kills the process',
    text: story(`  process.abort()`),
    exitCode: 1,
    error: { name: 'CommandError', code: 'TNET_SCENARIO_KILLED' },
  },
  {
    what: 'exports no scenario',
    text: 'export default 42\n',
    exitCode: 2,
    error: { name: 'UsageError', code: 'TNET_SCENARIO_MISSING' },
  },
  {
    what: 'exports nothing',
    text: '',
    exitCode: 2,
    error: { name: 'UsageError', code: 'TNET_SCENARIO_MISSING' },
  },
  {
    what: 'does not compile',
    text: `const a = 1\nconst b: = 2\n`,
    exitCode: 2,
    error: { name: 'UsageError', code: 'TNET_SCENARIO_SYNTAX', message: /story\.ts:2:10/ },
  },
  {
    what: 'imports what is not there',
    text: `import x from 'no-such-package'\nexport default x\n`,
    exitCode: 2,
    error: { name: 'UsageError', code: 'TNET_IMPORT_MISSING', message: /no-such-package/ },
  },
  {
    what: 'runs a tool that is not there',
    text: story(`${twoOnABridge}\n  await web.spawn('no-such-tool')`),
    exitCode: 4,
    error: { name: 'EnvironmentError', code: 'TNET_TOOL_MISSING', message: /no-such-tool/ },
  },
  {
    what: 'runs a command that fails',
    text: story(`${twoOnABridge}\n  await web.$\`ip link show nope\``),
    exitCode: 1,
    error: { name: 'CommandError', code: 'TNET_COMMAND_FAILED', at: 'story.ts:9' },
  },
  {
    what: 'asks the kernel for what it refuses',
    text: story(`${twoOnABridge}\n  await alpha.veth('web', { name: 'x' })`),
    exitCode: 1,
    error: { name: 'KernelError', code: 'TNET_LINK_EXISTS', at: 'story.ts:9', message: /"alpha"/ },
  },
]

for (const { what, text, exitCode, error, args = [] } of mistakes) {
  t.test(`a scenario that ${what} ends in ${error.code}`, async t => {
    const result = await runText(t, text, args)
    t.equal(result.exitCode, exitCode)
    t.match(result.end?.error, error)
    t.not(result.end?.error?.hint, '')
    t.match(result.stdout, new RegExp(`${error.name} ${error.code}: `))
  })
}

t.test('positions are those of the file as written, `await using` and types included', async t => {
  const text = `import { scenario } from 'tnet-lab'
interface Thing {
  name: string
}

export default scenario('positions', async () => {
  await using thing = { name: 'x', async [Symbol.asyncDispose]() {} } satisfies Thing & AsyncDisposable
  if (thing.name === 'x') {
    throw new Error('here')
  }
})
`
  const { end } = await runText(t, text)
  t.equal(end?.error?.at, 'story.ts:9')
  t.match(end?.error?.stack, /story\.ts:9:11/)
})

t.test('a scenario may await at its top, and import other TypeScript', async t => {
  const folder = scratch(t)
  fs.writeFileSync(
    path.join(folder, 'names.ts'),
    `import { Lab } from 'tnet-lab'\nexport const kind: string = typeof Lab\n`,
  )
  fs.writeFileSync(
    path.join(folder, 'story.ts'),
    `import { scenario } from 'tnet-lab'
import { kind } from './names.ts'
const { basename } = await import('node:path')
export default scenario(\`\${kind} \${basename('/a/b')}\`, async ({ note }) => {
  note((await import('./names.ts')).kind)
})
`,
  )
  const { exitCode, stdout } = await ended(start(['run', 'story.ts'], { cwd: folder }))
  t.equal(exitCode, 0)
  t.match(stdout, /^function b story\.ts\n {2}function\n/)
})

t.test('what would move the cursor of a terminal is shown, not obeyed', async t => {
  const { stdout } = await runText(t, story(`  console.log('\\x1b[2J')\n  note('\\x1b]0;x\\x07')`))
  t.notMatch(stdout, '\x1b')
  t.match(stdout, '\\x1b[2J')
})

const arguments_: { args: string[]; exitCode: number; stderr: RegExp }[] = [
  { args: ['run', '--retries', '-1'], exitCode: 2, stderr: /'--retries' argument is ambiguous\n/ },
  { args: ['run', 'nope'], exitCode: 2, stderr: /there is no scenario "nope"/ },
  { args: ['run', 'veth-piar'], exitCode: 2, stderr: /did you mean scenarios\/veth-pair\.ts\?/ },
  { args: ['run', 'veth-pair', '--bogus'], exitCode: 2, stderr: /Unknown option '--bogus'/ },
  { args: ['run', 'veth-pair', '--timeout', 'x'], exitCode: 2, stderr: /takes seconds, not "x"/ },
  {
    args: ['run', 'veth-pair', '--filter', 'zebra'],
    exitCode: 2,
    stderr: /no scenario has "zebra"/,
  },
  { args: ['frobnicate'], exitCode: 2, stderr: /no command "frobnicate"/ },
]

for (const { args, exitCode, stderr } of arguments_) {
  t.test(`tnet-lab ${args.join(' ')} says what is wrong`, async t => {
    const result = await ended(start(args))
    t.equal(result.exitCode, exitCode)
    t.match(result.stderr, stderr)
    t.notMatch(result.stderr, /^\s+at .*\.cjs/m)
  })
}

t.test('tnet-lab run where there are no scenarios asks which', async t => {
  const result = await ended(start(['run'], { cwd: scratch(t) }))
  t.equal(result.exitCode, 2)
  t.match(result.stderr, /which scenarios\?/)
})

for (const args of [['--help'], ['run', '--help'], ['doctor', '--help']]) {
  t.test(`tnet-lab ${args.join(' ')} explains with examples`, async t => {
    const { exitCode, stdout } = await ended(start(args))
    t.equal(exitCode, 0)
    t.match(stdout, /^.*Usage: tnet-lab/ms)
    t.match(stdout, /Examples:\n {2}tnet-lab/)
  })
}

t.test('globs, folders and bare names all find scenarios, each once', async t => {
  const args = ['run', 'scenarios/veth-*.ts', 'veth-pair', 'scenarios', '--filter', 'veth-pair']
  const { exitCode, stdout } = await ended(start(args))
  t.equal(exitCode, 0)
  t.match(stdout, /1 passed, 0 failed/)
})

t.test('without the right to make namespaces it says so and exits with 4', async t => {
  // In a user namespace that may hold none of its own, as a hardened machine has it.
  const deny = 'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set -all "$@"'
  const through = ['unshare', '--user', '--map-root-user', 'sh', '-c', deny, 'sh']
  const result = await ended(start(['run', 'veth-pair'], { through }))
  t.equal(result.exitCode, 4)
  t.match(result.stdout, /EnvironmentError TNET_SANDBOX_DENIED: could not make a sandbox/)
  t.match(result.stdout, /sudo/)
})
