import t from 'tap'
import { terminalReporter } from '../../src/report/terminal/terminal-reporter.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { allStreams, Recording } from './streams.ts'
import {
  began,
  FakeHost,
  FakeTime,
  fourRunning,
  isJob,
  isStatus,
  momentOf,
  plainText,
} from './terminal/playing.ts'
import { Screen } from './terminal/screen.ts'

/** Many scenarios in four sandboxes, with output, failures and steps, a tenth of a second each. */
function fourAtOnce(scenarios = 100): RunEvent[] {
  const run = new Recording({ scenarios, jobs: 4 })
  const running: { name: string; one: ReturnType<Recording['scenario']> }[] = []
  const end = () => {
    const { name, one } = running.shift()!
    const i = Number(name.slice(0, 3))
    one.expectation(`${name} is as expected`, { durationMs: 25 })
    if (i % 9 === 3) one.output(`${'wide 出力 '.repeat(20)}\nof ${name}\n`)
    if (i % 20 === 7) one.fail(failure)
    else one.pass()
  }
  for (let i = 1; i <= scenarios; i++) {
    const name = `${String(i).padStart(3, '0')} ${i % 2 === 0 ? '二つのホスト '.repeat(9) : 'two hosts'}`
    const one = run.scenario(name, { line: i, worker: 1 + (i % 4) })
    one.openStep(`${name.slice(0, 3)} reaches the other`)
    running.push({ name, one })
    if (running.length === 4) end()
  }
  while (running.length > 0) end()
  return run.end()
}

const failure = {
  name: 'ExpectationError',
  code: 'TNET_EXPECTATION',
  message: 'expected that web pings db',
  facts: { received: 'nothing' },
  hint: 'look at the rules',
}

/** Plays a run on a screen, in its own time, and tells of each frame. */
async function play(
  events: readonly RunEvent[],
  screen: Screen,
  onFrame: (i: number) => Promise<void> | void = () => {},
): Promise<FakeTime> {
  const time = new FakeTime()
  const host = new FakeHost()
  const reporter = await terminalReporter({ output: screen, isLive: true, colour: 1, time, host })
  for (const [i, event] of events.entries()) {
    const frames = screen.writes.length
    time.passTo(momentOf(event))
    reporter.tell(event)
    if (screen.writes.length > frames) await onFrame(i)
  }
  await reporter.close()
  return time
}

/** Lines as words alone: where a wide character does not fit into a row, a blank is left. */
const compact = (lines: readonly string[]) => lines.map(line => line.replaceAll(/\s/g, ''))

async function reportOn(events: readonly RunEvent[], screen: Screen): Promise<string[]> {
  const { columns, rows } = screen
  const paper = new Screen(columns, rows)
  paper.write(await plainText(events, { output: screen }))
  return compact(await paper.lines())
}

const sizes = [
  [80, 24],
  [200, 50],
  [40, 12],
  [19, 5],
  [7, 2],
  [2, 1],
] as const

for (const [columns, rows] of sizes) {
  t.test(`a screen of ${columns} by ${rows} ends up with the report and nothing else`, async t => {
    for (const [name, events] of Object.entries({ ...allStreams, four: fourAtOnce() })) {
      // Its five megabytes are not another story on every screen.
      if (name === 'hostile' && columns !== 80 && columns !== 19) continue
      const screen = new Screen(columns, rows)
      await play(events, screen)
      const report = await reportOn(events, screen)
      t.same(compact(await screen.lines()), report, name)
      t.match(await screen.modes(), { isCursorHidden: false, wraps: true, isSynchronized: false })
    }
  })
}

t.test('resized in the middle, nothing is left behind, lost, or there twice', async t => {
  const events = fourAtOnce()
  const screen = new Screen(120, 24)
  const sizes = [60, 24, 40, 10, 150, 10, 30, 30, 19, 6, 12, 3, 100, 40, 90, 8, 120, 24]
  let frames = 0
  let resizes = 0
  await play(events, screen, async () => {
    if (++frames % 3 > 0 || resizes === sizes.length) return
    await screen.resize(sizes[resizes]!, sizes[resizes + 1]!)
    resizes += 2
  })
  t.equal(resizes, sizes.length)
  t.same(compact(await screen.lines()), await reportOn(events, screen))
})

t.test('resized while only time passes, the lines are there once', async t => {
  const screen = new Screen(90, 20)
  screen.write('$ tnet-lab run\n')
  const { reporter, time } = await began(screen, fourRunning())
  for (const [i, columns] of [90, 60, 30, 80, 20, 14, 90].entries()) {
    await screen.resize(columns, 20)
    time.passTo(3000 * (i + 1))
    const rows = (await screen.visible()).filter(row => row !== '')
    t.match(rows, ['$ tnet-lab run', /^▸/, /^▸/, /^▸/, /^▸/, /^[^▸]/])
    t.equal(rows.length, 6)
  }
  await reporter.close()
})

t.test('while files are read no time has passed that anybody counts', async t => {
  const screen = new Screen(90, 20)
  const { reporter, time } = await began(screen, { events: [] })
  time.passTo(67_323_000)
  t.match((await screen.visible()).filter(isStatus), [/ 0 s$/])
  await reporter.close()
})

t.test('a terminal whose resizing is heard of late is drawn as well', async t => {
  const events = fourAtOnce()
  const screen = new Screen(100, 24)
  const time = new FakeTime()
  const host = new FakeHost()
  // What the process knows about it.
  const output = { write: (text: string) => screen.write(text), columns: 100, rows: 24 }
  const reporter = await terminalReporter({ output, isLive: true, colour: 1, time, host })
  for (const [i, event] of events.entries()) {
    const columns = i % 16 < 8 ? 100 : 50
    if (i % 8 === 0) await screen.resize(columns, 24)
    if (i % 8 === 4) output.columns = columns
    time.passTo(momentOf(event))
    reporter.tell(event)
  }
  await reporter.close()
  const drawn = compact(await screen.lines())
  t.same(drawn, await reportOn(events, new Screen(output.columns, 24)))
})

t.test('each frame is the report so far, and below it a line a job and one for all', async t => {
  const events = fourAtOnce()
  const screen = new Screen(60, 20)
  const report = await reportOn(events, screen)
  const jobs: number[] = []
  let last = 0
  await play(events, screen, async i => {
    if (events[i]?.type === 'run-end') return
    // The region is one line to the terminal.
    const above = compact((await screen.lines()).slice(0, -1))
    const rows = await screen.visible()
    const region = rows.findIndex(row => isJob(row) || isStatus(row))
    const below = rows.slice(region, rows.findLastIndex(row => row !== '') + 1)
    jobs.push(below.filter(isJob).length)
    t.equal(below.length, jobs.at(-1)! + 1)
    t.ok(isStatus(below.at(-1)!))
    t.same(above, report.slice(0, above.length))
    t.ok(above.length >= last)
    last = above.length
    t.match(await screen.modes(), { isCursorHidden: true, wraps: true, isSynchronized: false })
  })
  t.equal(Math.max(...jobs), 4)
  t.ok(jobs.length > 5 && last > 20, { frames: jobs.length, last })
})

t.test('frames are few, and small where only time passes', async t => {
  const screen = new Screen(120, 40)
  const { reporter, time } = await began(screen, fourRunning())
  time.passTo(3000)
  const drawn = screen.writes.length
  time.passTo(13_000)
  const idle = screen.writes.slice(drawn)
  t.ok(idle.length > 50 && idle.length <= 120, `${idle.length} in ten seconds`)
  t.ok(Math.max(...idle.map(frame => Buffer.byteLength(frame))) < 600)
  const meanBytes = Buffer.byteLength(idle.join('')) / idle.length
  t.ok(meanBytes < 250, `${meanBytes} bytes`)
  t.ok(idle.every(frame => !frame.includes('\x1b[J')))
  await reporter.close()
})

t.test('a frame is one write, which a terminal shows at once', async t => {
  const screen = new Screen(100, 20)
  await play(fourAtOnce(), screen)
  for (const write of screen.writes) {
    t.match(write, /^\x1b\[\?2026h[^]*\x1b\[\?2026l$/)
    t.equal(write.split('\x1b[?2026').length, 3)
  }
  const seconds = momentOf(fourAtOnce().at(-1)!) / 1000
  t.ok(screen.writes.length <= 10 * seconds + 2, `${screen.writes.length} in ${seconds} s`)
})

t.test('a terminal that does not know its size is taken for 80 by 24', async t => {
  const screen = new Screen(80, 24)
  const output = { write: (text: string) => screen.write(text), columns: 0, rows: 0 }
  const { time, reporter } = await began(output, fourRunning())
  time.passTo(500)
  t.match((await screen.visible()).slice(0, 5), [/^▸/, /^▸/, /^▸/, /^▸/, /^. /])
  await reporter.close()
})

t.test('nothing is drawn, and nothing keeps a process, after the end of a run', async t => {
  const screen = new Screen(60, 12)
  const time = await play(fourAtOnce(4), screen)
  t.equal(time.intervals, 0)
  const { length } = screen.writes
  time.passTo(60_000)
  t.equal(screen.writes.length, length)
  t.match((await screen.lines()).at(-1), /^4 passed, 0 failed in/)
})
