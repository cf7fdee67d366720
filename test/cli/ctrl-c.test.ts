import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import { story } from './command-line.ts'
import { TerminalProject } from './terminal-project.ts'

t.setTimeout(600_000)

/** A lab with something of everything, and `body` in it. */
const withLab = (body: string, name = 'a story') => `import fs from 'node:fs'
${story(`
  const reach = name => fs.writeFileSync(name, '')
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  await web.spawn('sleep', ['3600'])
  await web.$\`(setsid sleep 3600 &) >/dev/null 2>&1\`
${body}
`).replace("'a story'", `'${name}'`)}`

/** Where a run is when Ctrl-C is pressed; `here` is written by then. */
const moments: { what: string; files: Record<string, string>; args?: string }[] = [
  {
    what: 'while a script waits for nothing',
    files: { 'story.ts': withLab(`reach('here'); await new Promise(() => {})`) },
  },
  {
    what: 'while a command runs on a node',
    files: { 'story.ts': withLab('await web.$`touch here; sleep 3600`') },
  },
  {
    what: 'while a script never lets go of the thread',
    files: { 'story.ts': withLab(`reach('here'); for (;;) {}`) },
  },
  {
    what: 'while a script runs that ignores signals',
    files: {
      'story.ts': withLab(`
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  reach('here')
  for (;;) await new Promise(resolve => setTimeout(resolve, 10)).catch(() => {})`),
    },
  },
  {
    what: 'while a command runs that ignores signals',
    files: {
      'story.ts': withLab("await web.$`trap '' INT TERM HUP; touch here; sleep 3600; sleep 3600`"),
    },
  },
  {
    what: 'while two sandboxes run',
    args: '--jobs 2',
    files: {
      'one.ts': withLab(`reach('here'); await new Promise(() => {})`, 'one'),
      'two.ts': withLab(`await new Promise(() => {})`, 'two'),
    },
  },
  {
    what: 'while files are read that have not run yet',
    args: '--jobs 1',
    files: {
      'one.ts': `import fs from 'node:fs'
fs.writeFileSync('here', '')
await new Promise(resolve => setTimeout(resolve, 3600_000))
${story('')}`,
      'two.ts': story(''),
    },
  },
  {
    what: 'while a lab is being closed',
    files: {
      'story.ts': withLab(`
  lab.undo.push('takes its time', async () => {
    reach('here')
    while (!fs.existsSync('go')) await new Promise(resolve => setTimeout(resolve, 10))
  })`),
    },
  },
]

/** Nothing of it ends by its time-out: that is longer than any test. */
const RUN = '$TNET_LAB run --timeout 3600'

for (const { what, files, args = '' } of moments) {
  t.test(`Ctrl-C ${what} closes labs, tells what was, and leaves nothing`, async t => {
    await using project = await TerminalProject.open(t, files)
    const { terminal } = project
    terminal.type(`${RUN} ${args} ${Object.keys(files).join(' ')}\n`)
    await project.reaches('here')
    // The command, the sandbox and what runs in it: the look for what is left can find something.
    t.ok(project.started.length >= 3)
    terminal.type('\x03')
    await terminal.shows('stopping: labs are being closed')
    fs.writeFileSync(path.join(project.folder, 'go'), '')
    await terminal.shows('SIGINT stopped the run')
    await project.exitsWith(130)
    fs.rmSync(path.join(project.folder, 'go'))
    await project.leavesNothing(t)
  })
}

t.test('Ctrl-C while sandboxes start leaves nothing', async t => {
  const files = { 'story.ts': withLab('await new Promise(() => {})') }
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type(`${RUN} story.ts\n`)
  // The command and the first process of its sandbox.
  await poll(() => (project.started.length >= 2 ? true : undefined), { timeoutMs: 30_000 })
  terminal.type('\x03')
  await project.exitsWith(130)
  await project.leavesNothing(t)
})

t.test('scenarios of a file that have not begun are not run', async t => {
  const files = {
    'three.ts': `import fs from 'node:fs'
import { scenario } from 'tnet-lab'
export const first = scenario('the first', async () => {
  fs.writeFileSync('here', '')
  await new Promise(() => {})
})
export const second = scenario('the second', () => fs.writeFileSync('second', ''))
export const third = scenario('the third', () => fs.writeFileSync('third', ''))
`,
  }
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type(`${RUN} three.ts\n`)
  await project.reaches('here')
  terminal.type('\x03')
  await terminal.shows('TNET_RUN_STOPPED')
  await terminal.shows('2 not run')
  await project.exitsWith(130)
  await project.leavesNothing(t)
})

const stubborn = withLab(`reach('here'); for (;;) {}`)

t.test('Ctrl-C a second time ends at once what does not end by itself', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': stubborn })
  const { terminal } = project
  // So slow a machine gives a script that hangs half an hour.
  terminal.type(`${RUN} story.ts --slow 1000 --reporter terminal --reporter junit\n`)
  await project.reaches('here')
  terminal.type('\x03')
  await terminal.shows('Ctrl-C again ends them at once')
  terminal.type('\x03')
  await terminal.shows('TNET_RUN_STOPPED')
  await terminal.shows('SIGINT stopped the run')
  await project.exitsWith(130)
  const junit = path.join(project.folder, 'tnet-lab-report', 'junit.xml')
  t.match(fs.readFileSync(junit, 'utf8'), /TNET_RUN_STOPPED/, 'reports are whole')
  await project.leavesNothing(t)
})

t.test('Ctrl-C that npm passes on is one, though it comes twice', async t => {
  const files = { 'story.ts': withLab(`reach('here'); await new Promise(() => {})`) }
  await using project = await TerminalProject.open(t, files, { npm_command: 'exec' })
  const { terminal } = project
  terminal.type(`(echo $BASHPID >pid; exec ${RUN} story.ts)\n`)
  await project.reaches('here')
  const pid = Number(fs.readFileSync(path.join(project.folder, 'pid'), 'utf8'))
  // Too far apart for the kernel to make one of them, and too close for a finger.
  process.kill(pid, 'SIGINT')
  for (let n = 0; n < 2; n++) {
    await setTimeout(10)
    // A stop that was quicker hears no more.
    if (fs.existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGINT')
  }
  await terminal.shows('stopping: labs are being closed')
  await project.exitsWith(130)
  t.notMatch(terminal.shown, 'stopping at once')
})

t.test('a script that waits is told of Ctrl-C, and its fixtures come down', async t => {
  const files = {
    'story.ts': `import fs from 'node:fs'
import { scenario } from 'tnet-lab'
const withFixture = scenario.extend({
  thing: async ({}, use) => {
    await use('thing')
    console.log('the fixture came down')
  },
})
export default withFixture('a story', async ({ thing }) => {
  fs.writeFileSync('here', '')
  await new Promise(() => {})
})
`,
  }
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type(`${RUN} story.ts\n`)
  await project.reaches('here')
  terminal.type('\x03')
  await terminal.shows('the fixture came down')
  await terminal.shows('TNET_RUN_STOPPED: the run was stopped by SIGINT')
  await project.exitsWith(130)
  await project.leavesNothing(t)
})

t.test('a terminal that is closed takes all with it', async t => {
  const files = { 'story.ts': withLab(`reach('here'); await new Promise(() => {})`) }
  await using project = await TerminalProject.open(t, files)
  const { folder, env } = project
  // Its end closes the terminal that it made.
  const command = `${process.execPath} ${path.resolve('dist/cli/main.cjs')} run story.ts`
  const script = spawn('script', ['--quiet', '--command', command, '/dev/null'], {
    cwd: folder,
    env,
    stdio: 'pipe',
  })
  await project.reaches('here')
  t.ok(project.started.length >= 4)
  script.kill('SIGKILL')
  await project.leavesNothing(t)
})

t.test('so does a shell that is killed, also while a node has the terminal', async t => {
  const files = { 'story.ts': withLab(`await lab.pause()`) }
  await using project = await TerminalProject.open(t, files)
  const { terminal, folder } = project
  terminal.type(`echo $$ >pid; ${RUN} story.ts\n`)
  await terminal.shows('paused> ')
  // The kernel tells those of it that have the terminal.
  terminal.type("web trap '' HUP; touch here; sleep 3600; sleep 3600\n")
  await project.reaches('here')
  process.kill(Number(fs.readFileSync(path.join(folder, 'pid'), 'utf8')), 'SIGKILL')
  fs.rmSync(path.join(folder, 'pid'))
  await project.leavesNothing(t)
})
