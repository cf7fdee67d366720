// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start } from './command-line.ts'

/** Says that it is there, and waits until somebody lets it go on. */
const waiting = (name: string) => `
import fs from 'node:fs'
import { scenario } from 'tnet-lab'
export default scenario('${name}', async () => {
  fs.writeFileSync('${name}.here', '')
  while (!fs.existsSync('${name}.go')) await new Promise(resolve => setTimeout(resolve, 20))
})
`

function project(t: Parameters<typeof scratch>[0], names: readonly string[]) {
  const cwd = scratch(t)
  for (const name of names) fs.writeFileSync(path.join(cwd, `${name}.ts`), waiting(name))
  return {
    cwd,
    run: (name: string, args: readonly string[]) => ended(start(['run', name, ...args], { cwd })),
    read: (name: string) => fs.readFileSync(path.join(cwd, name), 'utf8'),
    letGo: (name: string) => fs.writeFileSync(path.join(cwd, `${name}.go`), ''),
    comes: async (...names: readonly string[]) => {
      const deadline = Date.now() + 60_000
      while (!names.every(name => fs.existsSync(path.join(cwd, name)))) {
        if (Date.now() > deadline) throw new Error(`${names.join(', ')}: not there`)
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    },
  }
}

t.test('reports are whole though their folder was taken away meanwhile', async t => {
  const { cwd, run, read, letGo, comes } = project(t, ['a'])
  const reporters = ['terminal=r/text', 'tap=r/tap', 'jsonl', 'junit', 'html']
  const args = ['--report', 'r', ...reporters.flatMap(name => ['-r', name])]
  const over = run('a.ts', args)
  await comes('a.here', 'r/text', 'r/tap', 'r/events.jsonl', 'r/junit.xml')
  fs.rmSync(path.join(cwd, 'r'), { recursive: true })
  letGo('a')
  const { exitCode, stderr } = await over
  t.equal(stderr, '')
  t.equal(exitCode, 0)
  t.match(read('r/text'), /1 passed, 0 failed/)
  t.match(read('r/tap'), /^TAP version 14\n[^]*\n1\.\.1\n$/)
  t.match(read('r/events.jsonl'), /^\{"type":"run-start"[^]*\n\{"type":"run-end".*\n$/)
  t.match(read('r/junit.xml'), /<\/testsuites>\n?$/)
  t.match(read('r/index.html'), /<\/html>\n?$/)
  t.equal(fs.readdirSync(path.join(cwd, 'r')).filter(name => name.startsWith('.')).length, 0)
})

t.test('two runs with one report folder do not write into one file', async t => {
  const { run, read, letGo, comes } = project(t, ['a', 'b'])
  const first = run('a.ts', ['--report', 'r', '-r', 'jsonl'])
  await comes('a.here', 'r/events.jsonl')
  const second = run('b.ts', ['--report', 'r', '-r', 'jsonl'])
  await comes('b.here')
  for (const [name, over] of [
    ['a', first],
    ['b', second],
  ] as const) {
    letGo(name)
    t.equal((await over).exitCode, 0)
    const events = read('r/events.jsonl')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { type: string; files?: string[] })
    t.same(events[0]?.files, [`${name}.ts`], 'of the run that was over last')
    const count = (type: string) => events.filter(event => event.type === type).length
    t.same([count('run-start'), count('scenario-end'), count('run-end')], [1, 1, 1])
  }
})

t.test('a link stays one, and what it leads to is written', async t => {
  const { cwd, run, read, letGo } = project(t, ['a'])
  letGo('a')
  fs.writeFileSync(path.join(cwd, 'there'), 'of before')
  fs.symlinkSync('there', path.join(cwd, 'link'))
  t.equal((await run('a.ts', ['-r', 'tap=link'])).exitCode, 0)
  t.ok(fs.lstatSync(path.join(cwd, 'link')).isSymbolicLink())
  t.match(read('there'), /^TAP version 14\n[^]*\n1\.\.1\n$/)
})
