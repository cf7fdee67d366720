// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import t from 'tap'
import { file, Project, runFiles, scenarioFile } from '../runner/project.ts'

t.setTimeout(600_000)

const forgotten = file(`const forgotten = scenario('forgotten', () => {})
export default scenario('kept', () => {})`)
const failing = file(`export default scenario('a', () => {
  throw new Error('no')
})`)

for (const folder of ['plain', 'with space', 'with (brackets)', 'a:b', '日本語']) {
  t.test(
    `in a folder called "${folder}" lines are told, and forgotten scenarios found`,
    async t => {
      const { ends } = await runFiles(t, {
        [`${folder}/failing.ts`]: failing,
        [`${folder}/forgotten.ts`]: forgotten,
      })
      t.match(
        ends.map(({ error }) => error).sort((a, b) => ((a?.code ?? '') < (b?.code ?? '') ? -1 : 1)),
        [
          { code: 'TNET_SCENARIO_NOT_EXPORTED', facts: { where: `${folder}/forgotten.ts:2` } },
          { code: 'TNET_SCENARIO_THREW', at: `${folder}/failing.ts:3` },
        ],
      )
    },
  )
}

t.test('JSON is imported as Node does it', async t => {
  const { outcomes } = await runFiles(t, {
    'a.ts': `import data from './data.json' with { type: 'json' }
${scenarioFile(
  'a',
  `const late = await import('./data.json', { with: { type: 'json' } })
  if (data.port !== 80 || late.default.port !== 80) throw new Error('other data')`,
)}`,
    'data.json': '{ "port": 80 }',
  })
  t.strictSame(outcomes, ['a passed'])
})

t.test('a linked scenario imports what lies beside the file itself', async t => {
  const project = new Project(t, {
    'real/a.ts': `import { word } from './word.ts'
import { scenario } from 'tnet-lab'
export default scenario(word + import.meta.dirname.replace(/.*[/]/, ' in '), () => {})`,
    'real/word.ts': "export const word = 'found'",
  })
  fs.mkdirSync(project.path('scenarios'))
  fs.symlinkSync('../real/a.ts', project.path('scenarios/linked.ts'))
  t.strictSame((await project.run(['scenarios'])).outcomes, ['found in real passed'])
})

t.test('a TypeScript file that is not there is told with who imports it', async t => {
  const { ends } = await runFiles(t, { 'a.ts': "import './gone.ts'" })
  t.match(ends[0]?.error, {
    code: 'TNET_IMPORT_MISSING',
    message: 'a.ts imports "./gone.ts", which is not there',
  })
})

t.test('folders behind links are looked into, each file once', async t => {
  const project = new Project(t, {
    'scenarios/a.ts': scenarioFile('a'),
    'scenarios/deep/b.ts': scenarioFile('b'),
    'common/c.ts': scenarioFile('c'),
  })
  fs.symlinkSync('../common', project.path('scenarios/shared'))
  fs.symlinkSync('deep', project.path('scenarios/same'))
  fs.symlinkSync('..', project.path('scenarios/back'))
  fs.symlinkSync('../scenarios', project.path('common/loop'))
  const { outcomes } = await project.run(['scenarios'])
  t.strictSame(outcomes.sort(), ['a passed', 'b passed', 'c passed'])
})

t.test('where no history can be kept, a run is what it was', async t => {
  const project = new Project(t, { 'a.ts': scenarioFile('a') })
  // Not even root may look into it.
  fs.symlinkSync('loop', project.path('loop'))
  const env = { XDG_CACHE_HOME: project.path('loop') }
  const { exitCode, stderr } = await project.run(['a.ts'], { env })
  t.equal(stderr, '')
  t.equal(exitCode, 0)
})

t.test('a folder that may not be looked into is named', async t => {
  if (process.geteuid?.() === 0) return t.comment('root may look into all')
  const project = new Project(t, { 'a.ts': scenarioFile('a'), 'locked/b.ts': scenarioFile('b') })
  fs.chmodSync(project.path('locked'), 0)
  const { exitCode, stderr } = await project.run(['.'])
  fs.chmodSync(project.path('locked'), 0o700)
  t.match(stderr, 'UsageError TNET_FOLDER_UNREADABLE: could not look into locked\n')
  t.equal(exitCode, 2)
})
