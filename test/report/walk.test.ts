import t from 'tap'
import type { Attempt } from '../../src/report/attempts.ts'
import { Verdicts } from '../../src/report/verdicts.ts'
import { diffLines, diffLineText } from '../../src/report/walk/diff-lines.ts'
import { countsOf, walkOf } from '../../src/report/walk/walk.ts'
import { countsText, leftAloneText } from '../../src/report/walk/words.ts'
import { firstLineOf, wrongText } from '../../src/report/walk/wrong-text.ts'
import { stagesOf } from '../../src/report/html/walk/stages.ts'
import { topologyChanges } from '../../src/report/html/walk/topology-changes.ts'
import type { RunEvent, Walked } from '../../src/runner/events.ts'
import * as streams from './streams.ts'
import { growing } from './streams/growing.ts'

function attemptOf(events: readonly RunEvent[]): Attempt {
  const verdicts = new Verdicts()
  return events.map(event => verdicts.tell(event)).find(verdict => verdict !== undefined)!
}

const command = (own: Partial<Walked> = {}): Walked => ({
  type: 'walked',
  id: 's1',
  atMs: 1,
  number: 1,
  line: 10,
  host: 'host',
  command: 'ip link',
  verdict: 'differs',
  durationMs: 1,
  ...own,
})

const texts = (own: Partial<Walked>, most = 20) => diffLines(command(own), most).map(diffLineText)

t.test('counts say what is more than nothing, in the number that it has', async t => {
  const none = { found: 0, run: 0, confirmed: 0, differing: 0, notRun: 0, cannotJudge: 0 }
  const rows = [
    [none, 'no commands'],
    [{ ...none, found: 1, run: 1, confirmed: 1 }, '1 command: 1 run, 1 confirmed'],
    [
      { found: 42, run: 41, confirmed: 31, differing: 1, notRun: 1, cannotJudge: 0 },
      '42 commands: 41 run, 31 confirmed, 1 differs, 1 not run',
    ],
    [
      { found: 9, run: 7, confirmed: 2, differing: 3, notRun: 1, cannotJudge: 2 },
      '9 commands: 7 run, 2 confirmed, 3 differ, 1 not run, 2 cannot be judged here, 1 not reached',
    ],
  ] as const
  for (const [counts, text] of rows) t.equal(countsText(counts), text)
})

t.test('a walk that ended early is counted by what is over', async t => {
  const walk = walkOf(attemptOf(streams.walkCutOff).events)
  t.match(walk, { counts: { found: 42, run: 2, differing: 1, notRun: 0 } })
  t.match(walkOf(attemptOf(streams.walkedWrong).events), { counts: { found: 8, run: 7 } })
  t.equal(walkOf(attemptOf(streams.failures).events), undefined)
})

t.test('counts of a stream are those of its commands', async t => {
  for (const events of [streams.walked, streams.walkedWrong, streams.walkedHosts]) {
    const { commands, counts } = walkOf(attemptOf(events).events)!
    t.match(counts, countsOf(counts.found, commands))
  }
})

t.test('a difference is what the document shows, and what there is', async t => {
  t.same(texts({ differences: [{ what: 'loss', shown: '0%\nof 2', seen: '100%' }] }), [
    'loss',
    '- 0%',
    '- of 2',
    '+ 100%',
  ])
  t.same(texts({ differences: [{ what: 'gone', shown: 'a' }] }), ['gone', '- a'])
  t.same(texts({ differences: [{ what: 'new', seen: 'a' }] }), ['new', '+ a'])
})

t.test('without a difference, what was printed last', async t => {
  t.same(texts({ seen: '1\n2\n3\n4\n5\n6\n7\n' }), [
    '… 2 lines before',
    '| 3',
    '| 4',
    '| 5',
    '| 6',
    '| 7',
  ])
  t.same(texts({ seen: '\n' }), ['| (nothing was printed)'])
})

t.test('a diff keeps to its length, and says what it leaves out', async t => {
  const many = Array.from({ length: 50 }, (_, i) => ({ what: `${i}`, shown: 'a', seen: 'b' }))
  t.same(texts({ differences: many }, 7).slice(-2), ['+ b', '… and 48 more'])
  const long = [{ what: 'all', shown: 'a\n'.repeat(100) }, ...many]
  t.same(texts({ differences: long }, 3), ['all', '- a', '- a', '… cut', '… and 50 more'])
  const [, wide = ''] = texts({ differences: [{ what: 'w', shown: 'x'.repeat(5000) }] })
  t.ok(wide.length < 500 && wide.endsWith('…'))
})

t.test('where a page wrapped a line there is a sign, and none of a private use', async t => {
  const wrap = '\u{F8FF}'
  const [{ shown, differences } = {}] = walkOf([
    command({
      shown: `U${wrap}P`,
      differences: [{ what: 'state', shown: `U${wrap}P`, seen: 'DOWN' }],
    }),
  ])!.commands
  t.equal(shown, 'U↩P')
  t.match(differences, [{ what: 'state', shown: 'U↩P', seen: 'DOWN' }])
})

t.test('a wrong command has its place, and a line', async t => {
  t.equal(firstLineOf({ command: 'cat <<EOF\na\nEOF' }), 'cat <<EOF …')
  t.equal(firstLineOf({ command: '日'.repeat(500) }).length, 200)
  t.equal(
    wrongText('a.md', [command({ reason: 'it is down', exitCode: 2, seen: 'x' })]),
    'a.md:10 differs: $ ip link\n  it is down\n  exit code 2\n  | x',
  )
})

t.test('listings that are left alone are told by what they are', async t => {
  const alone = [
    { line: 3, what: 'Go' },
    { line: 9, what: 'a drawing' },
    { line: 12, what: 'Go' },
  ]
  t.equal(leftAloneText(alone), 'Go (lines 3, 12), a drawing (line 9)')
})

t.test('a topology has a stage for each change, and the last is the end', async t => {
  const stages = stagesOf(attemptOf(streams.walked))
  t.same(
    stages.map(({ line }) => line),
    [211, 217, 268, 295, 299, 444],
  )
  t.same(stages.at(-1)?.topology.nodes, growing().at(-1))
  t.equal(stages[2]?.command?.command, 'sudo ip link set veth01 netns ns01')
  t.equal(stagesOf(attemptOf(streams.failures)).length, 1)
})

t.test('of very many stages some are kept, the first and the last among them', async t => {
  const run = new streams.Recording()
  const one = run.scenario('a.md')
  one.walkPlan({ found: 1, guesses: [], leftAlone: [], parts: [], remarks: [] })
  one.walked({ ...command({ verdict: 'ran' }) })
  for (let line = 1; line <= 500; line++) {
    one.topology({ nodes: [{ ...growing()[0]![0]!, label: `${line}` }], networks: [], line })
  }
  one.pass()
  const lines = stagesOf(attemptOf(run.end())).map(({ line }) => line)
  t.equal(lines.length, 60)
  t.same([lines[0], lines.at(-1)], [1, 500])
  t.equal(new Set(lines).size, 60)
})

t.test('what a command changed is told in words', async t => {
  const [first, second, third] = growing().map(nodes => ({ nodes, networks: [] }))
  t.same(topologyChanges(undefined, first!), [])
  t.same(topologyChanges(first, second!), ['+ host: br01 is up'])
  t.same(topologyChanges(second, first!), ['− host: br01 is up'])
  const all = topologyChanges(second, third!)
  t.match(all[0], '+ host: br-veth01 (veth)')
  t.ok(all.includes('+ host: br-veth01 is a port of br01'))
})
