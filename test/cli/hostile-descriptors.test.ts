import t from 'tap'
import { bodyAmongInnocents } from '../runner/hostile.ts'

t.setTimeout(600_000)

const prelude = "const { default: fs } = await import('node:fs')\n"
const write = (text: string) => `fs.writeSync(3, ${JSON.stringify(text)})`

/** Descriptors 3 and 4 are how a sandbox and the run talk; no scenario has any business there. */
const meddling: { what: string; body: string; status?: 'passed' | 'failed'; code?: string }[] = [
  { what: 'writes garbage to 3', body: write('garbage\n'), status: 'failed' },
  { what: 'writes half a line to 3', body: write('garb'), status: 'failed' },
  { what: 'writes what is JSON to 3', body: write('null\n42\n"x"\n[]\n{}\n'), status: 'failed' },
  {
    what: 'writes bytes that are no text to 3',
    body: 'fs.writeSync(3, Buffer.from([255, 254, 10]))',
    status: 'failed',
  },
  {
    what: 'forges events',
    body: write(
      '{"type":"scenario-end","status":"passed"}\n{"type":"scenario-start"}\n{"type":"loaded"}\n',
    ),
    status: 'failed',
  },
  {
    what: 'forges the end of its task',
    body: write('{"type":"idle"}\n') + "; throw new Error('still here')",
    status: 'failed',
  },
  {
    what: 'forges that it has passed',
    body:
      write(
        '{"type":"scenario-end","name":"hostile","status":"passed","atMs":1,"durationMs":1,"phases":[],"isExpectedToFail":false}\n',
      ) + "; throw new Error('it has not')",
    status: 'failed',
  },
  {
    what: 'writes without an end to 3',
    body: 'const much = Buffer.alloc(1 << 20, 65); for (let i = 0; i < 200; i++) fs.writeSync(3, much)',
    status: 'failed',
  },
  {
    what: 'reads what is for the sandbox',
    body: "const s = new (await import('node:net')).Socket({ fd: 4 }); s.resume()",
  },
  { what: 'closes 0', body: 'fs.closeSync(0)' },
  { what: 'closes 1, and prints', body: "fs.closeSync(1); console.log('x')" },
  { what: 'closes 2, and prints', body: "fs.closeSync(2); console.error('x')" },
  {
    what: 'closes 3, and goes on',
    body: "fs.closeSync(3); await step('x', () => {})",
    status: 'failed',
  },
  {
    what: 'closes 3, and opens a file',
    body: "fs.closeSync(3); fs.openSync('mine', 'w'); await step('x', () => {})",
    status: 'failed',
  },
  { what: 'closes 4', body: 'fs.closeSync(4)' },
  {
    what: 'closes all',
    body: 'for (let fd = 0; fd < 64; fd++) try { fs.closeSync(fd) } catch {}',
    status: 'failed',
  },
  {
    what: 'destroys its output',
    body: "process.stdin.destroy(); process.stdout.destroy(); process.stderr.destroy(); console.log('x')",
  },
  { what: 'ends its output', body: "process.stdout.end('x'); console.log('y')" },
]

for (const { what, body, status } of meddling) {
  t.test(`a scenario that ${what} harms nobody else`, async t => {
    const ran = await bodyAmongInnocents(t, prelude + body, ['--timeout', '3'])
    if (status === undefined) t.ok(ran.hostile)
    else t.equal(ran.hostile?.status, status)
    t.notMatch(ran.stderr, /please report this|\n {4}at /)
  })
}

t.test('what goes wrong there is told as what it is', async t => {
  const { hostile } = await bodyAmongInnocents(t, prelude + write('garbage\n'))
  t.match(hostile?.error, { code: /^TNET_/, message: /descriptor 3/ })
  t.notMatch(hostile?.error, { code: 'TNET_SCENARIO_EXITED' })
})
