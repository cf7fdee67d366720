import fs from 'node:fs'
import path from 'node:path'
import { parseXml, type XmlElement } from '@rgrove/parse-xml'
import { lexer, walkTokens, type Token, type Tokens } from 'marked'
import t, { type Test } from 'tap'
import { githubReporter } from '../../src/report/github/github.ts'
import { junitReporter } from '../../src/report/junit/junit.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import * as streams from './streams.ts'
import { walking } from './streams/walking.ts'
import { named, read } from './tap-read.ts'
import { told } from './told.ts'

const DOCKER = 'documents/walkthrough-docker-bridge.md'

t.test('TAP has a point for each command, in its heading', async t => {
  const { nested } = await read(streams.walkedWrong)
  const heading = '常用的容器网络实现原理 > 2.1 同主机容器网络通信'
  const commands = nested.filter(({ fullname }) => fullname.startsWith(`${heading} > `))
  t.same(
    commands.map(({ ok, skip, name }) => [ok, skip, name.split(':')[0]]),
    [
      [true, false, 'command 1, line 43, ran'],
      [true, false, 'command 2, line 56, as shown'],
      [false, false, 'command 3, line 134, differs'],
      [false, false, 'command 4, line 140, failed though the document shows success'],
      [false, false, 'command 5, line 150, succeeded though the document shows failure'],
      [true, 'there is no Docker here', 'command 6, line 160, not run'],
      [true, 'ipip: not in this kernel (EOPNOTSUPP)', 'command 7, line 170, cannot be judged here'],
      [true, false, 'command 8, line 180, ran'],
    ],
  )
  t.ok(nested.every(({ todo }) => todo === false))
  t.match(commands[2]?.diag, {
    number: 3,
    line: 134,
    verdict: 'differs',
    command: 'ip netns exec netns_A ping -c 2 172.18.0.3',
    reason: 'FORWARD drops it: policy DROP',
    exitcode: 1,
    diff: /^packet loss\n- 0% packet loss\n\+ 100% packet loss\n/,
    shown: /0% packet loss/,
    seen: /100% packet loss/,
  })
  t.equal(named(nested, heading)?.ok, false)
})

t.test('TAP leaves out what there is nothing to say of', async t => {
  const events = streams.walkedWrong.map(event =>
    event.type === 'walked' ? { ...event, remarks: [] } : event,
  )
  const { nested } = await read(events)
  const diags = nested.flatMap(({ diag }) => (diag?.number === 3 ? [Object.keys(diag)] : []))
  t.equal(diags.length, 1)
  t.notOk(diags.flat().includes('remarks'))
})

t.test('TAP says what was taken for granted, and what became of the whole', async t => {
  const { comments } = await read(streams.walked)
  t.ok(
    comments.includes(
      '# taken for granted: eth0 has 172.22.36.202/20 (line 467: it is the source of a packet on eth0)',
    ),
  )
  t.ok(comments.includes('# walked: 8 commands: 8 run, 2 confirmed'))
})

t.test('a walk that is skipped tells of the commands that could be judged', async t => {
  const { points, nested } = await read(streams.walkUnjudged)
  t.match(points, [{ ok: true, skip: '1 of 2 commands cannot be judged here' }])
  t.equal(nested.length, 3)
})

const isElement = (node: unknown): node is XmlElement =>
  (node as { type?: string }).type === 'element'

function all(element: XmlElement, name: string): XmlElement[] {
  return element.children
    .filter(isElement)
    .flatMap(child => (child.name === name ? [child] : all(child, name)))
}

const junit = async (events: readonly RunEvent[]) =>
  parseXml(await told(junitReporter, events)).root!

t.test('JUnit has a case a walkthrough, and its failure has the wrong commands', async t => {
  const root = await junit(streams.walkedWrong)
  const [one, ...others] = all(root, 'testcase')
  t.equal(others.length, 0)
  t.equal(one?.attributes['classname'], 'documents.walkthrough-docker-bridge')
  const [failure] = all(root, 'failure')
  t.match(
    failure?.text,
    `${DOCKER}:134 differs: $ ip netns exec netns_A ping -c 2 172.18.0.3
  FORWARD drops it: policy DROP
  exit code 1
  packet loss
  - 0% packet loss
  + 100% packet loss
`,
  )
  t.match(failure?.text, `\n${DOCKER}:140 failed though`)
  t.match(
    all(root, 'system-out')[0]?.text,
    'line 160 not run: $ docker run -d nginx: there is no Docker here\nline 170 cannot be judged',
  )
  const [crashed] = all(await junit(streams.walkCutOff), 'error')
  t.match(crashed?.text, /SIGSEGV[^]*:30 differs: \$ brctl show/)
})

async function github(t: Test, events: readonly RunEvent[]) {
  const summaryFile = path.join(t.testdir(), 'summary.md')
  const text = await told(output => githubReporter({ output, summaryFile }), events)
  const summary = fs.readFileSync(summaryFile, 'utf8')
  return { commands: text.split('\n').slice(0, -1), summary, tokens: lexer(summary) }
}

const code = (tokens: readonly Token[], language: string) =>
  tokens.filter((one): one is Tokens.Code => one.type === 'code' && one.lang === language)

t.test('GitHub annotates each wrong command, beside its line', async t => {
  const { commands } = await github(t, streams.walkedWrong)
  t.equal(commands.length, 3)
  t.equal(
    commands[1],
    `::error file=${DOCKER},line=140,title=failed though the document shows success` +
      '%3A ip link set eth7 up::exit code 1%0A| Cannot find device "eth7"',
  )
  const { commands: crashed } = await github(t, streams.walkCutOff)
  t.equal(crashed.length, 2)
  t.match(crashed[0], /^::error file=.*,line=30,title=differs%3A brctl show::/)
  t.match(crashed[1], 'was ended by SIGSEGV')
})

/** A document of which nothing is as it shows. */
function allWrong(count: number): RunEvent[] {
  const run = new streams.Recording()
  const walk = walking(run, 'a.md', 'all wrong')
  walk.plan({ found: count })
  for (let line = 1; line <= count; line++) {
    const differences = [{ what: 'all', shown: 'a'.repeat(300), seen: 'b\n'.repeat(50) }]
    walk.walked({ line, command: `echo ${line}`, verdict: 'differs', differences })
  }
  walk.end()
  return run.end()
}

t.test('no more of them than GitHub shows', async t => {
  const { commands, summary } = await github(t, allWrong(2000))
  t.equal(commands.length, 10)
  t.match(commands[9], 'title=1991 more failures')
  t.ok(summary.length < 40_000, `${summary.length} characters`)
  t.match(summary, '\nand 1950 more\n')
})

t.test('the summary has counts, a table of what to look at, and the differences', async t => {
  const { tokens, summary } = await github(t, streams.walkedWrong)
  t.match(
    summary,
    '**8 commands: 7 run, 1 confirmed, 3 differ, 1 not run, 1 cannot be judged here**',
  )
  const tables = tokens.filter((one): one is Tokens.Table => one.type === 'table')
  t.same(
    tables[1]?.rows.map(row => row.map(({ text }) => text).slice(0, 2)),
    [
      ['❌', '134'],
      ['❌', '140'],
      ['❌', '150'],
      ['⏭️', '160'],
      ['❔', '170'],
    ],
  )
  t.match(code(tokens, 'diff')[0]?.text, /\n- 0% packet loss\n\+ 100% packet loss\n/)
})

t.test(
  'one that passed, or cannot be judged, is folded, with what there is in the end',
  async t => {
    const { summary } = await github(t, streams.walked)
    t.match(summary, '<details><summary>✅ 容器网络')
    t.match(summary, '**8 commands: 8 run, 2 confirmed**')
    t.match(summary, '<details><summary>taken for granted: 3</summary>')
    t.equal(summary.match(/```mermaid/g)?.length, 1)
    t.match(summary, 'MASQUERADE')
    const { summary: skipped } = await github(t, streams.walkUnjudged)
    t.match(skipped, '<details><summary>⏭️ IP in IP by hand</summary>')
  },
)

t.test('hostile commands break out of nothing', async t => {
  const { commands, tokens } = await github(t, streams.walkedHostile)
  t.ok(commands.length > 5 && commands.every(line => /^::(error|notice) [^]*::[^]*$/.test(line)))
  t.ok(commands.every(line => !/[\0-\x1f\x7f-\x9f]/.test(line)))
  const types = new Set<string>()
  void walkTokens(tokens, ({ type }) => void types.add(type))
  for (const type of ['link', 'image', 'em', 'strong', 'del', 'codespan', 'escape', 'br']) {
    // Counts are the one thing that is bold.
    t.equal(types.has(type), type === 'strong', type)
  }
  const tables = tokens.filter((one): one is Tokens.Table => one.type === 'table')
  t.ok(tables.length > 5 && tables.slice(1).every(({ header }) => header.length === 5))
  t.ok(tables.slice(1).every(({ rows }) => rows.every(row => /^\d+$/.test(row[1]?.text ?? ''))))
})
