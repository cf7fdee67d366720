// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, Project, runFiles, scenarioFile } from '../runner/project.ts'

t.setTimeout(600_000)

/** Fails until it has run so many times. */
const flaky = (name: string, failures: number, options = '') =>
  `import { appendFileSync, readFileSync } from 'node:fs'\n` +
  scenarioFile(
    name,
    `appendFileSync('${name}.log', 'x')
    const ran = readFileSync('${name}.log', 'utf8').length
    if (ran <= ${failures}) throw new Error('try ' + ran)`,
    options,
  )

t.test('what fails is tried again, and has passed when it passes', async t => {
  const { ends, starts, end, exitCode, broken } = await runFiles(t, { 'a.ts': flaky('a', 2) }, [
    'a.ts',
    '--retries',
    '2',
  ])
  t.match(ends, [
    { status: 'failed', isFinal: false, isFlaky: false, error: { message: 'try 1' } },
    { status: 'failed', isFinal: false, isFlaky: false, error: { message: 'try 2' } },
    { status: 'passed', isFinal: true, isFlaky: true },
  ])
  t.strictSame(
    starts.map(({ attempt }) => attempt),
    [1, 2, 3],
  )
  t.match(end, { passed: 1, failed: 0, flaky: 1, exitCode: 0 })
  t.equal(exitCode, 0)
  t.strictSame(broken, [])
})

t.test('what fails as often as it may has failed', async t => {
  const { outcomes, ends, end, exitCode } = await runFiles(t, { 'a.ts': flaky('a', 2) }, [
    'a.ts',
    '--retries',
    '1',
  ])
  t.strictSame(outcomes, ['a failed', 'a failed'])
  t.strictSame(
    ends.map(({ isFinal }) => isFinal),
    [false, true],
  )
  t.match(end, { passed: 0, failed: 1, flaky: 0 })
  t.equal(exitCode, 1)
})

t.test('a scenario says itself how often it is tried, and that wins', async t => {
  const { outcomes } = await runFiles(
    t,
    { 'a.ts': flaky('a', 1, '{ retries: 0 }'), 'b.ts': flaky('b', 2, '{ retries: 2 }') },
    ['.', '--retries', '1', '--jobs', '1'],
  )
  t.strictSame(outcomes.sort(), ['a failed', 'b failed', 'b failed', 'b passed'])
})

t.test('it is tried again when the others have run, in a lab of its own', async t => {
  const text = `import { existsSync, writeFileSync } from 'node:fs'
${file(`export default [
    scenario('first', { retries: 1 }, async ({ lab }) => {
      await lab.host('same')
      if (existsSync('been.here')) return
      writeFileSync('been.here', '')
      throw new Error('not yet')
    }),
    scenario('second', () => {}),
  ]`)}`
  const { outcomes } = await runFiles(t, { 'a.ts': text, 'b.ts': scenarioFile('b') }, [
    '.',
    '--jobs',
    '1',
  ])
  t.strictSame(outcomes, ['first failed', 'second passed', 'b passed', 'first passed'])
})

const lasting: { what: string; body: string }[] = [
  { what: 'process.exit', body: 'process.exit(1)' },
  { what: 'a time-out', body: 'await new Promise(() => {})' },
  { what: 'a crash', body: 'process.abort()' },
]

for (const { what, body } of lasting) {
  t.test(`after ${what} it is tried again as well`, async t => {
    const text = `import { existsSync, writeFileSync } from 'node:fs'
${scenarioFile('a', `if (!existsSync('been.here')) { writeFileSync('been.here', ''); ${body} }`)}`
    const args = ['a.ts', '--retries', '1', '--timeout', '0.5']
    const { outcomes, end } = await runFiles(t, { 'a.ts': text }, args)
    t.strictSame(outcomes, ['a failed', 'a passed'])
    t.match(end, { passed: 1, failed: 0, flaky: 1, exitCode: 0 })
  })
}

t.test('a file that cannot be loaded once is loaded again, and all of it runs', async t => {
  const text = `import { existsSync, writeFileSync } from 'node:fs'
const isFirst = !existsSync('been.here')
writeFileSync('been.here', '')
if (isFirst) process.exit(1)
${file("export default [scenario('one', () => {}), scenario('two', () => {})]")}`
  const { ends, end } = await runFiles(t, { 'a.ts': text }, ['a.ts', '--retries', '1'])
  const final = ends.filter(({ isFinal }) => isFinal)
  t.strictSame(
    final.map(({ name, status }) => `${name} ${status}`),
    ['one passed', 'two passed'],
  )
  t.match(end, { passed: 2, failed: 0 })
})

t.test('one that throws while it is loaded is tried again, alone and among others', async t => {
  const text = `import { existsSync, writeFileSync } from 'node:fs'
const isFirst = !existsSync('been.here')
writeFileSync('been.here', '')
if (isFirst) throw new Error('not yet')
${scenarioFile('a')}`
  const alone = await runFiles(t, { 'a.ts': text }, ['a.ts', '--retries', '1'])
  t.match(alone.end, { passed: 1, failed: 0, notRun: 0 })
  t.equal(alone.ends.length, 2)
  const files = { 'a.ts': "throw new Error('never')", 'b.ts': scenarioFile('b') }
  const among = await runFiles(t, files, ['.', '--retries', '1'])
  t.match(among.end, { passed: 1, failed: 1, notRun: 0 })
  t.equal(among.ends.length, 3)
})

t.test('what is skipped, or passes, is not tried again', async t => {
  const { outcomes } = await runFiles(
    t,
    { 'a.ts': scenarioFile('a'), 'b.ts': scenarioFile('b', "skip('no')") },
    ['.', '--retries', '3', '--jobs', '1'],
  )
  t.strictSame(outcomes, ['a passed', 'b skipped'])
})

t.test('--repeat runs each so many times, and says how many passed', async t => {
  const project = new Project(t, { 'a.ts': flaky('a', 1), 'b.ts': scenarioFile('b') })
  const { starts, ends, end, stdout, exitCode, broken } = await project.run([
    '.',
    '--repeat',
    '4',
    '--jobs',
    '1',
  ])
  const repeats = (wanted: string) =>
    starts.filter(({ name }) => name === wanted).map(({ repeat }) => repeat)
  t.strictSame(repeats('a'), [1, 2, 3, 4])
  t.strictSame(repeats('b'), [1, 2, 3, 4])
  t.equal(ends.filter(({ status }) => status === 'failed').length, 1)
  t.match(end, { passed: 7, failed: 1, notRun: 0 })
  t.match(stdout, /3 (of|\/) ?4|75 ?%/)
  t.equal(exitCode, 1)
  t.strictSame(broken, [])
})

t.test('--repeat and --retries together: each of the times is tried again', async t => {
  const { starts, end } = await runFiles(t, { 'a.ts': flaky('a', 1) }, [
    'a.ts',
    '--repeat',
    '2',
    '--retries',
    '1',
    '--jobs',
    '1',
  ])
  t.strictSame(starts.map(({ repeat, attempt }) => `${repeat}.${attempt}`).sort(), [
    '1.1',
    '1.2',
    '2.1',
  ])
  t.match(end, { passed: 2, flaky: 1 })
})

t.test('--bail begins nothing more after a failure, in the same file or in others', async t => {
  const failing = file(`export default [
    scenario('first', () => { throw new Error('no') }),
    scenario('second', () => {}),
  ]`)
  const project = new Project(t, { 'a.ts': failing, 'b.ts': scenarioFile('b') })
  const { outcomes, end, exitCode } = await project.run(['.', '--bail', '--jobs', '1'])
  t.strictSame(outcomes, ['first failed'])
  t.match(end, { failed: 1, passed: 0, notRun: 2 })
  t.equal(exitCode, 1)
})

t.test('with --repeat it counts what the other repeats would have run', async t => {
  const failing = file(`export default [
    scenario('first', () => { throw new Error('no') }),
    scenario('second', () => {}),
    scenario('third', () => {}),
  ]`)
  const project = new Project(t, { 'a.ts': failing })
  const { end } = await project.run(['.', '--bail', '--repeat', '3', '--jobs', '1'])
  t.match(end, { failed: 1, passed: 0, notRun: 8 })
})

t.test('--bail=2 takes one failure more; tries that do not count are none', async t => {
  const files = {
    'a.ts': flaky('a', 1),
    'b.ts': scenarioFile('b', "throw new Error('b')"),
    'c.ts': scenarioFile('c', "throw new Error('c')"),
    'd.ts': scenarioFile('d', "throw new Error('d')"),
  }
  const { ends, end } = await runFiles(t, files, ['.', '--bail=2', '--retries', '1', '--jobs', '1'])
  const failed = ends.filter(({ isFinal, status }) => isFinal && status === 'failed')
  t.equal(failed.length, 2)
  t.match(end, { failed: 2 })
})

t.test('--bail counts a file that cannot be loaded once, however often it is tried', async t => {
  const files = {
    'a.ts': "throw new Error('never')",
    'b.ts': scenarioFile('b', "throw new Error('b')", '{ retries: 0 }'),
  }
  const args = ['.', '--bail', '--retries', '3', '--jobs', '1', '--repeat', '2']
  const { end } = await runFiles(t, files, args)
  t.match(end, { failed: 1, notRun: 3 })
})
