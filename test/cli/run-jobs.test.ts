// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, Project, runFiles, scenarioFile, type Ran } from '../runner/project.ts'

t.setTimeout(600_000)

/** Two files whose scenarios pass only when both run at the same time. */
const meeting = Object.fromEntries(
  [
    ['left', 'right'],
    ['right', 'left'],
  ].map(([mine, others]) => [
    `${mine}.ts`,
    `import { existsSync, writeFileSync } from 'node:fs'\n` +
      scenarioFile(
        `${mine}`,
        `writeFileSync('${mine}.here', '')
        while (!existsSync('${others}.here')) await new Promise(r => setTimeout(r, 5))`,
      ),
  ]),
)

t.test('--jobs 2 runs two files at once, each in a sandbox of its own', async t => {
  const { outcomes, starts, start, broken } = await runFiles(t, meeting, ['.', '--jobs', '2'])
  t.strictSame(outcomes.sort(), ['left passed', 'right passed'])
  t.strictSame(new Set(starts.map(({ worker }) => worker)), new Set([1, 2]))
  t.equal(start?.jobs, 2)
  t.strictSame(broken, [])
})

t.test('--jobs 1 does not', async t => {
  const args = ['.', '--jobs', '1', '--timeout', '0.3']
  const { outcomes, starts } = await runFiles(t, meeting, args)
  t.strictSame(outcomes, ['left failed', 'right passed'])
  t.strictSame(
    starts.map(({ worker }) => worker),
    [1, 1],
  )
})

t.test('more jobs than files are no harm', async t => {
  const { outcomes } = await runFiles(t, meeting, ['.', '--jobs', '16'])
  t.strictSame(outcomes.sort(), ['left passed', 'right passed'])
})

t.test('scenarios of one file run one after the other, and share what the file has', async t => {
  const text = file(`
    let running = 0
    let ran = 0
    export default scenario.each([1, 2, 3, 4])('n %s', async (_, n) => {
      if (++ran !== n || ++running !== 1) throw new Error(ran + ' and ' + running)
      await new Promise(r => setTimeout(r, 5))
      running--
    })`)
  const { outcomes } = await runFiles(t, { 'a.ts': text, 'b.ts': text }, ['.', '--jobs', '2'])
  t.equal(outcomes.filter(outcome => outcome.endsWith('passed')).length, 8)
})

t.test('many files with many jobs each run once', async t => {
  const names = Array.from({ length: 12 }, (_, i) => `n${i}`)
  const files = Object.fromEntries(names.map(name => [`${name}.ts`, scenarioFile(name)]))
  const { outcomes, start, end, broken } = await runFiles(t, files, ['.', '--jobs', '3'])
  t.strictSame(outcomes.sort(), names.map(name => `${name} passed`).sort())
  t.match(start, { scenarios: 12 })
  t.match(end, { passed: 12, notRun: 0, exitCode: 0 })
  t.strictSame(broken, [])
})

/** A package keeps what it holds for as long as its process lives; files do not. */
const counting = {
  'node_modules/counter/index.js': 'let n = 0; exports.next = () => ++n\n',
  'helper.ts': 'let n = 0\nexport const next = () => ++n\n',
}
const counter = (name: string) =>
  `import { next as ofPackage } from 'counter'
import { next as ofFile } from './helper.ts'
${scenarioFile(name, 'note(`package ${ofPackage()}, file ${ofFile()}`)')}`

const notesOf = ({ events }: Ran) =>
  events.flatMap(event => (event.type === 'note' ? event.text : [])).sort()

t.test('a file is loaded anew after each other, also what it imports; packages stay', async t => {
  const project = new Project(t, { ...counting, 'a.ts': counter('a'), 'b.ts': counter('b') })
  const notes = notesOf(await project.run(['a.ts', 'b.ts', '--jobs', '1']))
  t.match(notes, ['package 1, file 1', 'package 2, file 1'])
})

t.test('under --isolate each scenario has a fresh process, packages and all', async t => {
  const text = `import { next } from 'counter'
${file("export default scenario.each(['a', 'b'])('%s', ({ note }) => note(`package ${next()}, born ${performance.timeOrigin}`))")}`
  const project = new Project(t, { ...counting, 'a.ts': text, 'b.ts': text })
  const notes = notesOf(await project.run(['a.ts', 'b.ts', '--isolate', '--jobs', '1']))
  t.equal(new Set(notes).size, 4)
  t.match(notes, Array(4).fill(/^package 1, /))
})

t.test(
  'what every run can be told is told once: events of scenarios that run at once mix',
  async t => {
    const text = (name: string) =>
      scenarioFile(
        name,
        `for (let i = 0; i < 20; i++) {
        await step('s' + i, async () => { note(name + i); await new Promise(r => setTimeout(r)) })
      }`.replaceAll('name', `'${name}'`),
      )
    const { events, starts, broken } = await runFiles(t, { 'a.ts': text('a'), 'b.ts': text('b') }, [
      '.',
      '--jobs',
      '2',
    ])
    t.strictSame(broken, [])
    for (const { id, name } of starts) {
      const notes = events.flatMap(event =>
        event.type === 'note' && event.id === id ? event.text : [],
      )
      t.strictSame(
        notes,
        Array.from({ length: 20 }, (_, i) => `${name}${i}`),
      )
    }
  },
)
