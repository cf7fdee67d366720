import t from 'tap'
import { poll } from '../../src/poll.ts'
import { PseudoTerminal, UP } from './pseudo-terminal.ts'

t.setTimeout(600_000)

const patient = { timeoutMs: 30_000 }

for (const shell of ['bash --norc', 'dash']) {
  t.test(`${shell} in a sandbox has job control`, async t => {
    await using terminal = await PseudoTerminal.bash()
    terminal.type(`PS1='inner> ' $TNET_LAB sandbox -- ${shell}\n`)
    await terminal.shows('\ninner> ')
    terminal.type(`${UP}\n`)
    await terminal.shows('\nup')
    terminal.type('\x1a')
    await terminal.shows('Stopped')
    await terminal.shows('inner> ')
    terminal.type('fg\n')
    await terminal.shows('\non again')
    terminal.type('\x03')
    await terminal.shows('inner> ')
    terminal.type('exit 7\n')
    await terminal.shows('outer> ')
    terminal.type('echo "[$?]"\n')
    await terminal.shows('\n[7]')
    t.notMatch(terminal.shown, /job control|tty process group/)
  })
}

t.test('Ctrl-Z stops a command, for the shell around as well, and fg continues it', async () => {
  await using terminal = await PseudoTerminal.bash()
  terminal.type(`$TNET_LAB sandbox -- ${UP}\n`)
  await terminal.shows('\nup')
  for (const word of ['once', 'twice']) {
    terminal.type('\x1a')
    await terminal.shows('Stopped')
    await terminal.shows('outer> ')
    terminal.type('fg\n')
    await terminal.shows('\non again')
    terminal.type(`${word}\n`)
    await terminal.shows(`[${word}]`)
  }
  terminal.type('\x04')
  await terminal.shows('outer> ')
})

t.test('Ctrl-Z is without effect where nobody could continue', async () => {
  await using terminal = new PseudoTerminal(['sh', '-c', 'exec $TNET_LAB sandbox -- cat'])
  terminal.type('before\n')
  await terminal.shows('before\r\nbefore')
  terminal.type('\x1a')
  await terminal.shows('^Z')
  terminal.type('after\n')
  await terminal.shows('after\r\nafter')
})

t.test('Ctrl-C ends the command, and a loop around it', async t => {
  await using terminal = await PseudoTerminal.bash()
  terminal.type(`for n in 1 2 3; do $TNET_LAB sandbox -- ${UP}; done\n`)
  await terminal.shows('\nup')
  terminal.type('\x03')
  await terminal.shows('outer> ')
  terminal.type('echo "[$?]"\n')
  await terminal.shows('\n[130]')
  t.equal(terminal.shown.split('\nup').length, 2, 'it began once')
})

t.test('a command that handles Ctrl-C gets it once', async () => {
  await using terminal = await PseudoTerminal.bash()
  const command = `trap "echo got it; exit 5" INT; echo up; while :; do sleep 0.1; done`
  terminal.type(`$TNET_LAB sandbox -- sh -c '${command}'\n`)
  await terminal.shows('\nup')
  terminal.type('\x03')
  await terminal.shows('got it')
  await terminal.shows('outer> ')
  terminal.type('echo "[$?]"\n')
  await terminal.shows('\n[5]')
})

t.test('in a pipeline Ctrl-C and Ctrl-Z are for all of the command', async t => {
  await using terminal = await PseudoTerminal.bash()
  terminal.type(`$TNET_LAB sandbox -- sh -c 'echo up; sleep 60; echo "[next]"' | cat\n`)
  await terminal.shows('\nup')
  terminal.type('\x1a')
  await terminal.shows('Stopped')
  await terminal.shows('outer> ')
  // Ctrl-Z may have come before there was a sleep.
  terminal.type('ps -t "$(tty)" -o stat=,comm= | grep -Ew "sleep|sh"\n')
  await terminal.shows('\nT')
  await terminal.shows('outer> ')
  terminal.type('fg\n')
  await terminal.shows('| cat')
  // Nobody says when the shell has let go of the terminal.
  const isOver = await poll(() => {
    terminal.type('\x03')
    return terminal.unseen.includes('outer> ') ? true : undefined
  }, patient)
  t.ok(isOver)
  t.notMatch(terminal.shown, '\n[next]')
})

t.test('in a pipeline the command gets the terminal when it asks for it', async () => {
  await using terminal = await PseudoTerminal.bash()
  terminal.type(`$TNET_LAB sandbox -- sh -c 'read x </dev/tty; echo "[$x]"' | cat\n`)
  await terminal.shows('| cat')
  terminal.type('typed\n')
  await terminal.shows('[typed]')
  await terminal.shows('outer> ')
})

t.test('in the background it waits for the terminal, and gets it by fg', async t => {
  await using terminal = await PseudoTerminal.bash()
  terminal.type(`$TNET_LAB sandbox -- sh -c 'read x; echo "[$x]"' &\n`)
  await terminal.shows('[1] ')
  terminal.type('wait\n')
  await terminal.shows('Stopped')
  await terminal.shows('outer> ')
  terminal.type('fg\n')
  // Nobody says when the shell has let go of the terminal.
  const isRead = await poll(() => {
    terminal.type('typed\n')
    return terminal.unseen.includes('[typed') ? true : undefined
  }, patient)
  t.ok(isRead)
})

t.test('without a command it is the shell of the user, and says where one is', async t => {
  await using terminal = await PseudoTerminal.bash({ SHELL: '/bin/dash' })
  terminal.type('$TNET_LAB sandbox\n')
  await terminal.shows('(tnet-lab)')
  terminal.type('ip -o link | wc -l\n')
  await terminal.shows('\n1')
  terminal.type('exit\n')
  await terminal.shows('outer> ')
  t.pass('and back')
})
