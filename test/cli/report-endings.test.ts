// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start, story } from './command-line.ts'
import { keep, runStart } from './recorded-events.ts'

/** The start and the end of a scenario that passes, in the second of its number. */
function passing(id: number) {
  const about = { id: String(id), file: 'a.ts', name: `number ${id}` }
  const verdict = { status: 'passed', isFinal: true, isFlaky: false, isExpectedToFail: false }
  return [
    {
      type: 'scenario-start',
      atMs: id * 1000,
      ...about,
      tags: [],
      attempt: 1,
      repeat: 1,
      worker: 1,
    },
    {
      type: 'scenario-end',
      atMs: id * 1000 + 400,
      ...about,
      ...verdict,
      durationMs: 400,
      phases: [],
    },
  ]
}

const counts = { passed: 1, failed: 0, skipped: 0, flaky: 0, notRun: 0 }
const runEnd = { type: 'run-end', ...counts, durationMs: 1500, exitCode: 0 }

t.test('a run that was killed between two scenarios is no success to any reporter', async t => {
  const cwd = scratch(t)
  keep(path.join(cwd, 'events.jsonl'), [{ ...runStart, scenarios: 3, repeats: 2 }, ...passing(1)])
  const rs = ['terminal', 'tap=tap', 'junit=xml', 'github=github', 'html=html']
  const args = ['report', '.', ...rs.flatMap(name => ['-r', name])]
  const { exitCode, stdout } = await ended(start(args, { cwd }))
  t.equal(exitCode, 1)
  t.match(stdout, /something unknown stopped the run; 5 scenarios were not run/)
  t.match(stdout, /1 passed, 0 failed, 5 not run in 1\.4 s/, 'as long as its last event says')
  const read = (name: string) => fs.readFileSync(path.join(cwd, name), 'utf8')
  t.match(read('tap'), /^Bail out! something unknown stopped the run, 5 not run$/m)
  t.notMatch(read('tap'), /^1\.\./m)
  t.match(read('xml'), '<property name="not run" value="5"/>')
  t.match(read('github'), /^::warning .*something unknown stopped the run; 5 scenarios/m)
  t.match(read('html'), 'Stopped by something unknown. 5 scenarios were not run.')
})

t.test('what was under way then took as long as anything is known of it', async t => {
  const cwd = scratch(t)
  const note = { type: 'note', id: '2', atMs: 5000, text: 'still here' }
  keep(path.join(cwd, 'events.jsonl'), [runStart, ...passing(1), passing(2)[0]!, note])
  const { exitCode, stdout } = await ended(start(['report', '.'], { cwd }))
  t.equal(exitCode, 1)
  t.match(stdout, /number 2 │ failed │ +0 │ +0 │ +3\.0 s/)
  t.match(stdout, /1 passed, 1 failed in 5\.0 s/)
})

t.test('a run that somebody stopped ends as it did', async t => {
  const cwd = scratch(t)
  const stopped = { ...runEnd, notRun: 2, exitCode: 130, stoppedBy: 'SIGINT' }
  keep(path.join(cwd, 'events.jsonl'), [runStart, ...passing(1), stopped])
  const { exitCode, stdout } = await ended(start(['report', '.'], { cwd }))
  t.equal(exitCode, 130)
  t.match(stdout, 'SIGINT stopped the run; 2 scenarios were not run')
})

t.test('what is there twice is told once, and two runs of one part are refused', async t => {
  const cwd = scratch(t)
  const part = (index: number, startedAt = runStart.startedAt) => [
    { ...runStart, startedAt, shard: { index, total: 2, plan: 'a' } },
    ...passing(index),
    runEnd,
  ]
  for (const place of ['1', '1/copy', '2']) {
    keep(path.join(cwd, place, 'events.jsonl'), part(Number(place[0])))
  }
  const { exitCode, stdout } = await ended(start(['report', '.', './1'], { cwd }))
  t.equal(exitCode, 0)
  t.match(stdout, '2 passed, 0 failed')

  keep(path.join(cwd, '2b', 'events.jsonl'), part(2, '2026-01-01T01:00:00.000Z'))
  const again = await ended(start(['report', '.'], { cwd }))
  t.equal(again.exitCode, 2)
  t.match(again.stderr, 'TNET_EVENTS_INVALID: 2b/events.jsonl is part 2, as 2/events.jsonl is')
})

t.test('a scenario that several runs ran is told as one that was repeated', async t => {
  const cwd = scratch(t)
  const body = `if (process.env.TNET_TEST_FAILS === 'yes') throw new Error('no')`
  fs.writeFileSync(path.join(cwd, 'story.ts'), story(body))
  for (const fails of ['yes', 'no']) {
    const env = { TNET_TEST_FAILS: fails }
    await ended(start(['run', 'story.ts', '-j', '2', '-r', `jsonl=${fails}.jsonl`], { cwd, env }))
  }
  const reporters = ['-r', 'jsonl=all.jsonl', '-r', 'html=all.html']
  const over = await ended(start(['report', 'yes.jsonl', 'no.jsonl', ...reporters], { cwd }))
  t.equal(over.exitCode, 1)
  const read = (name: string) => fs.readFileSync(path.join(cwd, name), 'utf8')
  const starts = read('all.jsonl')
    .split('\n')
    .filter(line => line.includes('"type":"scenario-start"'))
    .map(line => JSON.parse(line) as { id: string; repeat: number; worker: number })
  t.match(starts, [
    { repeat: 1, worker: 1 },
    { repeat: 2, worker: 2 },
  ])
  t.match(read('all.html'), /<title>✗ 1 failed – tnet-lab</)
})

t.test('events that would be left out are refused, and what is before them is cut off', async t => {
  const start1 = JSON.stringify(runStart)
  const [begins, ends] = passing(1).map(event => JSON.stringify(event))
  const end1 = JSON.stringify(runEnd)
  for (const [lines, message] of [
    [[start1, begins, 'garbage', ends, end1], /x\.jsonl has a line 3 that is no event/],
    [[start1, begins, ends, end1, start1, end1], /x\.jsonl has events of more than one run/],
    [[start1, begins, start1, ends, end1], /x\.jsonl has events of more than one run/],
  ] as const) {
    const cwd = scratch(t)
    fs.writeFileSync(path.join(cwd, 'x.jsonl'), lines.join('\n') + '\n')
    const { exitCode, stderr } = await ended(start(['report', 'x.jsonl', '-r', 'tap=tap'], { cwd }))
    t.equal(exitCode, 2)
    t.match(stderr, message)
    t.match(fs.readFileSync(path.join(cwd, 'tap'), 'utf8'), /^Bail out!/m)
  }
})
