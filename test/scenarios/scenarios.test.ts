import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import t from 'tap'
import { machineState, processesWith } from '../cli/machine.ts'
import { ended, start } from '../cli/command-line.ts'
import { poll } from '../../src/poll.ts'

t.setTimeout(600_000)
const scenarios = fs.readdirSync('scenarios').filter(name => name.endsWith('.ts'))
const before = machineState()
const marker = randomUUID()

for (const name of scenarios) {
  t.test(`scenarios/${name} passes`, async t => {
    const run = start(['run', name], { env: { TNET_TEST_MARKER: marker } })
    const { exitCode, stdout, stderr } = await ended(run)
    t.equal(exitCode, 0, exitCode === 0 ? 'it passes' : stdout + stderr)
  })

  t.test(`scenarios/${name} begins with its drawing`, async t => {
    t.match(fs.readFileSync(`scenarios/${name}`, 'utf8'), /^\/\*\*\n( \*.*\n)*? \* .*[─═]/)
  })
}

t.test('they leave no process, and the machine as it was', async t => {
  const left = await poll(() => (processesWith(marker).length === 0 ? 0 : undefined), {
    timeoutMs: 30_000,
  })
  t.equal(left, 0)
  t.strictSame(machineState(), before)
})
