import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import t from 'tap'
import { FileLock } from '../../src/kernel/file-lock.ts'

/** A process that has the lock on `file`, and ends only when it is killed. */
async function holder(file: string) {
  const source = `
    import { FileLock } from ${JSON.stringify(path.resolve('src/kernel/file-lock.ts'))}
    import fs from 'node:fs'
    FileLock.open(${JSON.stringify(file)}).hold(() => {
      fs.writeSync(1, 'held')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

t.test('a lock is held by one process at a time', async t => {
  const file = path.join(t.testdir(), 'lock')
  using lock = FileLock.open(file)
  {
    await using other = await holder(file)
    await t.rejects(
      lock.hold(() => t.fail('both have it'), { timeoutMs: 20 }),
      { name: 'DeadlineError', code: 'TNET_LOCK_BUSY', facts: { holder: `process ${other.pid}` } },
    )
  }
  t.equal(await lock.hold(() => 'mine'), 'mine', 'SIGKILL gave it back')
})

t.test('a lock is given back when the work throws', async t => {
  const file = path.join(t.testdir(), 'lock')
  using one = FileLock.open(file)
  using two = FileLock.open(file)
  await t.rejects(
    one.hold(() => {
      throw new Error('no')
    }),
    { message: 'no' },
  )
  t.equal(one.holder(), undefined)
  t.equal(await two.hold(() => two.holder(), { timeoutMs: 0 }), process.pid)
})

t.test('a place where no file can be is named', async t => {
  t.throws(() => FileLock.open(path.join(t.testdir(), 'none', 'lock')), {
    name: 'EnvironmentError',
    code: 'TNET_LOCK_DENIED',
    facts: { kernel: /ENOENT/ },
  })
})
