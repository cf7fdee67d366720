// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start, story } from './command-line.ts'

t.setTimeout(600_000)

/** A reporter that stops the whole as soon as the page is being written. */
const stopping = `import fs from 'node:fs'
const signals = process.env.TNET_TEST_SIGNALS.split(' ')
const isBegun = () => fs.readdirSync('r').some(name => name.endsWith('.tmp'))
export default () => ({
  tell() {},
  async close() {
    while (!isBegun()) await new Promise(resolve => setImmediate(resolve))
    for (const signal of signals) process.kill(process.pid, signal)
    await new Promise(resolve => setTimeout(resolve, 3600_000))
  },
})
`

const withDrawing = story(`
  const host = await lab.host('host')
  const bridge = await host.bridge('blue', '10.0.0.1/16')
  await bridge.containers(Array.from({ length: 60 }, (_, n) => 'c' + n))
`)

for (const [command, signals, exitCode] of [
  ['run', 'SIGINT SIGTERM SIGHUP', 129],
  ['report', 'SIGINT', 130],
] as const) {
  t.test(`${command} that is ended while it writes its page leaves no part of it`, async t => {
    const cwd = scratch(t)
    fs.writeFileSync(path.join(cwd, 'story.ts'), withDrawing)
    fs.writeFileSync(path.join(cwd, 'stopping.mjs'), stopping)
    await ended(start(['run', 'story.ts', '-r', 'jsonl=events.jsonl'], { cwd }))
    const what = command === 'run' ? 'story.ts' : 'events.jsonl'
    const args = [command, what, '-r', 'html=r/index.html', '-r', './stopping.mjs']
    const env = { TNET_TEST_SIGNALS: signals }
    t.equal((await ended(start(args, { cwd, env }))).exitCode, exitCode)
    t.strictSame(fs.readdirSync(path.join(cwd, 'r')), [])
  })
}
