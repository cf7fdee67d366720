// Once, as an ordinary user: who runs it makes no difference here.
import path from 'node:path'
import t from 'tap'
import { file, Project, runFiles, scenarioFile, type Files } from '../runner/project.ts'

t.setTimeout(600_000)

/** Three folders with something of everything that is no scenario. */
const tree: Files = {
  'a.ts': scenarioFile('alpha', '', "{ tags: ['slow', 'net'] }"),
  'b.ts': scenarioFile('beta', '', "{ tags: ['net'] }"),
  'nested/c.ts': scenarioFile('Gamma', '', "{ tags: ['größe'] }"),
  'nested/deep/d.mts': scenarioFile('delta 日本語'),
  'nested/e.js': file("export default scenario('epsilon', () => {})"),
  'nested/_helper.ts': 'throw new Error("nobody runs helpers")',
  'nested/_more/x.ts': 'throw new Error("nor folders of them")',
  'nested/.hidden.ts': 'throw new Error("nor what is hidden")',
  'nested/node_modules/x/x.ts': 'throw new Error("nor packages")',
  'nested/types.d.ts': 'export declare const x: number',
  'nested/tnet-lab.config.ts': 'throw new Error("nor configs")',
  'nested/notes.md': '# no scenario',
}

const all = ['alpha', 'beta', 'Gamma', 'delta 日本語', 'epsilon']

const selections: { args: string[]; names: string[] }[] = [
  { args: ['a.ts'], names: ['alpha'] },
  { args: ['b.ts', 'a.ts'], names: ['beta', 'alpha'] },
  { args: ['a.ts', './a.ts', 'nested/../a.ts'], names: ['alpha'] },
  { args: ['.'], names: all },
  { args: ['nested'], names: ['Gamma', 'delta 日本語', 'epsilon'] },
  { args: ['*.ts'], names: ['alpha', 'beta'] },
  { args: ['nested/{c,e}.*'], names: ['Gamma', 'epsilon'] },
  { args: ['nested', '*.ts', 'a.ts'], names: all },
  { args: ['.', '-f', 'alpha', '-f', 'beta'], names: ['alpha', 'beta'] },
  { args: ['.', '--tag', 'slow,größe'], names: ['alpha', 'Gamma'] },
  { args: ['.', '--tag', '!net,!größe'], names: ['delta 日本語', 'epsilon'] },
  { args: ['a.ts', '--filter', 'beta'], names: [] },
  { args: ['a.ts', '--tag', 'slow'], names: ['alpha'] },
]

for (const { args, names } of selections) {
  const what = names.length === 0 ? 'nothing' : names.join(', ')
  t.test(`tnet-lab run ${args.join(' ')} selects ${what}`, async t => {
    const { outcomes, exitCode, stderr, broken } = await runFiles(t, tree, [...args, '--jobs', '1'])
    t.strictSame(outcomes.sort(), names.map(name => `${name} passed`).sort())
    t.equal(exitCode, names.length === 0 ? 2 : 0)
    t.match(stderr, names.length === 0 ? /UsageError TNET_NOTHING_MATCHES/ : /^$/)
    t.strictSame(broken, [])
  })
}

t.test('what is named itself runs, whatever it is called', async t => {
  const project = new Project(t, {
    '_helper.ts': scenarioFile('named'),
    'x/y.ts': scenarioFile('y'),
  })
  t.strictSame((await project.run(['_helper.ts'])).outcomes, ['named passed'])
  t.strictSame((await project.run([project.path('x/y.ts')])).outcomes, ['y passed'])
  t.strictSame((await project.run(['../y.ts'], { from: 'x/..' })).outcomes, [])
  t.strictSame((await project.run(['../x'], { from: 'x' })).outcomes, ['y passed'])
})

const nowhere: { args: string[]; files?: Files; stderr: RegExp }[] = [
  { args: [], stderr: /TNET_ARGUMENT_MISSING: which scenarios\?/ },
  { args: ['nope.ts'], stderr: /there is no scenario "nope\.ts"/ },
  { args: ['*.nope'], stderr: /there is no scenario "\*\.nope"/ },
  { args: ['.'], stderr: /there are no scenarios in \./ },
  { args: ['a.ts', 'nope'], files: tree, stderr: /there is no scenario "nope"/ },
  {
    args: ['.', '--filter', 'zebra', '--tag', 'x'],
    files: tree,
    stderr: /no scenario has "zebra" in its name or file and the tag x\n.*\n.*tnet-lab list/,
  },
]

for (const { args, files = {}, stderr } of nowhere) {
  t.test(`tnet-lab run ${args.join(' ')} finds nothing, and says so`, async t => {
    const ran = await runFiles(t, files, args)
    t.equal(ran.exitCode, 2)
    t.match(ran.stderr, stderr)
    t.notMatch(ran.stderr, /^\s+at /m)
  })
}

t.test('files are called as people find them from where they are', async t => {
  const project = new Project(t, { 'x/y/a.ts': scenarioFile('a'), 'b.ts': scenarioFile('b') })
  const { start, starts } = await project.run(['.', '../b.ts', '--jobs', '1'], { from: 'x' })
  const names = [path.join('y', 'a.ts'), project.path('b.ts')]
  t.strictSame(start?.files, names)
  t.strictSame(
    starts.map(({ file }) => file),
    names,
  )
})
