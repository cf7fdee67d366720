import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import { scratch, start } from './command-line.ts'
import { machineState, processesWith } from './machine.ts'

t.setTimeout(600_000)
/** Of each scenario; some are over before. */
const KILLS = Number(process.env['TNET_KILLED_RUNS'] ?? 4)
const AT_ONCE = 3

const scenarios = fs
  .readdirSync('scenarios')
  .filter(name => /^(cross-host|overlay|two-hosts|macvlan|vlan)/.test(name))
  .map(name => fs.realpathSync(`scenarios/${name}`))

/** Does things a few at a time, in order. */
async function inGroups(work: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (let n = 0; n < work.length; n += AT_ONCE) {
    await Promise.all(work.slice(n, n + AT_ONCE).map(one => one()))
  }
}

t.test('scenarios of many hosts leave nothing when they are killed on the way', async t => {
  const folder = scratch(t)
  const before = machineState()
  const marker = randomUUID()
  const options = { cwd: folder, env: { TNET_TEST_MARKER: marker, TMPDIR: folder } }

  const kill = (file: string) => async () => {
    const child = start(['run', file], options)
    child.stdout.resume()
    child.stderr.resume()
    // It may be over before it is killed.
    const closed = once(child, 'close')
    await setTimeout(Math.random() * 2500)
    child.kill('SIGKILL')
    await closed
  }
  await inGroups(scenarios.flatMap(file => Array.from({ length: KILLS }, () => kill(file))))

  const left = await poll(() => (processesWith(marker).length === 0 ? 0 : undefined), {
    timeoutMs: 30_000,
  })
  t.equal(left, 0, 'no process')
  t.strictSame(fs.readdirSync(folder), [], 'no file')
  t.strictSame(machineState(), before, "and nothing of the machine's own network has changed")
  t.comment(`${scenarios.length} scenarios of many hosts, ${scenarios.length * KILLS} runs killed`)
})
