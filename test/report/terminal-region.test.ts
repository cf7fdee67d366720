import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import t from 'tap'
import { coloursOf } from '../../src/report/terminal/colours.ts'
import { cut } from '../../src/report/terminal/live/cut.ts'
import { Progress } from '../../src/report/terminal/live/progress.ts'
import { regionLines } from '../../src/report/terminal/live/region-lines.ts'
import { Region } from '../../src/report/terminal/live/region.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { hostileTexts, Recording } from './streams.ts'
import { momentOf } from './terminal/playing.ts'
import { Screen } from './terminal/screen.ts'

interface Look {
  columns?: number
  rows?: number
  nowMs?: number
  colour?: 0 | 1
}

/** What the region says after these events. */
function region(events: readonly RunEvent[], look: Look = {}): string[] {
  const { columns = 80, rows = 24, nowMs = momentOf(events.at(-1)!), colour = 0 } = look
  const progress = new Progress()
  for (const event of events) progress.tell(event, momentOf(event))
  return regionLines(progress, { columns, rows, nowMs, colours: coloursOf(colour) })
}

/** So many scenarios that run, each in a sandbox of its own. */
function running(count: number, name = (i: number) => `scenario ${i}`): Recording {
  const run = new Recording({ scenarios: 50, jobs: count })
  for (let i = 1; i <= count; i++) run.scenario(name(i), { worker: i }).openStep(`step of ${i}`)
  return run
}

t.test('a job says what runs, which step, and how long when it takes long', async t => {
  const { events, nowMs } = running(2)
  t.same(region(events, { nowMs: nowMs + 500 }).slice(0, 2), [
    '▸ scenario 1 step of 1',
    '▸ scenario 2 step of 2',
  ])
  const late = region(events, { nowMs: nowMs + 125_000 })
  t.same(late[0], '▸ 2 min 5 s scenario 1 step of 1')
})

t.test('steps within steps are named from the outermost, and left when they end', async t => {
  const run = new Recording()
  const one = run.scenario('nested', { attempt: 2 })
  one.openStep('outer').openStep('inner')
  t.same(region(run.events)[0], '▸ nested (attempt 2) outer › inner')
  one.step('innermost', () => {})
  t.same(region(run.events)[0], '▸ nested (attempt 2) outer › inner')
  one.pass()
  t.match(region(run.events), [/^. 1 passed 0 s$/])
})

t.test('jobs stay in the order of their sandboxes', async t => {
  const run = new Recording({ jobs: 2 })
  const first = run.scenario('a', { worker: 1 })
  run.scenario('b', { worker: 2 })
  first.pass()
  run.scenario('c', { worker: 1 })
  t.same(region(run.events).slice(0, 2), ['▸ c', '▸ b'])
})

t.test('the last line has what is over, the counts, and the time', async t => {
  const run = new Recording({ scenarios: 40 })
  for (let i = 0; i < 6; i++) run.scenario(`passes ${i}`).pass()
  t.match(region(run.events), [/^. ━{4}─{26} 6\/40 6 passed 0 s$/])
  const error = { name: 'Error', code: 'TNET', message: '', facts: {}, hint: '' }
  run.scenario('fails').fail(error)
  run.scenario('flaky').fail(error, { isFinal: false })
  run.scenario('flaky', { attempt: 2 }).pass({ isFlaky: true })
  run.scenario('skipped').skip('no')
  t.match(region(run.events), [/^. ━+─+ 9\/40 7 passed 1 failed 1 skipped 1 flaky 0 s$/])
})

t.test('without a known number of scenarios there is neither bar nor estimate', async t => {
  const run = new Recording()
  for (let i = 0; i < 20; i++) run.scenario(`a ${i}`).pass()
  t.match(region(run.events, { nowMs: 60_000 }), [/^. 20 passed 60 s$/])
  const repeated = new Recording({ scenarios: 1 })
  for (const repeat of [1, 2, 3]) repeated.scenario('a', { repeat }).pass()
  t.match(region(repeated.events), [/^. 3 passed 0 s$/])
})

const estimates = [
  { ended: 50, running: 2, elapsedMs: 10_000, says: 'about 10 s left' },
  { ended: 25, running: 2, elapsedMs: 10_000, says: 'about 30 s left' },
  { ended: 20, running: 2, elapsedMs: 60_000, says: 'about 4 min left' },
  { ended: 9, running: 2, elapsedMs: 10_000, says: undefined, why: 'too few are over' },
  { ended: 50, running: 2, elapsedMs: 4000, says: undefined, why: 'it is too early' },
  { ended: 98, running: 2, elapsedMs: 10_000, says: undefined, why: 'the last ones run' },
]

for (const { ended, running, elapsedMs, says, why = '' } of estimates) {
  t.test(`${ended} of 100 after ${elapsedMs} ms: ${says ?? `no estimate, ${why}`}`, async t => {
    const run = new Recording({ scenarios: 100 })
    for (let i = 0; i < ended; i++) run.scenario(`a ${i}`).pass()
    for (let i = 0; i < running; i++) run.scenario(`b ${i}`, { worker: i })
    const status = region(run.events, { nowMs: elapsedMs }).at(-1)
    t.equal(/about .*/.exec(status ?? '')?.[0], says)
  })
}

t.test('it leaves a row and a column free, however small the terminal', async t => {
  const names = [...Object.values(hostileTexts), 'two hosts share one network']
  for (let columns = 1; columns < 60; columns++) {
    for (const rows of [1, 2, 3, 7, 24]) {
      const { events } = running(names.length, i => names[i - 1]!)
      const lines = region(events, { columns, rows, nowMs: 3_661_000 })
      t.ok(lines.length <= Math.max(1, rows - 1) && lines.length > 0, `${lines.length} of ${rows}`)
      const widest = Math.max(...lines.map(line => stringWidth(line)))
      t.ok(widest < columns, `${widest} of ${columns}`)
    }
  }
})

t.test('jobs that have no row are counted', async t => {
  const lines = region(running(6).events, { rows: 6 })
  t.match(lines, [/scenario 1/, /scenario 2/, /scenario 3/, '  and 3 more at once', /0 passed/])
})

t.test('what a name tells a terminal to do is shown', async t => {
  const names = Object.values(hostileTexts)
  const { events } = running(names.length, i => names[i - 1]!)
  for (const line of region(events, { columns: 300, rows: 60 })) {
    t.notMatch(line, /[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/u)
  }
})

t.test('colours change no width', async t => {
  const run = running(3)
  run.scenario('fails').fail({ name: 'E', code: 'T', message: '', facts: {}, hint: '' })
  const plain = region(run.events, { columns: 40, nowMs: 9000 })
  const coloured = region(run.events, { columns: 40, nowMs: 9000, colour: 1 })
  t.notSame(coloured, plain)
  t.same(coloured.map(stripVTControlCharacters), plain)
})

const cuts: [text: string, cells: number, expected: string][] = [
  ['two hosts', 9, 'two hosts'],
  ['two hosts', 8, 'two hos…'],
  ['日本語', 6, '日本語'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['日本語', 1, '…'],
  ['日本語', 0, ''],
  ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, '👩‍👩‍👧‍👦…'],
  ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
]

for (const [text, cells, expected] of cuts) {
  t.test(`"${text}" in ${cells} cells is "${expected}"`, async t => {
    t.equal(cut(text, cells), expected)
  })
}

t.test('a name that is a hundred times too long takes no longer to cut', async t => {
  const costOf = (text: string) => {
    const before = process.cpuUsage().user
    for (let i = 0; i < 30; i++) t.ok(stringWidth(cut(text, 80)) <= 80)
    return process.cpuUsage().user - before
  }
  costOf('長い')
  const ordinary = costOf('長い'.repeat(1000))
  t.ok(costOf('長い'.repeat(20_000)) < ordinary * 8)
})

t.test('a frame in which nothing changed is not written', async t => {
  const screen = new Screen(80, 24)
  const region = new Region(screen)
  region.paint('', ['a', 'b', 'c'])
  region.paint('', ['a', 'b', 'c'])
  t.equal(screen.writes.length, 1)
})

t.test('a frame has the lines that changed, and no others', async t => {
  const screen = new Screen(80, 24)
  const region = new Region(screen)
  region.paint('above\n', ['first', 'second', 'third', 'fourth'])
  region.paint('', ['first', 'SECOND', 'third', 'FOURTH'])
  t.match(screen.writes[1], /SECOND[^]*FOURTH/)
  t.notMatch(screen.writes[1], /first|third|above/)
  t.same((await screen.visible()).slice(0, 6), ['above', 'first', 'SECOND', 'third', 'FOURTH', ''])
  region.paint('', ['FIRST', 'SECOND', 'third', 'FOURTH'])
  t.same((await screen.visible()).slice(0, 6), ['above', 'FIRST', 'SECOND', 'third', 'FOURTH', ''])
  region.clear('below\n')
  t.same((await screen.visible()).slice(0, 4), ['above', 'below', '', ''])
})

t.test('a line that gets shorter leaves nothing of what it was', async t => {
  const screen = new Screen(20, 5)
  const region = new Region(screen)
  region.paint('', ['a long one', 'another'])
  region.paint('', ['short', ''])
  t.same(await screen.lines(), ['short'])
})

t.test('after a terminal was resized, nothing is taken to be where it was', async t => {
  const screen = new Screen(20, 5)
  const region = new Region(screen)
  region.paint('', ['1', '2'])
  for (const [columns, rows] of [
    [19, 5],
    [19, 6],
  ] as const) {
    await screen.resize(columns, rows)
    region.paint('', ['1', '2'])
    t.match(screen.writes.at(-1), /\x1b\[J[^]*1[^]*2/)
  }
  t.equal(screen.writes.length, 3)
})

t.test('lines that get fewer leave nothing', async t => {
  const screen = new Screen(20, 5)
  const region = new Region(screen)
  screen.write('before\n')
  region.paint('', ['1', '2', '3', '4'])
  region.paint('', ['1'])
  t.same(await screen.lines(), ['before', '1'])
})

t.test('a line that is wider than the terminal stays one row', async t => {
  const screen = new Screen(10, 5)
  const region = new Region(screen)
  region.paint('', ['x'.repeat(25), 'y'.repeat(25)])
  region.paint('above\n', ['z'.repeat(25), 'y'.repeat(25)])
  t.same(await screen.visible(), ['above', 'z'.repeat(9), 'y'.repeat(10), '', ''])
  region.clear()
  t.same(await screen.lines(), ['above'])
})

t.test(
  'it never erases from the first cell on: tmux keeps as history what goes that way',
  async t => {
    const screen = new Screen(20, 5)
    const region = new Region(screen)
    region.paint('', ['1', '2'])
    region.paint('above\n', ['1', '2', '3'])
    region.clear('below\n')
    for (const write of screen.writes)
      t.notMatch(write, /(^|[\n\r]|\x1b\[\d*A)(\x1b\[\?\d+[hl])*\x1b\[J/)
    t.same(await screen.lines(), ['above', 'below'])
  },
)

t.test('what scrolls away is wrapped by the terminal, whole', async t => {
  const screen = new Screen(10, 5)
  const region = new Region(screen)
  region.paint(`${'x'.repeat(25)}\n`, ['status'])
  t.same(await screen.lines(), ['x'.repeat(25), 'status'])
})
