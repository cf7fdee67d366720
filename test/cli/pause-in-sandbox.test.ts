import path from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { ended, start } from './command-line.ts'
import { UP } from './pseudo-terminal.ts'
import { TerminalProject } from './terminal-project.ts'

t.setTimeout(600_000)

/** A program of somebody's own that pauses its lab. */
const files = {
  'look.mjs': `import { openLab } from '${pathToFileURL(path.resolve('dist/index.js')).href}'
const lab = await openLab()
const host = await lab.host('host')
const blue = await host.bridge('blue', '10.0.1.1/24')
await blue.container('web')
await lab.pause()
console.log('it went on')
await lab.close()
`,
}

t.test('lab.pause() in a sandbox gives a prompt, and goes on', async t => {
  await using project = await TerminalProject.open(t, files, { TERM: 'xterm' })
  const { terminal } = project
  terminal.type('$TNET_LAB sandbox -- node look.mjs\n')
  await terminal.shows('paused: host, web')
  await terminal.shows('paused> ')
  terminal.type('web hostname; ping -c 1 -W 5 host >/dev/null && echo answered\n')
  await terminal.shows('\nweb\r\nanswered')
  await terminal.shows('paused> ')
  terminal.type(`web ${UP}; echo not reached\n`)
  await terminal.shows('\nup')
  terminal.type('\x03')
  await terminal.shows('paused> ')
  terminal.type('host\n')
  await terminal.shows('host ~')
  terminal.type('sh -c "echo waits; read word"\n')
  await terminal.shows('waits\r\n')
  terminal.type('\x1a')
  await terminal.shows('Stopped')
  terminal.type('kill -KILL %1; fg; exit\n')
  await terminal.shows('paused> ')
  t.notMatch(terminal.shown, /job control|process group|\nnot reached/)
  terminal.type('continue\n')
  await terminal.shows('it went on')
  await project.exitsWith(0)
  await project.leavesNothing(t)
})

t.test('Ctrl-C at that prompt ends the program, as elsewhere', async t => {
  await using project = await TerminalProject.open(t, files)
  const { terminal } = project
  terminal.type('$TNET_LAB sandbox -- node look.mjs\n')
  await terminal.shows('paused> ')
  terminal.type('\x03')
  await project.exitsWith(130)
  t.notMatch(terminal.shown, 'it went on')
  await project.leavesNothing(t)
})

t.test('where nobody is at a terminal it goes on, and says so', async t => {
  await using project = await TerminalProject.open(t, files)
  const command = ['sandbox', '--', process.execPath, 'look.mjs']
  const { exitCode, stdout, stderr } = await ended(start(command, { cwd: project.folder }))
  t.equal(stderr, 'lab.pause(): there is no terminal to pause at, so it goes on\n')
  t.equal(stdout, 'it went on\n')
  t.equal(exitCode, 0)
})
