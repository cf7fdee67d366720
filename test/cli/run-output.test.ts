import t from 'tap'
import type { RunEvent } from '../../src/runner/events.ts'
import { Project, runFiles, scenarioFile } from '../runner/project.ts'
import { runText } from './command-line.ts'

/** What each scenario printed, by its name. */
function printedBy(events: readonly RunEvent[], stream: 'stdout' | 'stderr'): string[] {
  return events.flatMap(start => {
    if (start.type !== 'scenario-start') return []
    const texts = events.flatMap(event =>
      event.type === 'output' && event.id === start.id && event.stream === stream
        ? [event.text]
        : [],
    )
    return [`${start.name}: ${texts.join('').trimEnd()}`]
  })
}

const NUMBERS = Array.from({ length: 40 }, (_, n) => n)

t.test('what a scenario prints is told as its own, however soon the next one begins', async t => {
  const { exitCode, events } = await runText(
    t,
    `import { spawnSync } from 'node:child_process'
    import { scenario } from 'tnet-lab'
    export default scenario.each([${NUMBERS.join(', ')}])('n%s', async (_, n) => {
      console.log('said by ' + n)
      if (n % 2 === 0) console.error('complained by ' + n)
      else spawnSync('sh', ['-c', 'echo complained by ' + n + ' >&2'], { stdio: 'inherit' })
    })`,
  )
  t.equal(exitCode, 0)
  t.same(
    printedBy(events, 'stdout'),
    NUMBERS.map(n => `n${n}: said by ${n}`),
  )
  t.same(
    printedBy(events, 'stderr'),
    NUMBERS.map(n => `n${n}: complained by ${n}`),
  )
})

t.test('what a file prints while it is loaded is told with the first of its scenarios', async t => {
  const { stdout, events } = await runText(
    t,
    `import { scenario } from 'tnet-lab'
    console.log('the file is loaded')
    export default [scenario('one', async () => {}), scenario('two', async () => {})]`,
  )
  t.same(printedBy(events, 'stdout'), ['one: the file is loaded', 'two: '])
  t.match(stdout, /the file is loaded/)
})

t.test('and so is what one prints that cannot be loaded, up to a mebibyte', async t => {
  const { exitCode, events, end } = await runText(
    t,
    `console.log('x'.repeat(3_000_000))
    throw new Error('no')`,
  )
  t.equal(exitCode, 1)
  t.match(end?.error?.message, 'no')
  const told = events.filter(event => event.type === 'output')
  t.equal(
    told.reduce((sum, { text }) => sum + text.length, 0),
    1 << 20,
  )
  t.equal(
    told.reduce((sum, { text, omittedBytes = 0 }) => sum + text.length + omittedBytes, 0),
    3_000_001,
  )
})

t.test('nor is it lost of one among others', async t => {
  const { events } = await runFiles(t, {
    'a.ts': scenarioFile('a'),
    'broken.ts': `console.log('said before')\nconsole.error('x'.repeat(3_000_000))\nthrow new Error('no')`,
  })
  t.same(printedBy(events, 'stdout').sort(), ['a: ', 'broken: said before'])
  const told = events.filter(event => event.type === 'output')
  t.equal(
    told.reduce((sum, { text, omittedBytes = 0 }) => sum + text.length + omittedBytes, 0),
    'said before\n'.length + 3_000_001,
  )
})

t.test('what a config prints comes out, and in no report', async t => {
  const project = new Project(t, {
    'a.ts': scenarioFile('a'),
    'tnet-lab.config.ts': `console.log('configured')\nexport default { jobs: 1 }`,
  })
  const { stdout, stderr } = await project.runBare(['a.ts', '-r', 'tap'])
  t.equal(stderr, 'configured\n')
  t.notMatch(stdout, 'configured')
})
