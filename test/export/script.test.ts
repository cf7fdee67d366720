import { spawnSync } from 'node:child_process'
import t, { type Test as Tap } from 'tap'
import type { Item, Play } from '../../src/export/play.ts'
import { script } from '../../src/export/sh/script.ts'

const play = (items: Item[], more: Partial<Play> = {}): Play => ({
  name: 'a story',
  file: 'scenarios/story.ts',
  items,
  kinds: [],
  readsVxlan: false,
  ...more,
})

const written = (items: Item[], more: Partial<Play> = {}) =>
  script([{ play: play(items, more), drawing: [] }], '1.2.3', { refused: new Set() })

/** Names and texts in which a shell, a terminal or a comment would see more than text. */
const hostile = [
  "it's",
  '$(touch pwned) `touch pwned` ${HOME}',
  '"quoted" \\ ; rm -rf x & | > < ! # *',
  '日本語 🚀 Ünïcode “quotes” ‘more’',
  '</script> ]]> <!-- ::error %0A',
  '-n --help',
]

const everything = (text: string): Item[] => [
  { kind: 'section', path: [text] },
  { kind: 'namespace', name: 'web' },
  { kind: 'do', lines: ['ip -n web link set lo up', 'ip netns exec web sysctl -w a.b=1'] },
  { kind: 'remark', text: `${text}\n${text}` },
  { kind: 'try', line: `ip netns exec web bash -c 'echo "$HOME"'`, exitCode: 3 },
  { kind: 'serve', node: 'web', port: 80, text, status: 404 },
  { kind: 'capture', name: 'web-eth0', node: 'web', link: 'eth0' },
  {
    kind: 'check',
    title: text,
    isNegative: false,
    isEventual: false,
    test: { kind: 'prints', command: ['echo', text], text },
  },
  {
    kind: 'check',
    title: text,
    isNegative: true,
    isEventual: true,
    test: { kind: 'sees', capture: 'web-eth0', range: { least: 1 }, packet: { by: 'text', text } },
  },
  {
    kind: 'check',
    title: text,
    isNegative: true,
    isEventual: false,
    test: { kind: 'matches', command: ['echo', text], pattern: text },
  },
  { kind: 'stop-capture', name: 'web-eth0' },
  { kind: 'stop-serving', node: 'web', port: 80 },
  { kind: 'left-out', title: text, reason: text },
]

function accepted(t: Tap, text: string): void {
  const { status, stdout } = spawnSync('shellcheck', ['-'], { input: text })
  t.equal(stdout.toString(), '')
  t.equal(status, 0)
}

for (const text of hostile) {
  t.test(`shellcheck accepts a script about ${text}`, async t => {
    accepted(t, written(everything(text)))
  })
}

t.test('shellcheck accepts every function at once, and several scenarios', async t => {
  const piece = { play: play(everything('x'), { kinds: ['vlan', 'vxlan'] }), drawing: ['a ── b'] }
  const empty = { play: play([]), drawing: [] }
  const text = script([piece, piece, empty], '1.2.3', { mark: 'MARK' })
  accepted(t, text)
  t.match(text, /^attempt 'MARK 1' ip -n web link set lo up$/m)
  t.match(text, /^attempt 'MARK 3' /m, 'numbers go on from scenario to scenario')
})

/** What a part of a script prints, without what needs root. */
function printed(text: string, ...run: string[]): string {
  const functions = text.slice(text.indexOf('\nmade=()'), text.indexOf('\nwork=$(mktemp'))
  const own = text.slice(text.indexOf('\nsection() {'))
  const input = `set -Eeuo pipefail\n${functions}\nwork=$(mktemp -d)\ntrap 'rm -rf "$work"' EXIT\n${own}`
  return spawnSync('bash', ['-s', ...run], { input }).stdout.toString()
}

t.test(
  'it counts what is so, what is not, and what is left out, and its exit code says it',
  async t => {
    const check = (title: string, command: string[], isNegative: boolean): Item => ({
      kind: 'check',
      title,
      isNegative,
      isEventual: false,
      test: { kind: 'succeeds', command },
    })
    const text = written([
      { kind: 'section', path: ['all of it'] },
      check('true is true', ['true'], false),
      check('false is not', ['false'], true),
      check('true is not false', ['true'], true),
      check('what does not run is no silence', ['no-such-program'], true),
      { kind: 'left-out', title: 'the rest', reason: 'of its own kind' },
    ])
    t.match(
      printed(text),
      /^\nall of it\n {2}ok {4}true is true\n {2}ok {4}false is not\n {2}FAIL {2}true is not false\n {2}FAIL {2}what does not run is no silence\n.*not found\n {2}- {5}the rest: left out, of its own kind\n\n2 passed, 2 failed, 1 left out\n$/s,
    )
  },
)

t.test('a text of any language is what a server says and a body is compared with', async t => {
  for (const text of [...hostile, 'two\nlines']) {
    const out = printed(
      written([
        { kind: 'section', path: ['said'] },
        {
          kind: 'check',
          title: 'same',
          isNegative: false,
          isEventual: false,
          test: { kind: 'prints', command: ['printf', '%s\n', text], text },
        },
      ]),
    )
    t.match(out, /1 passed, 0 failed/, text)
  }
})

t.test('it names what it needs, and only that', async t => {
  const text = written(everything('x'))
  t.match(text, /^# Needs bash 5, iproute2, socat, procps, tcpdump\.$/m)
  t.match(written([]), /^# Needs bash 5, iproute2\.$/m)
})

t.test('a refusal that a scenario brings about on purpose is one here', async t => {
  const items: Item[] = [
    { kind: 'do', lines: ['ip -n web link set a up', 'ip -n web link set b up'] },
  ]
  const text = script([{ play: play(items), drawing: [] }], '1.2.3', { refused: new Set([2]) })
  t.match(text, /^ip -n web link set a up\nrefused ip -n web link set b up$/m)
})
