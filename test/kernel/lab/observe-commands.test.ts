import '../../sandboxed.ts'
import t from 'tap'
import type { CommandRecord } from '../../../src/lab/command-record.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'

interface Told extends AsyncDisposable {
  alpha: Host
  records: CommandRecord[]
}

async function told(): Promise<Told> {
  const records: CommandRecord[] = []
  const lab = new Lab({ onCommand: record => records.push(record) })
  const alpha = await lab.host('alpha')
  return { alpha, records, [Symbol.asyncDispose]: () => lab.close() }
}

t.test('a command that is over is told as it was typed, with all that it printed', async t => {
  await using world = await told()
  const { alpha, records } = world
  const word = `it's ]]> 日本\n`
  await alpha.$`printf %s ${word}; echo oops >&2`
  t.match(records, [
    {
      node: 'alpha',
      command: `printf %s $'it\\'s ]]> 日本\\n'; echo oops >&2`,
      exitCode: 0,
      signal: undefined,
      stdout: word,
      stderr: 'oops\n',
    },
  ])
  t.ok((records[0]?.durationMs ?? 0) > 0)
})

t.test('a failure is told before whoever awaits it hears of it, and with options too', async t => {
  await using world = await told()
  const { alpha, records } = world
  const failure: unknown = await alpha.$`exit 3`.catch((error: unknown) => error)
  t.match(failure, { exitCode: 3 })
  t.match(records, [{ command: 'exit 3', exitCode: 3 }])
  await alpha.$({ nothrow: true })`kill -9 $$`
  t.match(records[1], { command: 'kill -9 $$', exitCode: null, signal: 'SIGKILL' })
})

t.test('both ends of a pipe are told', async t => {
  await using world = await told()
  const { alpha, records } = world
  t.equal((await alpha.$`echo a; echo b`.pipe(alpha.$`grep b`)).stdout, 'b\n')
  t.equal((await alpha.$`echo c`.pipe`cat; hostname`).stdout, 'c\nalpha\n', 'on the node')
  t.equal((await alpha.$`echo d >&2`.pipe.stderr`cat`).stdout, 'd\n')
  const lines = records.map(({ command, stdout }) => `${command}: ${stdout.trim()}`)
  t.strictSame(lines.toSorted(), [
    'cat: d',
    'cat; hostname: c\nalpha',
    'echo a; echo b: a\nb',
    'echo c: c',
    'echo d >&2: ',
    'grep b: b',
  ])
})

t.test('the last 64 KiB of each stream are told, no character cut in two', async t => {
  await using world = await told()
  const { alpha, records } = world
  const { stdout } = await alpha.$`for i in {1..20000}; do echo 日本語; done; echo end; seq 1 3 >&2`
  const [record] = records
  t.ok(stdout.length > 64 << 10, 'the script has all of it')
  t.ok(Buffer.byteLength(record?.stdout ?? '') <= 64 << 10)
  t.ok(Buffer.byteLength(record?.stdout ?? '') > 63 << 10)
  t.match(record?.stdout, /^[日本語\n]+end\n$/)
  t.equal(record?.stderr, '1\n2\n3\n')
})

t.test('a command that the script waits for without await is told, and is on its node', async t => {
  await using world = await told()
  const { alpha, records } = world
  const { stdout } = alpha.$({ sync: true })`hostname`
  t.equal(stdout, 'alpha\n')
  t.match(records, [{ command: 'hostname', exitCode: 0, stdout: 'alpha\n' }])
})

t.test('a command that is held back is not begun by listening', async t => {
  await using world = await told()
  const { alpha, records } = world
  const halted = alpha.$({ halt: true })`echo now`
  await alpha.$`true`
  t.strictSame(
    records.map(({ command }) => command),
    ['true'],
  )
  await halted.run()
  t.equal(records.length, 2)
})

t.test('a failure that nobody awaits stays unhandled, with a listener as without', async t => {
  for (const options of [{}, { onCommand: () => {} }]) {
    await using lab = new Lab(options)
    const alpha = await lab.host('alpha')
    const unhandled = new Promise<unknown>(resolve => {
      process.removeAllListeners('unhandledRejection')
      process.once('unhandledRejection', resolve)
    })
    void alpha.$`exit 4`
    t.match(await unhandled, { exitCode: 4 })
  }
})

t.test('a command that the lab ends is told, and nobody is blamed for it', async t => {
  const world = await told()
  const { alpha, records } = world
  let blamed: unknown
  process.removeAllListeners('unhandledRejection')
  process.once('unhandledRejection', reason => (blamed = reason))
  void alpha.$`echo before; sleep 600`
  void alpha.$({ timeout: '10m' })`sleep 601`
  await alpha.$`true`
  await world[Symbol.asyncDispose]()
  t.match(records.map(({ command, signal }) => `${command} ${signal}`).toSorted(), [
    'echo before; sleep 600 SIGKILL',
    'sleep 601 SIGKILL',
    'true undefined',
  ])
  await new Promise(resolve => setImmediate(resolve))
  t.equal(blamed, undefined)
})
