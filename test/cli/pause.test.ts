import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, start, story } from './command-line.ts'
import { TerminalProject } from './terminal-project.ts'

t.setTimeout(600_000)

const twoOnABridge = `
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  const app = await blue.container('the app')
`
const failing = story(`${twoOnABridge}
  await step('somebody is missing', async () => {
    await expect(web).toPing('10.0.1.77', { timeoutMs: 100 })
  })
`)
const RUN = '$TNET_LAB run'

/** The lines that a paused run prints for other terminals, by node. */
function entryLines(shown: string): Map<string, string> {
  const found = shown.matchAll(
    /^ {2}(\S+) +(?:host|container|segment)\b.*\r?\n +(.*nsenter .*?)\r?$/gm,
  )
  return new Map([...found].map(([, node = '', line = '']) => [node, line]))
}

/** Types a command into what the line opens, without a terminal of ours. */
function elsewhere(line: string, command: string) {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], {
    input: `${command}\n`,
    encoding: 'utf8',
    timeout: 120_000,
  })
  return { stdout, stderr, status }
}

t.test('a failure leaves the lab as it is, says why and how to enter each node', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing })
  const { terminal } = project
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('paused: a story story.ts:10')
  await terminal.shows('expected that web pings 10.0.1.77')
  await terminal.shows('paused> ')
  const lines = entryLines(terminal.shown)
  t.strictSame([...lines.keys()].sort(), ['alpha', 'theapp-ecf641', 'web'])

  const there = elsewhere(lines.get('web') ?? '', 'hostname; cat /etc/hosts; readlink /proc/self')
  t.match(there.stdout, /^web\n/, 'its host name is the node itself')
  t.match(there.stdout, /^10\.0\.1\.3 theapp-ecf641$/m, 'its /etc/hosts knows the others')
  t.match(there.stdout, /^\d+\n$/m, 'its /proc is the one that it is in')
  const pings = elsewhere(lines.get('web') ?? '', 'ping -c 1 -W 5 theapp-ecf641')
  t.equal(pings.status, 0, pings.stdout + pings.stderr)
  const rules = elsewhere(
    lines.get('alpha') ?? '',
    'iptables -A FORWARD -j ACCEPT && ip netns list',
  )
  t.equal(rules.status, 0, 'who enters is root there')
  t.match(rules.stdout, /^web /m)
  t.not(elsewhere('sh', 'ping -c 1 -W 1 10.0.1.3').status, 0, 'nobody else reaches that node')

  terminal.type('continue\n')
  await terminal.shows('TNET_EXPECTATION')
  await terminal.shows('0 passed, 1 failed')
  await project.exitsWith(1)
  await project.leavesNothing(t)
})

t.test('lab.pause() waits, and meanwhile nothing is late', async t => {
  const files = {
    'story.ts': story(`${twoOnABridge}
  await lab.pause()
  await expect(web).toPing(app)
`),
  }
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type(`${RUN} story.ts --timeout 0.5 --reporter terminal --reporter jsonl\n`)
  await terminal.shows('paused: a story story.ts:9')
  await terminal.shows('paused> ')
  // Longer than the scenario may take, and than the script may keep the thread after that.
  terminal.type('web sleep 3; echo slept\n')
  await terminal.shows('\nslept')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await terminal.shows('1 passed, 0 failed')
  await project.exitsWith(0)
  const file = path.join(project.folder, 'tnet-lab-report', 'events.jsonl')
  const events = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
  const end = JSON.parse(events.find(line => line.includes('"scenario-end"')) ?? '{}') as {
    durationMs: number
  }
  t.ok(end.durationMs < 3000, `the pause is not the scenario's own time: ${end.durationMs} ms`)
  t.match(events.join('\n'), /"type":"note".*paused for \d+\.\d s at story\.ts:9/)
  await project.leavesNothing(t)
})

t.test('the time begins anew after a pause, and runs out', async t => {
  const files = {
    'story.ts': story(`
  await lab.pause()
  await new Promise(() => {})
`),
  }
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type(`${RUN} story.ts --timeout 0.5\n`)
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await terminal.shows('TNET_SCENARIO_TIMEOUT')
  await project.exitsWith(1)
})

t.test('what fixtures made is there until somebody has looked', async t => {
  const files = {
    'story.ts': `import { scenario } from 'tnet-lab'
const withNode = scenario.extend({
  node: async ({ lab }, use) => {
    const node = await lab.host('alpha')
    const program = await node.spawn('sleep', ['3600'])
    await use(node)
    await program.stop()
  },
})
export default withNode('a story', async ({ node }) => {
  throw new Error('oh no')
})
`,
  }
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('oh no')
  await terminal.shows('paused> ')
  terminal.type('alpha pgrep -a -x sleep\n')
  await terminal.shows('sleep 3600')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await project.exitsWith(1)
})

t.test('one prompt at a time, and nothing is written into it', async t => {
  const waits = (name: string, then: string) => `import fs from 'node:fs'
${story(`
  await lab.host('${name}')
  ${then}
`).replace('a story', name)}`
  const files = {
    'one.ts': waits('one', 'await lab.pause()'),
    'two.ts': waits('two', 'await lab.pause()'),
    'three.ts': waits('three', "console.log('written by three'); fs.writeFileSync('here', '')"),
  }
  await using project = await TerminalProject.open(t, files, { TERM: 'xterm' })
  const { terminal } = project
  terminal.type('stty cols 100 rows 30\n')
  await terminal.shows('outer> ')
  terminal.type(`${RUN} one.ts two.ts three.ts --jobs 3\n`)
  await terminal.shows('paused: ')
  await terminal.shows('paused> ')
  await project.reaches('here')
  const [, first = ''] = /paused: (\w+)/.exec(terminal.shown) ?? []
  // Time enough for the display of what runs to be drawn again.
  terminal.type(`${first} sleep 0.5; echo slept\n`)
  await terminal.shows('slept\r\n')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await terminal.shows('paused: ')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await terminal.shows('3 passed, 0 failed')
  const prompts = [...terminal.shown.matchAll(/paused: (\w+)[^]*?paused> [^]*?continue/g)]
  t.strictSame(new Set(prompts.map(([, name]) => name)), new Set(['one', 'two']))
  for (const [during] of prompts) t.notMatch(during, /written by three|passed|\x1b\[\?2026/)
  t.match(terminal.shown, /written by three/)
  await project.exitsWith(0)
  await project.leavesNothing(t)
})

t.test('abort ends all that waits, where it waits', async t => {
  const text = (name: string) => `import fs from 'node:fs'
${story(`
  await lab.host('${name}')
  await lab.pause()
  fs.writeFileSync('went-on', '')
`).replace('a story', name)}`
  const files = { 'one.ts': text('one'), 'two.ts': text('two') }
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type(`${RUN} one.ts two.ts --jobs 2\n`)
  await terminal.shows('paused> ')
  terminal.type('abort\n')
  await terminal.shows('SIGINT stopped the run')
  await project.exitsWith(130)
  t.equal(terminal.shown.match(/paused: /g)?.length, 1)
  await project.leavesNothing(t)
})

t.test('a signal from elsewhere ends the prompt as well', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing })
  const { terminal } = project
  terminal.type(`(echo $BASHPID >pid; exec ${RUN} story.ts --pause-on-failure)\n`)
  await terminal.shows('paused> ')
  process.kill(Number(fs.readFileSync(path.join(project.folder, 'pid'), 'utf8')), 'SIGTERM')
  await terminal.shows('SIGTERM stopped the run')
  await project.exitsWith(143)
})

t.test('a sandbox that ends while somebody looks around is told as that', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing })
  const { terminal } = project
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('paused> ')
  const [line = ''] = entryLines(terminal.shown).values()
  const [, pid = ''] = /--target=(\d+)/.exec(line) ?? []
  terminal.type('web sleep 3600\n')
  await terminal.shows('sleep 3600')
  process.kill(Number(pid), 'SIGKILL')
  await terminal.shows('TNET_SCENARIO_')
  await terminal.shows('outer> ')
  await project.leavesNothing(t)
})

t.test('without a terminal lab.pause() goes on, and says so', async t => {
  const files = { 'story.ts': story(`await lab.host('alpha')\n  await lab.pause()`) }
  await using project = await TerminalProject.open(t, files)
  const run = await ended(start(['run', 'story.ts'], { cwd: project.folder }))
  t.equal(run.exitCode, 0)
  t.match(run.stdout, /story\.ts:4: nobody is at a terminal to pause for, so it goes on/)
})

t.test('without a terminal --pause-on-failure is a mistake, before anything starts', async t => {
  const files = { 'story.ts': `import fs from 'node:fs'\nfs.writeFileSync('here', '')\n${failing}` }
  await using project = await TerminalProject.open(t, files)
  const run = await ended(start(['run', 'story.ts', '--pause-on-failure'], { cwd: project.folder }))
  t.equal(run.exitCode, 2)
  t.match(run.stderr, /UsageError TNET_PAUSE_NO_TERMINAL/)
  await project.leavesNothing(t)
})
