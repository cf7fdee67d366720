import { readFile } from 'node:fs/promises'
import path from 'node:path'
import t from 'tap'
import { isWithoutBrowser, launch, openFile } from './browser.ts'
import { reported } from './html-reported.ts'
import { allStreams, Recording } from './streams.ts'

/** Of each row of the first time line its kind, and where its columns and its bar are. */
const ROWS = `[...document.querySelectorAll('.timeline')[0].querySelectorAll('.row:not(.scale)')]
  .map(row => {
    const [at, , track, took] = [...row.children].map(one => one.getBoundingClientRect())
    const bar = row.querySelector('.track i').getBoundingClientRect()
    return {
      kind: row.querySelector('.track i').classList[0],
      columns: [at.left, at.right, track.left, track.right, took.left, took.right],
      isInTrack: bar.left >= track.left - 1 && bar.right <= track.right + 2,
      isInRow: bar.top >= track.top - 1 && bar.bottom <= track.bottom + 1,
    }
  })`

interface Row {
  kind: string
  columns: number[]
  isInTrack: boolean
  isInRow: boolean
}

t.test(
  'all rows of a time line have the same columns, and bars on one scale',
  { skip: isWithoutBrowser },
  async t => {
    const browser = await launch()
    t.teardown(() => browser.close())
    const file = await reported(path.join(t.testdir(), 'report'), allStreams['failures'] ?? [])
    const { page } = await openFile(browser, file)
    const rows = await page.evaluate<Row[]>(ROWS)
    const kinds = new Set(rows.map(({ kind }) => kind))
    t.ok(kinds.has('command') && kinds.has('expectation'), [...kinds].join(', '))
    for (const { kind, columns, isInTrack, isInRow } of rows) {
      t.same(columns, rows[0]?.columns, kind)
      t.ok(isInTrack && isInRow, `the bar of a ${kind} is in its lane`)
    }
  },
)

t.test('of a long output it says that it is the end of it', async t => {
  const run = new Recording()
  const stdout = 'x'.repeat(64 * 1024)
  run
    .scenario('prints')
    .command({ node: 'a', command: 'seq 1 30000', stdout, stderr: 'one line' })
    .pass()
  const page = await readFile(await reported(path.join(t.testdir(), 'report'), run.end()), 'utf8')
  t.match(page, '>stdout, its last 64 KiB<')
  t.match(page, '>stderr<')
})

t.test('a sandbox that started before its first scenario takes no place of the next', async t => {
  const run = new Recording()
  run.scenario('first').note('n').pass({ durationMs: 600 })
  run.scenario('second').note('n').pass()
  const page = await readFile(await reported(path.join(t.testdir(), 'report'), run.end()), 'utf8')
  const [, lanes = ''] = page.split('class="lanes"')
  const blocks = [...lanes.matchAll(/left:([\d.]+)%;width:([\d.]+)%/g)].map(one => one.map(Number))
  t.equal(blocks.length, 2)
  const [first = [], second = []] = blocks.map(([, left = NaN, width = NaN]) => [
    left,
    left + width,
  ])
  t.ok(Number(first[1]) <= Number(second[0]), JSON.stringify(blocks))
  t.ok(Number(second[1]) < 100.1, 'nor is it longer than the run')
  t.match(lanes, /1 at once, over 24 ms/)
})
