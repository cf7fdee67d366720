// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import t from 'tap'
import { story } from './command-line.ts'
import { UP } from './pseudo-terminal.ts'
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

t.test('the prompt runs commands and shells on nodes', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing })
  const { terminal, folder } = project
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('paused> ')
  terminal.type('web hostname; pwd; ip -o -4 addr show dev eth0\n')
  await terminal.shows(`\r\nweb\r\n${fs.realpathSync(folder)}\r\n`)
  await terminal.shows('inet 10.0.1.2/24')
  await terminal.shows('paused> ')
  terminal.type('web exit 7\n')
  await terminal.shows('exit code 7')
  await terminal.shows('paused> ')
  terminal.type('web echo reads; cat\n')
  await terminal.shows('\nreads')
  terminal.type('its input is the terminal\n')
  await terminal.shows('its input is the terminal\r\nits input is the terminal')
  terminal.type('\x04')
  await terminal.shows('paused> ')

  terminal.type('the\n')
  await terminal.shows('no node "the"')
  await terminal.shows('alpha, web, theapp-ecf641')
  await terminal.shows('paused> ')
  terminal.type('shell theapp-ecf641\n')
  await terminal.shows('theapp-ecf641 ')
  terminal.type(`${UP}\n`)
  await terminal.shows('\nup')
  terminal.type('\x1a')
  await terminal.shows('Stopped')
  terminal.type('jobs | wc -l; fg\n')
  await terminal.shows('\n1')
  await terminal.shows('\non again')
  terminal.type('\x03')
  await terminal.shows('theapp-ecf641 ')
  terminal.type('exit\n')
  await terminal.shows('paused> ')
  t.notMatch(terminal.shown, /job control|process group/)

  terminal.type('nodes\n')
  await terminal.shows('container the app')
  await terminal.shows('paused> ')
  terminal.type('trace\n')
  await terminal.shows('ip -n alpha link add blue type bridge')
  await terminal.shows('paused> ')
  terminal.type('help\n')
  await terminal.shows('continue')
  await terminal.shows('paused> ')
  terminal.type('\x04')
  await terminal.shows('0 passed, 1 failed')
  await project.exitsWith(1)
  await project.leavesNothing(t)
})

t.test('Tab completes names of nodes', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing }, { TERM: 'xterm' })
  const { terminal } = project
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('paused> ')
  terminal.type('thea\t')
  await terminal.shows('theapp-ecf641 ')
  terminal.type('hostname\n')
  await terminal.shows('\r\ntheapp-ecf641\r\n')
  await terminal.shows('paused> ')
  terminal.type('shell w\t')
  await terminal.shows('shell web ')
  terminal.type('\x03')
  await project.exitsWith(130)
  await project.leavesNothing(t)
})

t.test('Ctrl-C is for the command that runs, and at the prompt for the run', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing })
  const { terminal } = project
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('paused> ')
  terminal.type(`web ${UP}; echo not reached\n`)
  await terminal.shows('\nup')
  terminal.type('\x03')
  await terminal.shows('paused> ')
  terminal.type('web trap "echo caught; exit 3" INT; echo ready; while :; do sleep 0.1; done\n')
  await terminal.shows('\nready')
  terminal.type('\x03')
  await terminal.shows('caught')
  await terminal.shows('exit code 3')
  await terminal.shows('paused> ')
  // What is left running goes with the lab.
  terminal.type('web (setsid sleep 3600 &)\n')
  await terminal.shows('paused> ')
  terminal.type('\x03')
  await terminal.shows('stopping: labs are being closed')
  await terminal.shows('SIGINT stopped the run')
  await project.exitsWith(130)
  t.notMatch(terminal.shown, '\nnot reached')
  await project.leavesNothing(t)
})

t.test('a command that stops goes on: nobody else could continue it', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing }, { TERM: 'xterm' })
  const { terminal } = project
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('paused> ')
  terminal.type('web echo reads; cat; echo then\n')
  await terminal.shows('\nreads')
  terminal.type('\x1aafter\n')
  await terminal.shows('after\r\nafter')
  terminal.type('\x04')
  await terminal.shows('\nthen')
  await terminal.shows('paused> ')
  // As an editor does it, with all that is in its process group.
  terminal.type('web sleep 0.1 & kill -STOP 0; wait; echo on again\n')
  await terminal.shows('\non again')
  await terminal.shows('paused> ')
  terminal.type('\x1a')
  terminal.type('abort\n')
  await project.exitsWith(130)
  await project.leavesNothing(t)
})

t.test('a shell that is killed leaves the terminal as it was', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing })
  const { terminal } = project
  const modes = 'stty -a | grep -oE -e "-?(icanon|echo) " | tr -d "\\n"; echo .'
  terminal.type(`${RUN} story.ts --pause-on-failure\n`)
  await terminal.shows('paused> ')
  terminal.type('web\n')
  await terminal.shows('web ')
  terminal.type('stty -echo -icanon; kill -KILL $$\n')
  await terminal.shows('paused> ')
  terminal.type(`web ${modes}\n`)
  await terminal.shows('\nicanon echo .')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await project.exitsWith(1)
  terminal.type(`${modes}\n`)
  await terminal.shows('icanon echo .')
  await project.leavesNothing(t)
})

t.test('it keeps no history in files, but within a run', async t => {
  const files = {
    'story.ts': story(`await lab.host('alpha'); await lab.pause(); await lab.pause()`),
  }
  await using project = await TerminalProject.open(t, files, { TERM: 'xterm' })
  const { terminal } = project
  terminal.type(`${RUN} story.ts\n`)
  await terminal.shows('paused> ')
  terminal.type('alpha echo once more\n')
  await terminal.shows('\nonce more')
  await terminal.shows('paused> ')
  terminal.type('alpha\n')
  await terminal.shows('alpha ~')
  terminal.type('echo typed in a shell; exit\n')
  await terminal.shows('typed in a shell\r\nexit')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await terminal.shows('paused> ')
  terminal.type('\x10\x10\x10\n')
  await terminal.shows('\nonce more')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await project.exitsWith(0)
  await project.leavesNothing(t)
})

t.test('in the background it stops before it prompts, and prompts in the foreground', async t => {
  await using project = await TerminalProject.open(t, { 'story.ts': failing })
  const { terminal } = project
  terminal.type(`${RUN} story.ts --pause-on-failure &\n`)
  await terminal.shows('[1] ')
  terminal.type('wait\n')
  await terminal.shows('Stopped')
  await terminal.shows('outer> ')
  terminal.type('fg\n')
  await terminal.shows('paused> ')
  terminal.type('continue\n')
  await project.exitsWith(1)
  await project.leavesNothing(t)
})
