import fs from 'node:fs'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { bodyAmongInnocents } from '../runner/hostile.ts'
import { Project, scenarioFile } from '../runner/project.ts'

t.setTimeout(600_000)

const MEMORY = ['--memory', '256']

const growing: { what: string; body: string }[] = [
  {
    what: 'objects',
    body: 'const all: unknown[] = []; for (;;) all.push(new Array(1000).fill(Math.random()))',
  },
  {
    what: 'objects, with pauses',
    body: 'const all: unknown[] = []; for (;;) { all.push(new Array(10_000).fill(1.5)); await new Promise(r => setImmediate(r)) }',
  },
  {
    what: 'text',
    body: "let text = 'x'; const all: unknown[] = []; for (;;) { text += text.slice(0, 1e6) + Math.random(); all.push(Buffer.from(text).toString()) }",
  },
  {
    what: 'buffers',
    body: 'const all: unknown[] = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))',
  },
  {
    what: 'buffers, with pauses',
    body: 'const all: unknown[] = []; for (;;) { all.push(Buffer.alloc(1 << 20, 1)); await new Promise(r => setTimeout(r, 1)) }',
  },
  {
    what: 'a child process',
    body: `const { spawn } = await import('node:child_process')
    const code = 'const all = []; setInterval(() => { for (let i = 0; i < 4; i++) all.push(Buffer.alloc(1 << 20, 1)) }, 5)'
    await new Promise(r => spawn(process.execPath, ['-e', code]).on('exit', r))
    throw new Error('the kernel refused it')`,
  },
  {
    what: 'many child processes',
    body: `const { spawn } = await import('node:child_process')
    for (;;) {
      spawn(process.execPath, ['-e', 'const all = Buffer.alloc(24 << 20, 1); setInterval(() => all, 1e6)'])
      await new Promise(r => setTimeout(r, 100))
    }`,
  },
]

for (const { what, body } of growing) {
  t.test(`${what} without an end are stopped, told as memory, and the others go on`, async t => {
    const { hostile, exitCode } = await bodyAmongInnocents(t, body, [...MEMORY, '--timeout', '60'])
    t.match(hostile, {
      status: 'failed',
      error: {
        name: 'CommandError',
        code: 'TNET_SCENARIO_MEMORY',
        message: /256 MiB/,
        hint: /--memory/,
      },
    })
    t.equal(exitCode, 1)
  })
}

t.test('what is refused and caught is no failure', async t => {
  const body = 'try { new ArrayBuffer(2 ** 36) } catch (error) { note(String(error)) }'
  const { exitCode } = await bodyAmongInnocents(t, body, MEMORY)
  t.equal(exitCode, 0)
})

/** Kibibytes that a process held at most, until it ended. */
async function peakOf(pid: number, ended: Promise<unknown>): Promise<number> {
  let peak = 0
  let goesOn = true
  const over = ended.then(() => false)
  while (goesOn) {
    try {
      const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1')
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
    } catch {
      break // it has ended
    }
    goesOn = await Promise.race([over, setTimeout(10, true)])
  }
  return peak
}

/** Each prints so many bytes. */
const printing: { how: string; body: (bytes: number) => string }[] = [
  {
    how: 'by console.log',
    body: bytes => `
    const line = 'x'.repeat(99_999)
    for (let i = 0; i < ${bytes / 1e5}; i++) {
      console.log(line)
      if (i % 10 === 0) await new Promise(r => process.stdout.write('', r))
    }`,
  },
  {
    how: 'by a child process',
    body: bytes => `
    const { spawn } = await import('node:child_process')
    const child = spawn('sh', ['-c', 'yes | head -c ${bytes}'], { stdio: 'inherit' })
    await new Promise(r => child.on('exit', r))`,
  },
]

for (const { how, body } of printing) {
  t.test(`100 MB of output ${how} take no more memory of the run than 2 MB`, async t => {
    const print = async (bytes: number) => {
      const project = new Project(t, { 'a.ts': scenarioFile('a', body(bytes)) })
      const child = project.start(['a.ts', '--report', 'report', '--timeout', '60'])
      child.stdout.resume()
      child.stderr.resume()
      const ended = once(child, 'close')
      const kibibytes = await peakOf(child.pid ?? 0, ended)
      const ran = project.told({ exitCode: (await ended)[0] as number, stdout: '', stderr: '' })
      t.strictSame(ran.outcomes, ['a passed'])
      const printed = ran.events.filter(event => event.type === 'output')
      const kept = printed.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
      const omitted = printed.reduce((sum, { omittedBytes = 0 }) => sum + omittedBytes, 0)
      t.equal(kept, 1 << 20, 'a mebibyte is kept')
      t.equal(kept + omitted, bytes, 'and the rest is counted')
      return kibibytes
    }
    const [little, much] = [await print(2e6), await print(1e8)]
    t.comment(`peak of the run: ${little} KiB with 2 MB ${how}, ${much} KiB with 100 MB`)
    t.ok(little > 20 << 10 && much - little < 60 << 10)
  })
}

t.test('text is told whole, whatever its letters are made of', async t => {
  const body = "for (let i = 0; i < 300; i++) process.stdout.write('日本語🐟'.repeat(97) + '\\n')"
  const project = new Project(t, { 'a.ts': scenarioFile('a', body) })
  const { events } = await project.run(['a.ts'])
  const text = events.flatMap(event => (event.type === 'output' ? event.text : [])).join('')
  const expected = ('日本語🐟'.repeat(97) + '\n').repeat(300)
  t.equal(text.length, expected.length)
  t.ok(text === expected, 'letter by letter')
})

t.test('what one scenario printed is told of no other', async t => {
  const talking = (name: string) =>
    scenarioFile(name, `for (let i = 0; i < 20; i++) console.log('${name}'.repeat(20_000))`)
  const files = { 'a.ts': talking('a'), 'b.ts': talking('b'), 'c.ts': talking('c') }
  const { events, starts } = await new Project(t, files).run(['.', '--jobs', '1'])
  for (const { id, name } of starts) {
    const told = events.flatMap(event =>
      event.type === 'output' && event.id === id ? event.text : [],
    )
    const letters = ['a', 'b', 'c'].map(letter => told.join('').split(letter).length - 1)
    t.strictSame(
      letters,
      ['a', 'b', 'c'].map(letter => (letter === name ? 400_000 : 0)),
      name,
    )
  }
})
