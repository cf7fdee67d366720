import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { actionFile, runStep } from './action-step.ts'

t.setTimeout(600_000)

const read = (file: string) => fs.readFileSync(file, 'utf8')

type Test = { testdir: (files: Record<string, string>) => string }

/** A folder with programs of its own before all others, and what they were called with. */
function machine(t: Test, programs: Record<string, string>, files: Record<string, string> = {}) {
  const folder = t.testdir({ ...files, called: '' })
  const bin = path.join(folder, 'bin')
  const place = (file: string, body: string) => {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, body, { mode: 0o755 })
  }
  const noted = `printf '%s' "\${0##*/}" >>'${folder}/called'; printf ' [%s]' "$@" >>'${folder}/called'; echo >>'${folder}/called'`
  for (const [name, body] of Object.entries(programs)) {
    place(path.join(bin, name), `#!/bin/bash\n${noted}\n${body}\n`)
  }
  const env = { PATH: `${bin}:${process.env['PATH']}` }
  return { folder, env, called: () => read(path.join(folder, 'called')).trim().split('\n') }
}

/** In place of the command: notes its words, leaves events, ends as it is told. */
const TOOL = `#!/usr/bin/env node
const fs = require('node:fs')
const report = process.argv.find(word => word.startsWith('--report=')).slice('--report='.length)
fs.writeFileSync('words.json', JSON.stringify(process.argv.slice(2)))
fs.mkdirSync(report, { recursive: true })
if (process.env.EVENTS) fs.writeFileSync(report + '/events.jsonl', process.env.EVENTS)
process.exitCode = Number(process.env.CODE ?? 0)
`
const STANDARD = ['github', 'html', 'junit'].flatMap(name => ['--reporter', name])

function project(t: Test, programs: Record<string, string> = {}) {
  const place = machine(t, programs)
  const tool = path.join(place.folder, 'node_modules/.bin/tnet-lab')
  fs.mkdirSync(path.dirname(tool), { recursive: true })
  fs.writeFileSync(tool, TOOL, { mode: 0o755 })
  const words = () => JSON.parse(read(path.join(place.folder, 'words.json'))) as string[]
  return { ...place, words }
}

t.test('inputs reach the command as the words that they are', t => {
  const { folder, env, words } = project(t)
  const inputs = {
    files: `scenarios/*.ts 'with space.ts' "日本語 🦊.ts"\n$(touch pwned) \`touch pwned\``,
    args: `--tag smoke --filter 'a "b" c; touch pwned'\n--retries=2 $HOME`,
    shard: '1/2; touch pwned',
    report: 'out put',
  }
  const { status } = runStep('Run scenarios', { folder, inputs, env })
  t.equal(status, 0)
  const args = ['--tag', 'smoke', '--filter', 'a "b" c; touch pwned', '--retries=2', '$HOME']
  const plain = ['scenarios/*.ts', 'with space.ts', '日本語 🦊.ts']
  const files = [...plain, '$(touch', 'pwned)', '`touch', 'pwned`']
  t.strictSame(words(), [
    'run',
    '--report=out put',
    '--reporter',
    'terminal',
    ...STANDARD,
    '--shard=1/2; touch pwned',
    ...args,
    '--',
    ...files,
  ])
  t.notOk(fs.existsSync(path.join(folder, 'pwned')))
  t.end()
})

t.test('without inputs it runs what the project says', t => {
  const { folder, env, words } = project(t)
  t.equal(runStep('Run scenarios', { folder, env }).status, 0)
  const standard = ['run', '--report=tnet-lab-report', '--reporter', 'terminal', ...STANDARD]
  t.strictSame(words(), [...standard, '--'])
  t.end()
})

t.test('its outputs say where reports are, and how many scenarios went how', t => {
  const { folder, env } = project(t)
  const end = { type: 'run-end', passed: 7, failed: 2, skipped: 1, flaky: 3, exitCode: 1 }
  const hostile = { type: 'note', text: 'passed=9\n::error::\u0007' }
  const EVENTS = [hostile, end].map(event => `${JSON.stringify(event)}\n`).join('')
  const inputs = { shard: '2/3', report: 'out' }
  const run = runStep('Run scenarios', { folder, inputs, env: { ...env, EVENTS, CODE: '1' } })
  t.equal(run.status, 1, 'the exit code is the run’s')
  const report = path.join(fs.realpathSync(folder), 'out')
  t.strictSame(run.outputs, {
    report,
    html: `${report}/index.html`,
    junit: `${report}/junit.xml`,
    events: `${report}/events.jsonl`,
    'exit-code': '1',
    artifact: 'tnet-lab-report-2-of-3',
    passed: '7',
    failed: '2',
    skipped: '1',
    flaky: '3',
  })
  t.end()
})

t.test('a run that was killed, or none, has no counts', t => {
  const { folder, env } = project(t)
  const before = `${JSON.stringify({ type: 'run-end', passed: 9 })}\n`
  for (const EVENTS of ['{"type":"note","te', '{"type":"run-start"}\n', '']) {
    // Of an earlier run.
    fs.mkdirSync(path.join(folder, 'tnet-lab-report'), { recursive: true })
    fs.writeFileSync(path.join(folder, 'tnet-lab-report/events.jsonl'), before)
    const run = runStep('Run scenarios', { folder, env: { ...env, EVENTS, CODE: '4' } })
    t.match(run, { status: 4, outputs: { 'exit-code': '4', passed: undefined } })
  }
  t.end()
})

t.test('an artifact’s name has what GitHub takes', t => {
  const { folder, env } = project(t)
  const named = (artifact: string) =>
    runStep('Run scenarios', { folder, env, inputs: { artifact } }).outputs['artifact']
  t.equal(named('mine_1.0 a-b'), 'mine_1.0 a-b')
  t.equal(named('a/b:c*d?e"f|g\\h\ni'), 'a-b-c-d-e-f-g-h-i')
  t.end()
})

t.test('mistakes in inputs are said, and nothing runs', t => {
  const { folder, env } = project(t)
  const cases: [Record<string, string>, RegExp][] = [
    [{ args: `--filter 'oh` }, /^::error title=tnet-lab::args: a quote has no end$/m],
    [{ files: `"oh` }, /::files: a quote has no end/],
    [{ report: '' }, /::report: the name of a folder/],
    [{ report: 'a\nb' }, /::report: the name of a folder/],
  ]
  for (const [inputs, says] of cases) {
    t.match(runStep('Run scenarios', { folder, env, inputs }), { status: 2, said: says })
  }
  t.notOk(fs.existsSync(path.join(folder, 'words.json')))
  fs.rmSync(path.join(folder, 'node_modules'), { recursive: true })
  const bare = runStep('Run scenarios', { folder, env })
  t.match(bare, { status: 2, said: /::tnet-lab is not installed here/ })
  t.end()
})

t.test('version installs that, beside the project', t => {
  const npm = `mkdir -p "$3/node_modules/.bin"; cp tool "$3/node_modules/.bin/tnet-lab"`
  const { folder, env, called } = machine(t, { npm }, { tool: TOOL })
  fs.chmodSync(path.join(folder, 'tool'), 0o755)
  const inputs = { version: '1.2 $(touch pwned)' }
  t.equal(runStep('Run scenarios', { folder, env, inputs }).status, 0)
  t.match(called(), [/^npm \[install\] .*\[tnet-lab@1\.2 \$\(touch pwned\)\]$/])
  t.notOk(fs.existsSync(path.join(folder, 'pwned')))
  t.end()
})

const SUDO = 'while [[ $1 = -* ]]; do shift; done; exec "$@"'

t.test('sudo runs the command as root, with this PATH, and gives the reports back', t => {
  const { folder, env, called } = project(t, { sudo: SUDO, id: 'echo 1000', chown: '' })
  t.equal(runStep('Run scenarios', { folder, env, inputs: { sudo: 'true' } }).status, 0)
  const [run, owner] = called().filter(line => line.startsWith('sudo'))
  t.match(
    run,
    /^sudo \[-n\] \[-E\] \[env\] \[PATH=.*\] \[.*node_modules\/\.bin\/tnet-lab\] \[run\]/,
  )
  t.equal(owner, 'sudo [-n] [chown] [-R] [1000:1000] [tnet-lab-report]')
  t.end()
})

t.test('who is root already needs no sudo', t => {
  const { folder, env, called } = project(t, { sudo: 'exit 1', id: 'echo 0' })
  t.equal(runStep('Run scenarios', { folder, env, inputs: { sudo: 'true' } }).status, 0)
  t.strictSame(called(), ['id [-u]'])
  t.end()
})

const prepare = (folder: string, env: NodeJS.ProcessEnv, inputs = {}) =>
  runStep('Prepare the machine', { folder, env, inputs })
const quiet = { sudo: SUDO, 'apt-get': '', id: 'echo 1000' }

t.test('a machine that has everything is left as it is', t => {
  const { folder, env, called } = machine(t, { ...quiet, sysctl: 'echo 0' })
  t.match(prepare(folder, env), { status: 0, said: '' })
  t.strictSame(
    called().filter(line => !line.startsWith('id')),
    ['sysctl [-n] [kernel.apparmor_restrict_unprivileged_userns]'],
  )
  t.end()
})

t.test('user namespaces are allowed where Ubuntu forbids them, unless root runs', t => {
  const { folder, env, called } = machine(t, { ...quiet, sysctl: 'echo 1' })
  const allowed = 'sysctl [-q] [-w] [kernel.apparmor_restrict_unprivileged_userns=0]'
  t.equal(prepare(folder, env, { sudo: 'true' }).status, 0)
  t.notOk(called().includes(allowed))
  t.equal(prepare(folder, env).status, 0)
  t.ok(called().includes(allowed))
  const { folder: other, env: otherEnv } = machine(t, {
    ...quiet,
    sysctl: 'echo 1',
    sudo: 'exit 1',
  })
  t.match(prepare(other, otherEnv), { status: 4, said: /::user namespaces are forbidden here/ })
  t.end()
})

t.test('what is missing is installed, after fetching lists where that is needed', t => {
  const lists = 'if [ "$1" = update ]; then touch lists; else [ -e lists ]; fi'
  const { folder, called } = machine(t, { ...quiet, sysctl: 'echo 0', 'apt-get': lists })
  // A machine without ip and curl: only these programs are there.
  for (const name of ['bash', 'node', 'uname', 'iptables', 'ping', 'unshare', 'setpriv', 'touch']) {
    const found = name === 'node' ? process.execPath : `${folder}/bin/${name}`
    if (name === 'node') fs.symlinkSync(found, `${folder}/bin/node`)
    else if (['bash', 'uname', 'touch'].includes(name)) fs.symlinkSync(`/bin/${name}`, found)
    else fs.writeFileSync(found, '#!/bin/bash\n', { mode: 0o755 })
  }
  const script = actionFile().runs.steps.find(({ name }) => name === 'Prepare the machine')?.run
  // The system's own folders come after PATH; here they are not to be found.
  const text = script?.replace('PATH=$PATH:/usr/sbin:/sbin', ':') ?? ''
  const options = { cwd: folder, encoding: 'utf8', env: { PATH: `${folder}/bin` } } as const
  const { status, stderr } = spawnSync('/bin/bash', ['-eo', 'pipefail', '-c', text], options)
  t.equal(status, 0, stderr)
  const install = 'apt-get [install] [-y] [-q] [--no-install-recommends] [iproute2] [curl]'
  t.strictSame(
    called().filter(line => line.startsWith('apt-get')),
    [install, 'apt-get [update] [-q]', install],
  )
  t.end()
})
