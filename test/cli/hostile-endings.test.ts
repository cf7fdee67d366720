// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { bodyAmongInnocents } from '../runner/hostile.ts'
import { file, runFiles, scenarioFile } from '../runner/project.ts'
import { machineState } from './machine.ts'

t.setTimeout(600_000)

interface Ending {
  what: string
  body: string
  args?: string[]
  error: {
    name: string
    code: string
    message?: RegExp
    at?: string
    facts?: object
    hint?: RegExp
  }
  exitCode: number
}

const threw = { name: 'Error', code: 'TNET_SCENARIO_THREW' }
const never = 'await new Promise(() => {})'

const endings: Ending[] = [
  {
    what: 'process.exit(0)',
    body: 'process.exit(0)',
    error: {
      name: 'UsageError',
      code: 'TNET_SCENARIO_EXITED',
      message: /exit code 0/,
      at: '2-hostile.ts:5',
    },
    exitCode: 2,
  },
  {
    what: 'process.exit(3) in a timer',
    body: `setTimeout(() => process.exit(3)); ${never}`,
    error: {
      name: 'UsageError',
      code: 'TNET_SCENARIO_EXITED',
      message: /exit code 3/,
      at: '2-hostile.ts:5',
    },
    exitCode: 2,
  },
  {
    what: 'process.abort()',
    body: 'process.abort()',
    error: { name: 'CommandError', code: 'TNET_SCENARIO_KILLED' },
    exitCode: 1,
  },
  {
    what: 'a throw in a timer',
    body: `setTimeout(() => { throw new Error('in a timer') }, 5); ${never}`,
    error: { ...threw, message: /in a timer/, at: '2-hostile.ts:5' },
    exitCode: 1,
  },
  {
    what: 'a rejection that nobody handles',
    body: `void Promise.reject(new Error('nobody')); ${never}`,
    error: { ...threw, message: /nobody/, at: '2-hostile.ts:5' },
    exitCode: 1,
  },
  {
    what: 'an error event that nobody hears',
    body: `new (await import('node:events')).EventEmitter().emit('error', new Error('unheard'))`,
    error: { ...threw, message: /unheard/ },
    exitCode: 1,
  },
  {
    what: 'a throw of nothing',
    body: 'throw undefined',
    error: { ...threw, message: /thrown: undefined/ },
    exitCode: 1,
  },
  {
    what: 'a throw of an object without a prototype',
    body: 'throw Object.create(null)',
    error: { ...threw, message: /thrown: / },
    exitCode: 1,
  },
  {
    what: 'an error whose stack cannot be read',
    body: `throw Object.defineProperty(new Error('unreadable'), 'stack', { get() { throw new Error('no stack') } })`,
    error: { ...threw, message: /unreadable/ },
    exitCode: 1,
  },
  {
    what: 'an error whose parts are no text',
    body: `throw Object.assign(new Error(), { message: 42, name: undefined, stack: { a: 1 } })`,
    error: { code: 'TNET_SCENARIO_THREW', name: '', message: /42/ },
    exitCode: 1,
  },
  {
    what: 'an error that is a proxy which throws',
    body: `throw new Proxy(new Error('x'), { get() { throw new Error('gotcha') } })`,
    error: { code: 'TNET_SCENARIO_THREW', name: '' },
    exitCode: 1,
  },
  {
    what: 'a loop without an end',
    body: 'for (;;) {}',
    args: ['--timeout', '0.5'],
    error: {
      name: 'DeadlineError',
      code: 'TNET_SCENARIO_STUCK',
      facts: { while: 'the script ran' },
    },
    exitCode: 1,
  },
  {
    what: 'microtasks without an end',
    body: 'for (;;) await null',
    args: ['--timeout', '0.5'],
    error: { name: 'DeadlineError', code: 'TNET_SCENARIO_STUCK' },
    exitCode: 1,
  },
  {
    what: 'a recursion without an end',
    body: 'const f = (): number => f() + 1; f()',
    error: {
      name: 'RangeError',
      code: 'TNET_SCENARIO_THREW',
      message: /call stack/,
      at: '2-hostile.ts:5',
    },
    exitCode: 1,
  },
]

for (const { what, body, args = [], error, exitCode } of endings) {
  t.test(`${what} is told as ${error.code}, and the others go on`, async t => {
    const ran = await bodyAmongInnocents(t, body, args)
    const { name, ...rest } = error
    t.match(ran.hostile, { status: 'failed', error: name === '' ? rest : error })
    t.equal(ran.exitCode, exitCode)
  })
}

for (const { what, body, args = [], error } of endings.slice(0, 4)) {
  t.test(`${what} does the same to what runs beside it: nothing`, async t => {
    const ran = await bodyAmongInnocents(t, body, ['--jobs', '2', ...args])
    t.match(ran.hostile?.error, { code: error.code })
  })
}

const late: { what: string; body: string }[] = [
  { what: 'a throw in a timer', body: "setTimeout(() => { throw new Error('late') }, 20)" },
  { what: 'a throw in an immediate', body: "setImmediate(() => { throw new Error('late') })" },
  {
    what: 'a rejection',
    body: "void new Promise((_, no) => setTimeout(() => no(new Error('late')), 20))",
  },
  { what: 'process.exit', body: 'setTimeout(() => process.exit(1), 20)' },
  {
    what: 'a step and a note',
    body: `setTimeout(() => { note('late'); void step('late', () => { throw new Error('late') }) }, 20)`,
  },
]

for (const { what, body } of late) {
  t.test(`${what} after its scenario is over fails nobody`, async t => {
    const ran = await bodyAmongInnocents(t, body)
    t.equal(ran.exitCode, 0)
    t.equal(ran.hostile?.status, 'passed')
  })
}

t.test('nothing of the machine was touched', async t => {
  const was = machineState()
  await bodyAmongInnocents(t, 'process.exit(0)')
  t.strictSame(machineState(), was)
})

/** Work that nobody can stop: what it calls when it is over comes while the next scenario runs. */
const later = (then: string) => `
  const { pbkdf2 } = await import('node:crypto')
  pbkdf2('x', 'y', 100_000, 64, 'sha512', () => { writeFileSync('over', ''); ${then} })`
const untilThen = `
  while (!existsSync('over')) await new Promise(r => setTimeout(r, 5))
  await new Promise(r => setTimeout(r, 50))`

const fromBefore: { what: string; body: string }[] = [
  { what: 'throws', body: later("throw new Error('late')") },
  { what: 'rejects', body: later("void Promise.reject(new Error('late'))") },
  { what: 'exits', body: later('process.exit(1)') },
  {
    what: 'throws in a timer',
    body: "setTimeout(() => { writeFileSync('over', ''); throw new Error('late') }, 30)",
  },
  {
    what: 'talks',
    body: later("note('late'); void step('late', () => { throw new Error('late') })"),
  },
]

for (const { what, body } of fromBefore) {
  t.test(`what ${what} when its scenario is over fails none of the same file`, async t => {
    const text = file(`import { existsSync, writeFileSync } from 'node:fs'
export default [
  scenario('first', async ({ note, step }) => { void [note, step]\n${body} }),
  scenario('second', async () => {${untilThen} }),
]`)
    const { outcomes, broken, ends } = await runFiles(t, { 'a.ts': text }, ['a.ts'])
    t.strictSame(
      outcomes,
      ['first passed', 'second passed'],
      ends[1]?.error?.message ?? 'both pass',
    )
    t.strictSame(broken, [])
  })
}

for (const { what, body } of fromBefore.slice(0, 3)) {
  t.test(`what ${what} when its file is over fails no other file`, async t => {
    const fs = "import { existsSync, writeFileSync } from 'node:fs'\n"
    // Either it is waited for, or the next one has a process of its own and waits in vain.
    const wait = `const end = Date.now() + 3000\n${untilThen.replace('(!existsSync', '(Date.now() < end && !existsSync')}`
    const { outcomes, ends } = await runFiles(
      t,
      {
        'a.ts': fs + scenarioFile('first', body.replace('100_000', '500_000')),
        'b.ts': fs + scenarioFile('second', `void writeFileSync\n${wait}`),
      },
      ['.', '--jobs', '1'],
    )
    t.strictSame(
      outcomes,
      ['first passed', 'second passed'],
      ends[1]?.error?.message ?? 'both pass',
    )
  })
}
