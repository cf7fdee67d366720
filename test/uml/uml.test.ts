/**
 * This machine's kernel may lack `ipip`, `gre`, `gretap`, `vlan`, and then a stand-in carries what
 * they would. User-Mode Linux has them all: every scenario runs there with the kernel's devices.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import { explain } from '../../src/errors.ts'
import type { DoctorReport } from '../../src/report/doctor-table.ts'
import type { RunEvent, ScenarioEnd } from '../../src/runner/events.ts'
import { poll } from '../../src/poll.ts'
import { ended, scratch } from '../cli/command-line.ts'
import { processesWith } from '../cli/machine.ts'
import { boot, cli, runScenarios, shares } from '../user-mode-linux.ts'

t.setTimeout(600_000)

t.test('a command has this machine’s files and a kernel of its own', async t => {
  const folder = scratch(t)
  const lost = path.join(os.tmpdir(), `tnet-lab-lost-${process.pid}`)
  const script = 'uname -r; pwd; echo "$1"; echo kept >"$2/kept"; echo lost >"$3"; cat "$3"; exit 3'
  const command = ['sh', '-c', script, 'sh', "it's\none word", folder, lost]
  const { exitCode, stdout, stderr } = await ended(boot(command, { keep: folder }))
  const [kernel = '', ...rest] = stdout.split('\n')
  t.match(kernel, /^\d+\.\d+/)
  t.not(kernel, os.release())
  t.same(rest, [process.cwd(), "it's", 'one word', 'lost', ''])
  t.equal(stderr, '')
  t.equal(exitCode, 3, 'its exit code')
  t.equal(fs.readFileSync(path.join(folder, 'kept'), 'utf8'), 'kept\n')
  t.notOk(fs.existsSync(lost), 'what it writes elsewhere is thrown away')
})

t.test('a command that takes too long is ended', async t => {
  const { exitCode, stderr } = await ended(boot(['sleep', '1000'], { seconds: 3 }))
  t.equal(exitCode, 124)
  t.match(stderr, 'not over after 3 s')
})

t.test('nothing is left of it when what started it is killed', async t => {
  const mark = `tnet-uml-${process.pid}`
  process.env['TNET_MARK'] = mark
  const child = boot(['sh', '-c', 'echo up; sleep 1000'], { seconds: 100 })
  delete process.env['TNET_MARK']
  await new Promise(resolve => child.stdout?.once('data', resolve))
  t.ok(processesWith(mark).length > 3)
  child.kill('SIGKILL')
  t.ok(
    await poll(() => (processesWith(mark).length === 0 ? true : undefined), { timeoutMs: 30_000 }),
  )
})

t.test('the doctor finds every kind of link there', async t => {
  const { exitCode, stdout, stderr } = await ended(boot([...cli, 'doctor', '--json']))
  t.equal(exitCode, 0, stderr)
  const { features } = JSON.parse(stdout) as DoctorReport
  for (const name of [
    'vxlan',
    'ipip',
    'gre',
    'gretap',
    'vlan',
    'macvlan',
    'ipvlan',
    'tun',
    'tap',
  ]) {
    t.match(
      features.find(feature => feature.name === name),
      { available: true },
      name,
    )
  }
})

const LIMIT_SECONDS = 400
/** Those beside this file have stand-ins on purpose, and the kernel's device at the other end. */
const files = ['scenarios', 'test/uml']
  .flatMap(folder => fs.readdirSync(folder).map(name => path.join(folder, name)))
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))

t.test('files are shared out evenly', async t => {
  t.same(shares(files, 1).flat().sort(), files.toSorted())
  t.same(shares(files, 3).flat().sort(), files.toSorted())
  t.same(shares(files.slice(0, 1), 3), [files.slice(0, 1)])
})

/** What a run says of a file: `passed`, or why it did not. */
function outcome(end: ScenarioEnd | undefined): string {
  if (end === undefined) return 'nothing was heard of it'
  return end.error === undefined ? end.status : `${end.status}: ${explain(end.error)}`
}

/** Said outside the test, where the test command shows it. */
let told = ''

/** What was noted, and in which file: ids tell scenarios of one run apart. */
function notesOf(events: readonly RunEvent[]): { file: string; text: string }[] {
  const files = new Map(
    events.flatMap(each => (each.type === 'scenario-start' ? [[each.id, each.file]] : [])),
  )
  return events.flatMap(each =>
    each.type === 'note' ? [{ file: files.get(each.id) ?? '', text: each.text }] : [],
  )
}

await t.test('every scenario passes with the kernel’s devices', async t => {
  const runs = await runScenarios(files, scratch(t), LIMIT_SECONDS)
  const events = runs.flatMap(run => run.events)
  const kernel = new Set(events.flatMap(each => (each.type === 'run-start' ? each.kernel : [])))
  t.equal(kernel.size, 1)
  t.notOk(kernel.has(os.release()), 'they ran under a kernel of their own')

  const ends = new Map(
    events.flatMap(each => (each.type === 'scenario-end' ? [[each.file, each]] : [])),
  )
  const notes = runs.flatMap(run => notesOf(run.events))
  for (const file of files) t.equal(outcome(ends.get(file)), 'passed', file)
  const ofScenarios = notes.filter(({ file }) => file.startsWith('scenarios/'))
  t.same(
    ofScenarios.filter(({ text }) => text.includes('stand-in')),
    [],
    'no scenario had a stand-in',
  )
  for (const kind of ['ipip', 'gre', 'gretap', 'vlan']) {
    const says = `tunnels: kernel (${kind})`
    t.ok(
      ofScenarios.some(({ text }) => text === says),
      says,
    )
  }
  for (const { exitCode, stderr } of runs) t.equal(exitCode, 0, 'its exit code', { stderr })

  const [passed, failed] = ['passed', 'failed'].map(
    status => [...ends.values()].filter(end => end.status === status).length,
  ) as [number, number]
  told =
    `under User-Mode Linux ${[...kernel].join()}: ${passed} scenarios passed with the kernel's ` +
    `devices, ${failed} failed, ${files.length - passed - failed} skipped`
})
t.comment(told)
