import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { nowMs } from '../../src/clock.ts'
import { poll } from '../../src/poll.ts'
import { runDefaults } from '../../src/runner/run-options.ts'
import { isPrivileged, sandboxed } from '../../src/runner/sandbox.ts'
import { sandboxFlags } from '../../src/runner/spawn-sandbox.ts'
import type { RunTask } from '../../src/runner/worker-task.ts'
import { scenarioFile } from './project.ts'

const worker = fileURLToPath(new URL('../../dist/runner/worker.cjs', import.meta.url))

function taskOf(file: string): RunTask {
  const { timeoutMs, walkTimeoutMs, retries, slowness, isStrict, wanted } = runDefaults
  return {
    type: 'run',
    file,
    selection: {},
    attempt: 1,
    repeat: 1,
    isLast: true,
    settings: {
      timeoutMs,
      walkTimeoutMs,
      retries,
      slowness,
      isStrict,
      wanted,
      seed: 1,
      pausesOnFailure: false,
      canPause: false,
      beganMs: nowMs(),
    },
  }
}

t.test('a sandbox ends when nobody is left who could tell it anything', async t => {
  const file = path.join(t.testdir({}), 'story.ts')
  const body = "await lab.host('h'); await new Promise(resolve => setTimeout(resolve, 600_000))"
  fs.writeFileSync(file, scenarioFile('waits', body, '{ timeoutMs: 600_000 }'))
  const flags = sandboxFlags(runDefaults.memoryBytes)
  const [program, args] = sandboxed([process.execPath, ...flags, worker], !isPrivileged())
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const [, , , events, tasks] = child.stdio as [null, null, null, Readable, Writable]
  tasks.write(`${JSON.stringify(taskOf(file))}\n`)
  let told = ''
  events.setEncoding('utf8').on('data', (chunk: string) => (told += chunk))
  await poll(() => (told.includes('"scenario-start"') ? true : undefined), { timeoutMs: 60_000 })
  t.match(told, '"scenario-start"')
  tasks.destroy()
  const isOver = await poll(() => (child.exitCode === null ? undefined : true), {
    timeoutMs: 60_000,
  })
  t.ok(isOver, told)
  if (isOver === true) await closed
})
