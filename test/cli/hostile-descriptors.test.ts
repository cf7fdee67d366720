// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { bodyAmongInnocents } from '../runner/hostile.ts'

t.setTimeout(600_000)

const prelude = "const { default: fs } = await import('node:fs')\n"
const write = (text: string) => `fs.writeSync(3, ${JSON.stringify(text)})`

/** Descriptors 3 and 4 are how a sandbox is started; no scenario has any business there. */
const meddling: { what: string; body: string; status?: 'passed' | 'failed' }[] = [
  { what: 'writes garbage to 3', body: write('garbage\n') },
  { what: 'writes half a line to 3', body: write('garb') },
  { what: 'writes what is JSON to 3', body: write('null\n42\n"x"\n[]\n{}\n') },
  {
    what: 'writes bytes that are no text to 3',
    body: 'fs.writeSync(3, Buffer.from([255, 254, 10]))',
  },
  {
    what: 'forges events',
    body: write(
      '{"type":"scenario-end","status":"passed"}\n{"type":"scenario-start"}\n{"type":"loaded"}\n',
    ),
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
  },
  {
    what: 'reads what is for the sandbox',
    body: "const { Socket } = await import('node:net'); new Socket({ fd: 4 }).on('error', () => {}).resume()",
  },
  { what: 'closes 0', body: 'fs.closeSync(0)' },
  { what: 'closes 1, and prints', body: "fs.closeSync(1); console.log('x')" },
  { what: 'closes 2, and prints', body: "fs.closeSync(2); console.error('x')" },
  { what: 'closes 3', body: 'fs.closeSync(3)' },
  { what: 'closes 3, and opens a file', body: "fs.closeSync(3); fs.openSync('mine', 'w')" },
  { what: 'closes 4', body: 'fs.closeSync(4)' },
  {
    what: 'closes all that it can find',
    body: 'for (let fd = 0; fd < 64; fd++) try { fs.closeSync(fd) } catch {}',
  },
  {
    what: 'destroys its output',
    body: "process.stdin.destroy(); process.stdout.destroy(); process.stderr.destroy(); console.log('x')",
  },
  { what: 'ends its output', body: "process.stdout.end('x'); console.log('y')" },
]

for (const { what, body, status } of meddling) {
  t.test(`a scenario that ${what} harms nobody else, and is told of`, async t => {
    const ran = await bodyAmongInnocents(t, prelude + body, ['--timeout', '3'])
    if (status === undefined) t.ok(ran.hostile)
    else t.equal(ran.hostile?.status, status)
    t.notMatch(ran.stderr, /please report this|\n {4}at /)
  })
}

t.test('what a scenario does after it has closed 3 is told as ever', async t => {
  const body = "fs.closeSync(3); await step('still here', () => note('and talking'))"
  const { hostile, events } = await bodyAmongInnocents(t, prelude + body)
  t.equal(hostile?.status, 'passed')
  t.match(
    events.filter(event => event.type === 'note'),
    [{ text: /born/ }, { text: 'and talking', step: 1 }, { text: /born/ }],
  )
})
