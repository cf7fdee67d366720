// Once, as an ordinary user: who runs it makes no difference here.
import { once } from 'node:events'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import { file, Project, runFiles, type Files } from '../runner/project.ts'

t.setTimeout(600_000)

/** A file whose fixtures write down in `log` what becomes of them. */
const logging = (scenarios: string): Files => ({
  'a.ts': file(`import { appendFileSync } from 'node:fs'
const log = (line: string) => appendFileSync('log', line + '\\n')
const withPair = scenario.extend<{ base: string; pair: string; unused: string }>({
  base: async (_, use) => { log('up base'); await use('base'); log('down base') },
  pair: async ({ base, lab }, use) => {
    const host = await lab.host('h')
    log('up pair on ' + base)
    await use('pair')
    log('down pair: ' + (await host.$\`hostname\`).stdout.trim())
  },
  unused: async () => { log('nobody asked for it') },
})
${scenarios}`),
})

const whole = 'up base\nup pair on base\n'
const down = 'down pair: h\ndown base\n'

const endings: { how: string; body: string; status: string; args?: string[] }[] = [
  { how: 'passes', body: "({ pair }) => { log('body ' + pair) }", status: 'passed' },
  {
    how: 'throws',
    body: "({ pair }) => { log('body ' + pair); throw new Error('no') }",
    status: 'failed',
  },
  {
    how: 'skips itself',
    body: "({ pair, skip }) => { log('body ' + pair); skip('enough') }",
    status: 'skipped',
  },
  {
    how: 'is late',
    body: "({ pair }) => { log('body ' + pair); return new Promise(() => {}) }",
    status: 'failed',
    args: ['--timeout', '0.5'],
  },
  {
    how: 'throws in a timer',
    body: "({ pair }) => { log('body ' + pair); setTimeout(() => { throw new Error('no') }); return new Promise(() => {}) }",
    status: 'failed',
  },
]

for (const { how, body, status, args = [] } of endings) {
  t.test(
    `a scenario that ${how} has had its fixtures, in order, with the lab still there`,
    async t => {
      const project = new Project(t, logging(`export default withPair('x', ${body})`))
      const { outcomes, broken } = await project.run(['a.ts', ...args])
      t.strictSame(outcomes, [`x ${status}`])
      t.equal(project.read('log'), `${whole}body pair\n${down}`)
      t.strictSame(broken, [])
    },
  )
}

t.test('Ctrl-C takes fixtures down', async t => {
  const body = "({ pair }) => { log('body ' + pair); return new Promise(() => {}) }"
  const project = new Project(t, logging(`export default withPair('x', ${body})`))
  const child = project.start(['a.ts'])
  child.stdout.resume()
  child.stderr.resume()
  const closed = once(child, 'close')
  const isThere = () => (project.has('log') && /body/.test(project.read('log'))) || undefined
  t.ok(await poll(isThere, { timeoutMs: 60_000 }))
  child.kill('SIGINT')
  t.equal((await closed)[0], 130)
  t.equal(project.read('log'), `${whole}body pair\n${down}`)
})

t.test('each scenario of a file, and each retry, has fixtures of its own', async t => {
  const project = new Project(
    t,
    logging(`export default [
      withPair('first', ({ base }) => { log('first ' + base) }),
      withPair.each([1, 2])('row %s', { retries: 1 }, ({ base }, row) => {
        log('row ' + row + base)
        if (row === 2) throw new Error('no')
      }),
    ]`),
  )
  const { outcomes } = await project.run(['a.ts'])
  t.strictSame(outcomes, ['first passed', 'row 1 passed', 'row 2 failed', 'row 2 failed'])
  const once = (line: string) => `up base\n${line}\ndown base\n`
  t.equal(
    project.read('log'),
    ['first base', 'row 1base', 'row 2base', 'row 2base'].map(once).join(''),
  )
})

t.test('what is left up when time is over is said, and what took the time', async t => {
  const { ends, events } = await runFiles(
    t,
    {
      'a.ts': file(`
        const withStuck = scenario.extend<{ stuck: number }>({
          stuck: async (_, use) => { await use(1); await new Promise(() => {}) },
        })
        export default withStuck('x', ({ stuck }) => { void stuck })`),
    },
    ['a.ts', '--timeout', '0.3'],
  )
  t.match(ends[0]?.error, {
    code: 'TNET_SCENARIO_TIMEOUT',
    facts: {
      while: 'taking down fixture "stuck"',
      spent: /^0\.\d s in taking down fixture "stuck"/,
    },
  })
  const notes = events.flatMap(event => (event.type === 'note' ? event.text : []))
  t.strictSame(notes, ['fixture "stuck" was not taken down in time'])
})

t.test('a fixture that fails is named where it fails', async t => {
  const { ends, exitCode } = await runFiles(t, {
    'a.ts': file(`
      const withBroken = scenario.extend<{ broken: number }>({
        broken: () => { throw new Error('cannot be made') },
      })
      export default withBroken('x', ({ broken }) => { void broken })`),
  })
  t.match(ends[0]?.error, { message: 'cannot be made', at: 'a.ts:4' })
  t.equal(exitCode, 1)
})

t.test('a cycle of fixtures is misuse, and the others run', async t => {
  const { outcomes, ends, exitCode } = await runFiles(t, {
    'a.ts': file(`
      const withCycle = scenario.extend<{ a: number; b: number; c: number }>({
        a: async ({ b }, use) => use(b),
        b: async ({ a }, use) => use(a),
        c: async (_, use) => use(3),
      })
      export default [withCycle('x', ({ a }) => { void a }), withCycle('y', ({ c }) => { void c })]`),
  })
  t.strictSame(outcomes, ['x failed', 'y passed'])
  t.match(ends[0]?.error, { code: 'TNET_FIXTURE_CYCLE', facts: { way: 'a → b → a' } })
  t.equal(exitCode, 2)
})
