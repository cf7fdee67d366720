import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import { scratch, start, story } from './command-line.ts'
import { machineState, processesWith } from './machine.ts'

t.setTimeout(600_000)
const RUNS = Number(process.env['TNET_KILLED_RUNS'] ?? 100)
const AT_ONCE = 5

/** Something of everything that a run could leave behind, and it goes on for as long as it may. */
const everything = story(`
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  await alpha.$\`iptables -t nat -A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE\`
  await alpha.sysctl('net.ipv4.ip_forward', 1)
  await web.serve(80, () => 'here')
  await web.spawn('sleep', ['60'])
  await web.$\`(setsid sleep 60 &) >/dev/null 2>&1; touch /run/left\`
  await outside.$\`ip link add left type veth peer name behind; ip netns add lost\`
  await expect(web).not.toPing('10.0.1.77')
  for (;;) {}
`)

t.test(`${RUNS} runs ended by SIGKILL at random moments leave nothing`, async t => {
  const folder = scratch(t)
  fs.writeFileSync(path.join(folder, 'story.ts'), everything)
  const before = machineState()
  const files = fs.readdirSync(folder).sort()
  const marker = `TNET_TEST_MARKER=${randomUUID()}`
  const [name = '', value] = marker.split('=')

  const killOne = async (): Promise<void> => {
    const child = start(['run', 'story.ts'], { cwd: folder, env: { [name]: value } })
    child.stdout.resume()
    child.stderr.resume()
    await setTimeout(Math.random() * 1500)
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  for (let run = 0; run < RUNS; run += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, killOne))
  }
  const left = await poll(() => (processesWith(marker).length === 0 ? 0 : undefined), {
    timeoutMs: 30_000,
  })
  t.equal(left, 0, `processes of ${RUNS} runs`)
  t.strictSame(fs.readdirSync(folder).sort(), files)
  t.strictSame(machineState(), before)
  t.comment(`${RUNS} runs were killed; nothing is left of them`)
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  t.test(`${signal} ends a run and all that it started`, async t => {
    const folder = scratch(t)
    fs.writeFileSync(path.join(folder, 'story.ts'), everything)
    const marker = randomUUID()
    const child = start(['run', 'story.ts'], { cwd: folder, env: { TNET_TEST_MARKER: marker } })
    child.stderr.resume()
    await once(child.stdout, 'data')
    // The command and what is in its sandbox: the look for what is left can find something.
    t.ok(processesWith(marker).length >= 3)
    child.kill(signal)
    const [exitCode] = (await once(child, 'close')) as [number]
    t.equal(exitCode, { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal])
    const left = await poll(() => (processesWith(marker).length === 0 ? 0 : undefined), {
      timeoutMs: 30_000,
    })
    t.equal(left, 0)
  })
}
