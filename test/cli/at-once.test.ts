import t from 'tap'
import { ended, start } from './command-line.ts'

t.setTimeout(600_000)
t.test('16 runs of the same scenario at once, same addresses, all pass', async t => {
  const runs = Array.from({ length: 16 }, () => ended(start(['run', 'docker-bridge'])))
  for (const { exitCode, stdout } of await Promise.all(runs)) {
    t.equal(exitCode, 0, exitCode === 0 ? 'passes' : stdout)
  }
})
