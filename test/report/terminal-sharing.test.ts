import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { shellWord } from '../../src/names.ts'
import { began, fourRunning, isJob, isStatus } from './terminal/playing.ts'
import { Screen } from './terminal/screen.ts'

t.test('a run that breaks off says what it knows, and gives the terminal back', async t => {
  for (const leave of ['close', 'exit'] as const) {
    const screen = new Screen(60, 12)
    const { reporter, time, host } = await began(screen, fourRunning())
    time.passTo(500)
    t.match(await screen.modes(), { isCursorHidden: true })
    if (leave === 'exit') host.emit('exit', 130)
    await reporter.close()
    const lines = await screen.lines()
    for (const i of [1, 2, 3, 4]) {
      t.same(
        lines.filter(line => line.includes(`scenario ${i}`)),
        [`scenario ${i} scenarios/shop.ts not over`],
      )
    }
    t.notOk(lines.some(line => isJob(line) || isStatus(line)))
    t.match(await screen.modes(), { isCursorHidden: false, wraps: true, isSynchronized: false })
    t.equal(time.intervals, 0)
    t.same(host.eventNames(), [])
    const { length } = screen.writes
    time.passTo(5000)
    t.equal(screen.writes.length, length)
  }
})

t.test('Ctrl-Z gives the terminal to the shell until it comes back', async t => {
  const screen = new Screen(60, 12)
  const { time, host, reporter } = await began(screen, fourRunning())
  time.passTo(500)
  host.emit('SIGTSTP')
  t.same(host.killed, [[host.pid, 'SIGSTOP']])
  t.same(await screen.lines(), [])
  t.match(await screen.modes(), { isCursorHidden: false, wraps: true })
  screen.write('$ fg\n')
  time.passTo(1000)
  t.same(await screen.lines(), ['$ fg'])
  host.emit('SIGCONT')
  time.passTo(1500)
  t.match(await screen.visible(), ['$ fg', /^▸ .*scenario 1/, /^▸/, /^▸/, /^▸/, /^. /])
  t.match(await screen.modes(), { isCursorHidden: true })
  await reporter.close()
})

t.test('one that was stopped from outside draws below what the shell wrote', async t => {
  const screen = new Screen(60, 12)
  const { time, host, reporter } = await began(screen, fourRunning())
  time.passTo(500)
  screen.write('\x1b[?25h[1]+  Stopped\n$ fg\n')
  host.emit('SIGCONT')
  time.passTo(1000)
  t.match(await screen.visible(), ['[1]+  Stopped', '$ fg', /^▸/, /^▸/, /^▸/, /^▸/, /^. /])
  t.match(await screen.modes(), { isCursorHidden: true })
  await reporter.close()
})

t.test('who holds the terminal has it alone; what came meanwhile comes after', async t => {
  const screen = new Screen(60, 12)
  const run = fourRunning()
  const { time, reporter } = await began(screen, run)
  time.passTo(500)
  const release = reporter.hold()
  const releaseToo = reporter.hold()
  screen.write('continue? ')
  const told = run.events.length
  run.scenario('scenario 5', { worker: 5 }).pass()
  for (const event of run.events.slice(told)) reporter.tell(event)
  time.passTo(2000)
  t.same(await screen.lines(), ['continue?'])
  t.match(await screen.modes(), { isCursorHidden: false })
  screen.write('y\n')
  release()
  release()
  time.passTo(2500)
  t.same(await screen.lines(), ['continue? y'])
  releaseToo()
  t.match(await screen.visible(), [
    'continue? y',
    /^scenario 5 /,
    '',
    /^▸/,
    /^▸/,
    /^▸/,
    /^▸/,
    /^. /,
  ])
  await reporter.close()
})

t.test(
  'a process that ends in the middle gives a real terminal back, and nothing keeps it',
  async t => {
    // On a pseudo-terminal of its own; it ends by itself as soon as it has drawn something.
    const program = `
    import { terminalReporter } from './src/report/terminal/terminal-reporter.ts'
    import { fourRunning } from './test/report/terminal/playing.ts'
    const busy = setInterval(() => {}, 1000)
    const write = process.stdout.write.bind(process.stdout)
    process.stdout.write = text => {
      if (text.includes('0 passed')) clearInterval(busy)
      return write(text)
    }
    const reporter = await terminalReporter({ output: process.stdout, env: { TERM: 'xterm' } })
    for (const event of fourRunning().events) reporter.tell(event)
  `
    const node = [process.execPath, '--import=tsx', '--input-type=module', '-e', program]
    const command = node.map(shellWord).join(' ')
    const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
      timeout: 120_000,
    })
    const screen = new Screen(80, 24)
    screen.write(stdout)
    t.match(stdout, '\x1b[?25l')
    t.match(await screen.modes(), { isCursorHidden: false, wraps: true, isSynchronized: false })
    const lines = await screen.lines()
    t.match(lines[0], /^scenario 1 scenarios\/shop\.ts not over/)
    t.notOk(lines.some(line => isJob(line) || isStatus(line)))
  },
)
