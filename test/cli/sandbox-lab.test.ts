import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start } from './command-line.ts'

t.setTimeout(600_000)

/** A folder of somebody else's, that has tnet-lab and tap installed. */
function project(t: { teardown: (undo: () => void) => void }, files: Record<string, string>) {
  const folder = scratch(t)
  fs.mkdirSync(path.join(folder, 'node_modules'))
  const link = (to: string, name: string) =>
    fs.symlinkSync(path.resolve(to), path.join(folder, 'node_modules', name))
  link('.', 'tnet-lab')
  link('node_modules/tap', 'tap')
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text)
  return folder
}

const inSandbox = (cwd: string, command: readonly string[]) =>
  ended(start(['sandbox', '--', ...command], { cwd }))
const node = process.execPath

/** What two of them could get in each other's way with: names, addresses, a port of the host. */
const body = `
  const host = await lab.host('host')
  const blue = await host.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  const app = await blue.container('app')
  await expect(web).toPing(app)
  await expect(web).not.toPing('10.0.1.77')
  await host.serve(80, () => 'hello')
  await expect(app).toCurl('http://10.0.1.1', { body: 'hello' })
  const { stdout } = await web.$\`hostname; ls /run/netns\`
  if (stdout !== 'web\\n') throw new Error(stdout)
`

t.test('labs in files of node:test, which run at once', async t => {
  const text = `
import { after, before, test } from 'node:test'
import { expect, openLab } from 'tnet-lab'
let lab
before(async () => { lab = await openLab() })
after(() => lab.close())
test('one', async () => {${body}})
`
  const files = ['a.test.mjs', 'b.test.mjs', 'c.test.mjs']
  const cwd = project(t, Object.fromEntries(files.map(file => [file, text])))
  const options = ['--test', '--test-concurrency=3', '--test-reporter=tap']
  const { stdout, exitCode } = await inSandbox(cwd, [node, ...options, ...files])
  t.match(stdout, /^# pass 3\n# fail 0$/m)
  t.equal(exitCode, 0)
})

t.test('a lab in a file of tap', async t => {
  const text = `
import t from 'tap'
import { expect, openLab } from 'tnet-lab'
t.test('one', async t => {
  const lab = await openLab()
  t.teardown(() => lab.close())
  ${body}
  await t.rejects(expect(web).toPing('10.0.1.78', { timeoutMs: 100 }), { code: 'TNET_EXPECTATION' })
})
`
  const { stdout, exitCode } = await inSandbox(project(t, { 'a.mjs': text }), [node, 'a.mjs'])
  t.match(stdout, /^ok 1 - one/m)
  t.equal(exitCode, 0)
})

t.test('labs in worker threads of one process', async t => {
  const text = `
import { Worker, isMainThread } from 'node:worker_threads'
import { expect, openLab } from 'tnet-lab'
if (isMainThread) {
  const ended = () => new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url)).once('error', reject).once('exit', resolve)
  })
  console.log(await Promise.all([ended(), ended(), ended()]))
} else {
  const lab = await openLab()
  ${body}
  await lab.close()
}
`
  const outcome = await inSandbox(project(t, { 'a.mjs': text }), [node, 'a.mjs'])
  t.match(outcome, { stdout: '[ 0, 0, 0 ]\n', exitCode: 0 })
})

const open = `
import { readdirSync, readlinkSync } from 'node:fs'
import { openLab } from 'tnet-lab'
const state = () => ['net', 'mnt', 'uts'].map(kind => readlinkSync('/proc/self/ns/' + kind)).join()
const before = state()
try {
  await openLab()
  console.log('opened')
} catch ({ name, code, hint, facts }) {
  console.log(JSON.stringify({ name, code, hint, found: facts.found, isSame: state() === before }))
}
`

t.test('outside of a sandbox openLab throws, whatever the environment says', async t => {
  const cwd = project(t, { 'a.mjs': open })
  const outside = async (through: readonly string[], env = {}) => {
    const child = start([], { cwd, env, through: [...through, node, 'a.mjs'] })
    const { stdout } = await ended(child)
    return JSON.parse(stdout) as unknown
  }
  const refused = {
    name: 'EnvironmentError',
    code: 'TNET_NOT_IN_SANDBOX',
    hint: /^npx tnet-lab sandbox -- npm test/,
    found: 'there is no /run/tnet-lab/sandbox',
    isSame: true,
  }
  t.match(await outside([]), refused)
  t.match(await outside([], { TNET_SANDBOX: '1' }), refused)
  // As in a container: process 1, a network of its own, root.
  const container = ['unshare', '-rnmpf', '--mount-proc']
  t.match(await outside(container, { TNET_SANDBOX: '1' }), refused)
})

t.test('in a sandbox it throws in other namespaces than the sandbox’s own', async t => {
  const cwd = project(t, { 'a.mjs': open })
  const run = async (...through: string[]) => {
    const { stdout } = await inSandbox(cwd, [...through, node, 'a.mjs'])
    return stdout
  }
  t.equal(await run(), 'opened\n')
  const other =
    /"TNET_NOT_IN_SANDBOX".*"the sandbox is net:\[\d+\] pid:\[\d+\], this process is in net/
  t.match(await run('unshare', '--net'), other)
  t.match(await run('unshare', '--pid', '--fork', '--mount-proc'), other)
})
