import { WriteStream } from 'node:tty'
import t from 'tap'
import { colourLevel, coloursOf } from '../../src/report/terminal/colours.ts'
import { isLiveTerminal } from '../../src/report/terminal/terminal-reporter.ts'

const getColorDepth = (env?: object): number => WriteStream.prototype.getColorDepth.call(null, env)
const terminal = { isTTY: true, getColorDepth }
const pipe = {}

const xterm = { TERM: 'xterm-256color' }
const cases: [env: NodeJS.ProcessEnv, onTerminal: number, inPipe: number][] = [
  [xterm, 2, 0],
  [{ TERM: 'xterm' }, 1, 0],
  [{ TERM: 'xterm', COLORTERM: 'truecolor' }, 3, 0],
  [{ TERM: 'dumb' }, 0, 0],
  [{ ...xterm, NO_COLOR: '1' }, 0, 0],
  [{ ...xterm, NO_COLOR: '0' }, 0, 0],
  [{ ...xterm, NO_COLOR: '' }, 2, 0],
  [{ ...xterm, NODE_DISABLE_COLORS: '1' }, 0, 0],
  [{ ...xterm, FORCE_COLOR: '0' }, 0, 0],
  [{ ...xterm, FORCE_COLOR: 'false' }, 0, 0],
  [{ ...xterm, FORCE_COLOR: '' }, 1, 1],
  [{ ...xterm, FORCE_COLOR: 'true' }, 1, 1],
  [{ TERM: 'dumb', FORCE_COLOR: '1' }, 1, 1],
  [{ ...xterm, FORCE_COLOR: '2' }, 2, 2],
  [{ ...xterm, FORCE_COLOR: '3' }, 3, 3],
  [{ ...xterm, FORCE_COLOR: 'yes' }, 0, 0],
  [{ ...xterm, NO_COLOR: '1', FORCE_COLOR: '3' }, 3, 3],
]

for (const [env, onTerminal, inPipe] of cases) {
  t.test(`${JSON.stringify(env)}: ${onTerminal} on a terminal, ${inPipe} in a pipe`, async t => {
    t.equal(colourLevel(terminal, env), onTerminal)
    t.equal(colourLevel(pipe, env), inPipe)
    // Node's own answer; Node 20 takes an empty NO_COLOR for one that is set.
    if (env.NO_COLOR !== '') t.equal(getColorDepth(env), [1, 4, 8, 24][onTerminal])
  })
}

t.test('without colours nothing is coloured', async t => {
  t.equal(coloursOf(0).red('x'), 'x')
  t.equal(coloursOf(1).red('x'), '\x1b[31mx\x1b[39m')
})

const live: [isTTY: boolean, env: NodeJS.ProcessEnv, expected: boolean][] = [
  [true, xterm, true],
  [true, {}, true],
  [false, xterm, false],
  [true, { TERM: 'dumb' }, false],
  [true, { ...xterm, CI: 'true' }, false],
  [true, { ...xterm, CI: '1' }, false],
  [true, { ...xterm, CI: 'false' }, true],
  [true, { ...xterm, NO_COLOR: '1' }, true],
]

for (const [isTTY, env, expected] of live) {
  const where = isTTY ? 'a terminal' : 'no terminal'
  t.test(`${where} with ${JSON.stringify(env)} is ${expected ? '' : 'not '}live`, async t => {
    t.equal(isLiveTerminal({ isTTY }, env), expected)
  })
}
