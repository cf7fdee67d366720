// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, Project, scenarioFile, type Files } from '../runner/project.ts'

t.setTimeout(600_000)

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const files: Files = {
  ...Object.fromEntries(names.map(name => [`${name}.ts`, scenarioFile(name)])),
  'rows.ts': file("export default scenario.each([1, 2, 3])('row %s', () => {})"),
}
const all = [...names, 'row 1', 'row 2', 'row 3'].map(name => `${name} passed`)

/** Runs each part; what each ran, sorted. */
async function parts(project: Project, total: number, ...args: string[]) {
  const runs = []
  for (let index = 1; index <= total; index++) {
    runs.push(await project.run(['.', '--shard', `${index}/${total}`, ...args]))
  }
  return runs
}

for (const total of [1, 3, 20]) {
  t.test(`${total} parts are all of it, none twice, and of one plan`, async t => {
    const runs = await parts(new Project(t, files), total, '--jobs', '1', '--history', 'none.json')
    t.strictSame(runs.flatMap(({ outcomes }) => outcomes).sort(), all.sort())
    t.equal(new Set(runs.map(({ start }) => start?.shard?.plan)).size, 1)
    t.match(
      runs.map(({ start }) => start?.shard),
      runs.map((_, i) => ({ index: i + 1, total })),
    )
    t.strictSame(
      runs.map(({ exitCode }) => exitCode),
      runs.map(() => 0),
    )
    t.strictSame(
      runs.flatMap(({ broken }) => broken),
      [],
    )
  })
}

t.test('other scenarios, or another number of parts, are another plan', async t => {
  const project = new Project(t, files)
  const plan = async (...args: string[]) => (await project.run(args)).start?.shard?.plan
  const whole = await plan('.', '--shard', '1/2')
  t.not(await plan('.', '--shard', '1/3'), whole)
  t.not(await plan('.', '--shard', '1/2', '--filter', 'row'), whole)
  t.equal(await plan('.', '--shard', '2/2'), whole)
})

/** What earlier runs took, as the runner writes it. */
const history = (durations: Record<string, number>) =>
  JSON.stringify({
    version: 1,
    scenarios: Object.fromEntries(
      Object.entries(durations).map(([name, durationMs]) => [
        `${name}.ts\n${name}`,
        { durationMs, hasFailed: false },
      ]),
    ),
  })

t.test('parts take about as long as each other, by what earlier runs took', async t => {
  const took = { a: 9000, b: 5000, c: 4000, d: 10, e: 10, f: 10, g: 10 }
  const project = new Project(t, {
    ...Object.fromEntries(names.map(name => [`${name}.ts`, scenarioFile(name)])),
    'past.json': history(took),
  })
  const runs = []
  for (const index of [1, 2]) {
    // What a part writes down must not move what the next one plans.
    project.write({ 'past.json': history(took) })
    runs.push(await project.run(['.', '--shard', `${index}/2`, '--history', 'past.json']))
  }
  const heavy = runs.map(({ outcomes }) =>
    outcomes
      .map(outcome => outcome[0] ?? '')
      .filter(name => 'abc'.includes(name))
      .sort()
      .join(''),
  )
  t.strictSame(heavy.sort(), ['a', 'bc'])
  t.equal(runs[0]?.start?.shard?.plan, runs[1]?.start?.shard?.plan)
})

t.test('a run writes down what it took, and keeps what it did not run', async t => {
  const project = new Project(t, { ...files, 'past.json': history({ a: 9000, b: 5000 }) })
  await project.run(['b.ts', '--history', 'past.json'])
  const { scenarios } = JSON.parse(project.read('past.json')) as {
    scenarios: Record<string, { durationMs: number }>
  }
  t.equal(scenarios['a.ts\na']?.durationMs, 9000)
  t.ok((scenarios['b.ts\nb']?.durationMs ?? 5000) < 5000)
})

t.test('a history that is none is misuse when it was named', async t => {
  const project = new Project(t, { ...files, 'past.json': 'garbage' })
  const { exitCode, stderr } = await project.run(['a.ts', '--history', 'past.json'])
  t.equal(exitCode, 2)
  t.match(stderr, /TNET_HISTORY_UNREADABLE: past\.json is no history/)
})

for (const text of [
  'null',
  '[]',
  '{"version":1}',
  '{"version":1,"scenarios":null}',
  '{"version":99}',
  '{"version":1,"scenarios":{"a.ts\\na":null}}',
]) {
  t.test(`nor does a history of ${text} break a run`, async t => {
    const project = new Project(t, { ...files, 'past.json': text })
    const { exitCode, stderr } = await project.run(['.', '--jobs', '2', '--history', 'past.json'])
    t.ok([0, 2].includes(exitCode ?? -1))
    t.notMatch(stderr, /please report this/)
  })
}

t.test('an empty part has passed', async t => {
  const project = new Project(t, { 'a.ts': scenarioFile('a') })
  const { exitCode, end, outcomes } = await project.run(['.', '--shard', '2/2'])
  t.strictSame(outcomes, [])
  t.match(end, { passed: 0, failed: 0, exitCode: 0 })
  t.equal(exitCode, 0)
})

t.test('--last-failed runs what failed last time, until it passes', async t => {
  const failsOnce = (name: string) => `import { existsSync } from 'node:fs'
${scenarioFile(name, "if (!existsSync('mended')) throw new Error('no')")}`
  const project = new Project(t, {
    'a.ts': failsOnce('a'),
    'b.ts': scenarioFile('b'),
    'c.ts': file(
      "import { existsSync } from 'node:fs'\nexport default scenario.each([1, 2])('c %s', (_, n) => { if (n === 2 && !existsSync('mended')) throw new Error('no') })",
    ),
  })
  const first = await project.run(['.'])
  t.equal(first.end?.failed, 2)
  const second = await project.run(['.', '--last-failed'])
  t.strictSame(second.outcomes.sort(), ['a failed', 'c 2 failed'])
  // What another run does not touch is remembered.
  await project.run(['b.ts'])
  project.write({ mended: '' })
  const third = await project.run(['.', '--last-failed'])
  t.strictSame(third.outcomes.sort(), ['a passed', 'c 2 passed'])
  const fourth = await project.run(['.', '--last-failed'])
  t.equal(fourth.exitCode, 2)
  t.match(fourth.stderr, /nothing failed last time/)
})

t.test('what failed and was mended by a retry has not failed', async t => {
  const project = new Project(t, {
    'a.ts': `import { existsSync, writeFileSync } from 'node:fs'
${scenarioFile('a', "if (!existsSync('been')) { writeFileSync('been', ''); throw new Error('no') }")}`,
  })
  t.equal((await project.run(['.', '--retries', '1'])).exitCode, 0)
  t.match((await project.run(['.', '--last-failed'])).stderr, /nothing failed last time/)
})
