import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { RunEvent } from '../../../src/runner/events.ts'
import { writeScenario } from '../../../src/cli/walk/write-scenario.ts'
import { Updates } from '../../../src/cli/walk/write-update.ts'
import { scratch } from '../command-line.ts'

const DOCUMENT = '# Title\n\n```console\n$ ip netns\na\n```\n'

/** A document in a folder of its own. */
function written(t: { teardown: (undo: () => void) => void }, text: string | Buffer = DOCUMENT) {
  const folder = scratch(t)
  const file = path.join(folder, 'docs.md')
  fs.writeFileSync(file, text)
  return { folder, file, read: (name: string) => fs.readFileSync(path.join(folder, name), 'utf8') }
}

const events = (file: string, seen: string): RunEvent[] => [
  {
    type: 'scenario-start',
    id: '1',
    atMs: 0,
    file,
    name: 'Title',
    tags: [],
    attempt: 1,
    repeat: 1,
    worker: 1,
  },
  {
    type: 'walked',
    id: '1',
    atMs: 1,
    number: 1,
    line: 4,
    host: 'host',
    command: 'ip netns',
    verdict: 'differs',
    durationMs: 1,
    shown: 'a',
    seen,
    exitCode: 0,
  },
]

t.test('an update stands beside its document, and what could not be renewed is told', async t => {
  const { file, read } = written(t)
  const told: string[] = []
  t.capture(process.stderr, 'write', (text: string) => told.push(text))
  const updates = new Updates([file])
  for (const event of events(file, 'b\n')) updates.onEvent(event)
  await updates.write()
  t.equal(read('docs.updated.md'), DOCUMENT.replace('\na\n', '\nb\n'))
  t.equal(read('docs.md'), DOCUMENT)
  const again = new Updates([file], path.join(path.dirname(file), 'other.md'))
  for (const event of events(file, '```\n')) again.onEvent(event)
  await again.write()
  t.equal(read('other.md'), DOCUMENT)
  t.match(told.join(''), /wrote .*docs\.updated\.md: 1 output renewed\n/)
  t.match(
    told.join(''),
    /wrote .*other\.md: as it was\nleft {2}.*docs\.md:4: it printed what would/,
  )
})

t.test('a scenario is written where it is asked to be', async t => {
  const { folder, file, read } = written(t)
  t.capture(process.stderr, 'write', () => true)
  await writeScenario([file], path.join(folder, 'docs.ts'))
  t.match(read('docs.ts'), "export default scenario('Title', async ({ lab, step }) => {")
})

t.test('what cannot be is said, with one thing to try', async t => {
  const { folder, file } = written(t)
  const latin = written(t, Buffer.from('# Gr\xfc\xdfe\n\n```\n$ ip link\n```\n', 'latin1'))
  const empty = written(t, '# Nothing\n')
  const nowhere = path.join(folder, 'no', 'where.ts')
  await t.rejects(writeScenario([file], nowhere), { code: 'TNET_WALK_OUTPUT' })
  await t.rejects(writeScenario([file, file]), { code: 'TNET_ARGUMENT_INVALID' })
  await t.rejects(writeScenario([empty.file]), { code: 'TNET_WALK_EMPTY' })
  await t.rejects(writeScenario([latin.file]), { code: 'TNET_DOCUMENT_ENCODING' })
  t.throws(() => new Updates([latin.file]), { code: 'TNET_DOCUMENT_ENCODING' })
  t.throws(() => new Updates([file], nowhere), { code: 'TNET_WALK_OUTPUT' }, 'before the walk')
  // There, and nobody can read it: address 0 of a process holds nothing.
  const unreadable = path.join(folder, 'memory.md')
  fs.symlinkSync('/proc/self/mem', unreadable)
  await t.rejects(writeScenario([unreadable]), { code: 'TNET_SCENARIO_UNREADABLE' })
  const pipe = path.join(folder, 'pipe.md')
  spawnSync('mkfifo', [pipe])
  await t.rejects(writeScenario([pipe]), {
    code: 'TNET_SCENARIO_UNREADABLE',
    facts: { error: 'it is no regular file' },
  })
  t.throws(() => new Updates([file, empty.file], 'x.md'), { code: 'TNET_ARGUMENT_INVALID' })
})
