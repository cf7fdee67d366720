import t from 'tap'
import { nodesText, pausedText } from '../../src/cli/pause/paused-text.ts'
import { enterable, entryLine } from '../../src/runner/pause-entry.ts'
import type { Pause } from '../../src/runner/pauses.ts'

const node = { name: 'web', label: 'web', kind: 'container' as const, net: 31, mnt: 32, uts: 33 }
const root = { PATH: '/usr/sbin:/usr/bin' }
const paper = { isTTY: false }

t.test('a node is entered by the descriptors of the sandbox’s process 1', t => {
  t.equal(
    entryLine(enterable(node, 4711, false), root),
    'nsenter --target=4711 --pid --ipc --net=/proc/4711/fd/31 --mount=/proc/4711/fd/32 --uts=/proc/4711/fd/33 bash',
  )
  t.end()
})

t.test('without root by way of the user namespace, in which the user is root', t => {
  const line = entryLine(enterable(node, 4711, true), root)
  t.match(line, /^nsenter --target=4711 --user --preserve-credentials --pid /)
  t.end()
})

t.test('who came by sudo needs it in the other terminal as well', t => {
  t.match(entryLine(enterable(node, 1, false), { ...root, SUDO_UID: '1000' }), /^sudo nsenter /)
  t.end()
})

t.test('who has no folder of system tools in PATH gets it', t => {
  const line = entryLine(enterable(node, 1, true), { PATH: '/usr/bin:/bin' })
  t.match(line, / env PATH="\$PATH:\/usr\/sbin:\/sbin" bash$/)
  t.end()
})

const pause = (more: Partial<Pause>): Pause => ({
  scenario: 'a story',
  file: 'story.ts',
  actions: [],
  nodes: [enterable(node, 1, false)],
  over: new AbortController().signal,
  ...more,
})

t.test('many nodes do not push the failure off the screen', t => {
  const nodes = Array.from({ length: 30 }, (_, i) => {
    return enterable({ ...node, name: `n${i}`, label: `n${i}` }, 1, false)
  })
  const text = pausedText(pause({ nodes }), paper)
  t.equal(text.match(/nsenter/g)?.length, 10)
  t.match(text, 'and 20 more: "nodes" shows all')
  t.equal(nodesText(nodes, paper).match(/nsenter/g)?.length, 30)
  t.end()
})

t.test('names and failures are shown, and not obeyed', t => {
  const hostile = '日本語\x1b[2J\r\n\u202eevil'
  const why = {
    name: 'ExpectationError',
    code: 'TNET_EXPECTATION',
    message: hostile,
    facts: { received: hostile },
    hint: hostile,
  }
  const nodes = [enterable({ ...node, label: hostile }, 1, false)]
  const text = pausedText(pause({ scenario: hostile, why, nodes }), paper)
  t.match(text, '日本語')
  t.notMatch(text, /[\x1b\r\u202e]/)
  t.match(text, /^ {2}web {2}container 日本語\\x1b\[2J\\x0d\\n\\u202eevil$/m)
  t.end()
})

t.test('a lab without nodes says so', t => {
  t.match(pausedText(pause({ nodes: [] }), paper), 'the lab has no nodes yet')
  t.end()
})
