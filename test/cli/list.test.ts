// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start } from './command-line.ts'

const listed = `import { scenario } from 'tnet-lab'

export default [
  scenario('plain', () => {}),
  scenario('with tags', { tags: ['slow', 'overlay'] }, () => {}),
  scenario.skip('not now', { reason: 'flaky kernel' }, () => {}),
  ...scenario.each([1450, 1500])('MTU %s', () => {}),
]
`

function project(t: { teardown: (undo: () => void) => void }): string {
  const folder = scratch(t)
  fs.mkdirSync(path.join(folder, 'scenarios'))
  fs.writeFileSync(path.join(folder, 'scenarios', 'some.ts'), listed)
  return folder
}

t.test('list shows what would run, where, and why not, and runs nothing', async t => {
  const cwd = project(t)
  const { exitCode, stdout } = await ended(start(['list'], { cwd }))
  t.equal(exitCode, 0)
  t.equal(
    stdout,
    [
      'scenarios/some.ts',
      '  :4    plain',
      '  :5    with tags  (#slow #overlay)',
      '  :6    not now  (skip: flaky kernel)',
      '  :7    MTU 1450',
      '  :7    MTU 1500',
      '',
      '5 scenarios in 1 file',
      '',
    ].join('\n'),
  )
})

t.test('list takes the arguments of run, and prints JSON lines when asked to', async t => {
  const cwd = project(t)
  const { stdout } = await ended(start(['list', '--tag', 'slow', '--json'], { cwd }))
  t.same(JSON.parse(stdout), {
    file: 'scenarios/some.ts',
    name: 'with tags',
    mode: 'run',
    tags: ['slow', 'overlay'],
    line: 5,
  })
})

t.test('list says that nothing matches, as run does', async t => {
  const cwd = project(t)
  const { exitCode, stderr } = await ended(start(['list', '--tag', 'nope'], { cwd }))
  t.equal(exitCode, 2)
  t.match(stderr, 'UsageError TNET_NOTHING_MATCHES: no scenario has the tag nope\n')
})

t.test('list says which file cannot be read, and shows the others', async t => {
  const cwd = project(t)
  fs.writeFileSync(path.join(cwd, 'scenarios', 'broken.ts'), 'export default scenario(')
  const { exitCode, stdout } = await ended(start(['list'], { cwd }))
  t.equal(exitCode, 2)
  t.match(stdout, /scenarios\/broken\.ts\n {2}UsageError TNET_SCENARIO_SYNTAX: /)
  t.match(stdout, '5 scenarios in 2 files')
})

t.test('list --shuffle has the order of a run with the same seed', async t => {
  const cwd = project(t)
  const rows = Array.from({ length: 8 }, (_, n) => `scenario('n${n}', () => {})`)
  const text = `import { scenario } from 'tnet-lab'\nexport default [${rows.join(', ')}]\n`
  for (const name of ['one', 'two']) fs.writeFileSync(path.join(cwd, `scenarios/${name}.ts`), text)
  const args = ['--shuffle', '--seed', '3']
  const listed = await ended(start(['list', '--json', ...args], { cwd }))
  const ran = await ended(start(['run', '-r', 'jsonl=-', '--jobs', '1', ...args], { cwd }))
  const parsed = (text: string) => {
    const lines = text.trim().split('\n')
    return lines.map(line => JSON.parse(line) as { type?: string; file: string; name: string })
  }
  const begun = parsed(ran.stdout).filter(({ type }) => type === 'scenario-start')
  const names = (found: typeof begun) => found.map(({ file, name }) => `${file} ${name}`)
  t.strictSame(names(parsed(listed.stdout)), names(begun))
  t.match((await ended(start(['list', ...args], { cwd }))).stdout, '21 scenarios in 3 files')
})
