// Once, as an ordinary user: who runs it makes no difference here, and /dev/full is not ours.
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { ended, scratch, start, story } from './command-line.ts'

t.setTimeout(600_000)

/** A run whose reader goes after the first of what it prints, as `… | head -1` does. */
async function unread(t: Test, body: string, args: readonly string[]) {
  const cwd = scratch(t)
  const waits = `const { existsSync } = await import('node:fs')
  note('it begins')
  while (!existsSync('go')) await new Promise(resolve => setTimeout(resolve, 10))`
  fs.writeFileSync(path.join(cwd, 'story.ts'), story(`${waits}\nnote('it goes on')\n${body}`))
  const child = start(['run', 'story.ts', ...args], { cwd })
  await once(child.stdout, 'data')
  child.stdout.destroy()
  fs.writeFileSync(path.join(cwd, 'go'), '')
  const { exitCode, stderr } = await ended(child)
  const read = (file: string) => fs.readFileSync(path.join(cwd, file), 'utf8')
  return { exitCode, stderr, read, cwd }
}

t.test('a reader that goes does not keep the other reports from being written', async t => {
  const args = ['terminal', 'html', 'junit', 'jsonl'].flatMap(name => ['-r', name])
  const { exitCode, stderr, read } = await unread(t, '', args)
  t.equal(exitCode, 141)
  t.equal(stderr, '')
  t.match(read('tnet-lab-report/index.html'), /<\/html>\n?$/)
  t.match(read('tnet-lab-report/junit.xml'), /<\/testsuites>\n?$/)
  t.match(read('tnet-lab-report/events.jsonl'), /\n\{"type":"run-end".*\n$/)
})

t.test('a run that failed says so by its exit code all the same', async t => {
  const { exitCode, read } = await unread(t, `throw new Error('no')`, ['-r', 'tap', '-r', 'html'])
  t.equal(exitCode, 1)
  t.match(read('tnet-lab-report/index.html'), /<\/html>\n?$/)
})

for (const args of [[], ['--watch', '-r', 'terminal', '-r', 'html']]) {
  t.test(`where nothing else is written it ends: ${args.join(' ') || 'run'}`, async t => {
    t.equal((await unread(t, '', args)).exitCode, 141)
  })
}

t.test('tnet-lab report writes the others as well', async t => {
  const { cwd, read } = await unread(t, '', ['-r', 'terminal', '-r', 'jsonl=events.jsonl'])
  const child = start(['report', 'events.jsonl', '-r', 'terminal', '-r', 'tap=text'], { cwd })
  child.stdout.destroy()
  t.equal((await ended(child)).exitCode, 141)
  t.match(read('text'), /\n1\.\.1\n$/)
})

t.test('nor does an output without room keep them from it', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'story.ts'), story(''))
  const through = ['sh', '-c', 'exec "$@" >/dev/full', 'sh']
  const args = ['run', 'story.ts', '-r', 'terminal', '-r', 'html']
  const { exitCode, stderr } = await ended(start(args, { cwd, through }))
  t.equal(exitCode, 4)
  t.match(stderr, /^tnet-lab could not write its output: ENOSPC.*\n$/)
  t.match(fs.readFileSync(path.join(cwd, 'tnet-lab-report/index.html'), 'utf8'), /<\/html>\n?$/)
})
