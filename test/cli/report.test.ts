// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { RunEvent } from '../../src/runner/events.ts'
import { ended, scratch, start } from './command-line.ts'

const story = (name: string, body = '') =>
  `import { scenario } from 'tnet-lab'\nexport default scenario('${name}', () => {${body}})\n`

/** A project of three scenarios, run in two parts. */
async function parts(t: { teardown: (undo: () => void) => void }, failing = '') {
  const cwd = scratch(t)
  fs.mkdirSync(path.join(cwd, 'scenarios'))
  for (const name of ['a', 'b', 'c']) {
    const body = name === failing ? `throw new Error('${name} is broken')` : ''
    fs.writeFileSync(path.join(cwd, 'scenarios', `${name}.ts`), story(name, body))
  }
  const codes = []
  for (const part of ['1', '2']) {
    const args = [
      'run',
      '-j',
      '1',
      '--shard',
      `${part}/2`,
      '-r',
      `jsonl=parts/${part}/events.jsonl`,
    ]
    codes.push((await ended(start(args, { cwd }))).exitCode)
  }
  return { cwd, codes }
}

const read = (file: string) =>
  fs
    .readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as RunEvent)

t.test('report makes one run out of the parts that machines shared', async t => {
  const { cwd, codes } = await parts(t)
  t.same(codes, [0, 0])
  const args = ['report', 'parts', '-r', 'terminal', '-r', 'jsonl=all.jsonl']
  const { exitCode, stdout } = await ended(start(args, { cwd }))
  t.equal(exitCode, 0)
  t.match(stdout, /3 passed, 0 failed.*\njsonl all\.jsonl\n$/, 'and where its files are')
  const events = read(path.join(cwd, 'all.jsonl'))
  const ends = events.flatMap(event => (event.type === 'scenario-end' ? event : []))
  t.same(ends.map(({ name }) => name).sort(), ['a', 'b', 'c'])
  t.equal(new Set(ends.map(({ id }) => id)).size, 3, 'ids are unique again')
  t.match(events[0], { type: 'run-start', scenarios: 3, shard: undefined })
  t.match(events.at(-1), { type: 'run-end', passed: 3 })
})

t.test('its exit code is that of the runs, and a part that is missing is a failure', async t => {
  const { cwd, codes } = await parts(t, 'b')
  t.same(new Set(codes), new Set([0, 1]))
  t.equal((await ended(start(['report', 'parts'], { cwd }))).exitCode, 1)

  const whole = await parts(t)
  const result = await ended(start(['report', 'parts/1'], { cwd: whole.cwd }))
  t.equal(result.exitCode, 1)
  t.match(result.stderr, 'part 2 of 2 is missing')
})

t.test('in every report it is said that a part is missing', async t => {
  const { cwd } = await parts(t)
  const reporters = ['tap=tap', 'junit=junit', 'html=html', 'terminal=terminal', 'github=github']
  const args = ['report', 'parts/1', ...reporters.flatMap(name => ['-r', name])]
  const env = { GITHUB_STEP_SUMMARY: path.join(cwd, 'summary') }
  t.equal((await ended(start(args, { cwd, env }))).exitCode, 1)
  for (const [file, said] of Object.entries({
    tap: /^Bail out! the loss of part 2 of 2 stopped the run$/m,
    junit: /"stopped by" value="the loss of part 2 of 2"/,
    html: /<title>✗ [^]*Stopped by the loss of part 2 of 2\./,
    terminal: /^the loss of part 2 of 2 stopped the run$/m,
    github: /^::warning title=tnet-lab::the loss of part 2 of 2 stopped the run\.$/m,
    summary: /^## ❌ [^]*the loss of part 2 of 2 stopped the run\./,
  })) {
    t.match(fs.readFileSync(path.join(cwd, file), 'utf8'), said, file)
  }
})

t.test('parts of different runs are refused', async t => {
  const one = await parts(t)
  fs.writeFileSync(path.join(one.cwd, 'scenarios', 'd.ts'), story('d'))
  const args = ['run', '--shard', '2/2', '-r', 'jsonl=parts/2/events.jsonl']
  await ended(start(args, { cwd: one.cwd }))
  const { exitCode, stderr } = await ended(start(['report', 'parts'], { cwd: one.cwd }))
  t.equal(exitCode, 2)
  t.match(stderr, /TNET_EVENTS_INVALID: .* is part of another run/)
})

t.test('a stream that was cut off ends what it left open', async t => {
  const { cwd } = await parts(t)
  const file = path.join(cwd, 'parts', '1', 'events.jsonl')
  const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
  const at = lines.findLastIndex(line => line.includes('"scenario-start"'))
  fs.writeFileSync(file, [...lines.slice(0, at + 1), '{"type":"no'].join('\n'))
  const { exitCode, stdout } = await ended(start(['report', 'parts'], { cwd }))
  t.equal(exitCode, 1)
  t.match(stdout, /TNET_RUN_TRUNCATED/)
  t.match(stdout, '2 passed, 1 failed')
})

t.test('parts of any name are found in a folder, among files that are none', async t => {
  const { cwd } = await parts(t)
  const folder = path.join(cwd, 'parts')
  fs.renameSync(path.join(folder, '1', 'events.jsonl'), path.join(folder, 'first.jsonl'))
  fs.writeFileSync(path.join(folder, 'other.jsonl'), '{"level":"info"}\n')
  fs.writeFileSync(path.join(folder, 'none.jsonl'), 'null\n')
  fs.mkdirSync(path.join(folder, 'folder.jsonl'))
  const { exitCode, stdout, stderr } = await ended(start(['report', 'parts'], { cwd }))
  t.equal(stderr, '')
  t.equal(exitCode, 0)
  t.match(stdout, '3 passed, 0 failed')
})

t.test('what report made of parts is not counted with them', async t => {
  const { cwd } = await parts(t)
  await ended(start(['report', 'parts', '-r', 'jsonl=parts/all.jsonl'], { cwd }))
  const { exitCode, stderr } = await ended(start(['report', 'parts'], { cwd }))
  t.equal(exitCode, 2)
  t.match(stderr, /tells of the same run as parts\//)
})

t.test('what was no run is refused', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'x.jsonl'), '{"type":"note"}\n')
  fs.writeFileSync(path.join(cwd, 'empty.jsonl'), '')
  for (const [place, message] of [
    ['x.jsonl', /does not begin as the events of a run do/],
    ['nope', /nope is not there/],
    ['.', /has no events\.jsonl/],
    ['empty.jsonl', /is empty: that run was killed before it began/],
  ] as const) {
    const { exitCode, stderr } = await ended(start(['report', place], { cwd }))
    t.equal(exitCode, 2)
    t.match(stderr, message)
  }
})

t.test('events out of a pipe are refused, of which half would be lost', async t => {
  const { cwd } = await parts(t)
  const through = ['sh', '-c', 'cat parts/1/events.jsonl | "$@"', 'sh']
  const { exitCode, stderr } = await ended(start(['report', '/dev/stdin'], { cwd, through }))
  t.equal(exitCode, 2)
  t.match(stderr, /\/dev\/stdin is no file, and a pipe cannot be read twice/)
})

t.test('durations that report remembers divide the next run', async t => {
  const { cwd } = await parts(t)
  t.equal((await ended(start(['report', 'parts', '--history', 'h.json'], { cwd }))).exitCode, 0)
  const history = path.join(cwd, 'h.json')
  const text = fs.readFileSync(history, 'utf8')
  fs.writeFileSync(
    history,
    text.replace(/("scenarios\/c\.ts\\nc": \{\s*"durationMs": )\d+/, '$190000'),
  )
  const { stdout } = await ended(
    start(['list', '--shard', '1/2', '--history', 'h.json', '--json'], { cwd }),
  )
  t.match(stdout, '"name":"c"')
  t.equal(stdout.trim().split('\n').length, 1, 'the long one is a part of its own')
})

t.test('and are remembered where the scenarios themselves are not', async t => {
  const { cwd } = await parts(t)
  fs.rmSync(path.join(cwd, 'scenarios'), { recursive: true })
  t.equal((await ended(start(['report', 'parts', '--history', 'h.json'], { cwd }))).exitCode, 0)
  const { scenarios } = JSON.parse(fs.readFileSync(path.join(cwd, 'h.json'), 'utf8')) as {
    scenarios: Record<string, unknown>
  }
  t.equal(Object.keys(scenarios).length, 3)
})

t.test('that they could not be remembered is said', async t => {
  const { cwd } = await parts(t)
  fs.writeFileSync(path.join(cwd, 'file'), '')
  for (const args of [['report', 'parts'], ['run']]) {
    const { exitCode, stderr } = await ended(start([...args, '--history', 'file/h'], { cwd }))
    t.equal(exitCode, 0)
    t.match(stderr, /^the history file\/h could not be written: E[^\n]*\n$/)
  }
})
