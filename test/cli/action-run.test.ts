import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { runStep } from '../action-step.ts'
import { ended, scratch, start } from './command-line.ts'

t.setTimeout(600_000)

/** A project that has been through `tnet-lab init`, with this package as npm would put it there. */
async function project(t: { teardown: (undo: () => void) => void }): Promise<string> {
  const folder = scratch(t)
  const bin = path.join(folder, 'node_modules/.bin')
  fs.mkdirSync(bin, { recursive: true })
  fs.symlinkSync(process.cwd(), path.join(folder, 'node_modules/tnet-lab'))
  fs.symlinkSync('../tnet-lab/dist/cli/main.cjs', path.join(bin, 'tnet-lab'))
  await ended(start(['init'], { cwd: folder }))
  return folder
}

t.test('the action runs what init writes, and its outputs are about that run', async t => {
  const folder = await project(t)
  const summary = path.join(folder, 'summary.md')
  fs.writeFileSync(summary, '')
  const env = { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder }
  const { status, said, outputs } = runStep('Run scenarios', { folder, env })
  t.equal(status, 0, said)
  t.match(outputs, { passed: '1', failed: '0', skipped: '0', flaky: '0', 'exit-code': '0' })
  for (const name of ['html', 'junit', 'events']) t.ok(fs.statSync(outputs[name] ?? '').size > 0)
  t.match(fs.readFileSync(summary, 'utf8'), 'two containers share a bridge')

  const file = path.join(folder, 'scenarios/two-containers.ts')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('10.0.1.3', '10.0.1.4'))
  const failed = runStep('Run scenarios', { folder, env, inputs: { files: 'scenarios' } })
  t.match(failed, { status: 1, outputs: { passed: '0', failed: '1', 'exit-code': '1' } })
  t.match(failed.said, /^::error .*file=scenarios\/two-containers\.ts/m)
})

t.test('a part, and a filter, are what they are on the command line', async t => {
  const folder = await project(t)
  const inputs = { shard: '1/1', args: `--filter 'share a bridge'`, report: 'part one' }
  const { outputs } = runStep('Run scenarios', { folder, inputs })
  t.match(outputs, { passed: '1', artifact: 'tnet-lab-report-1-of-1' })
  t.equal(outputs['report'], path.join(fs.realpathSync(folder), 'part one'))
  const none = runStep('Run scenarios', { folder, inputs: { args: `--filter 'no such'` } })
  t.not(none.status, 0)
})
