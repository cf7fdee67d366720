import type { RunEvent } from '../../../src/runner/events.ts'
import { captured } from './lab.ts'
import { Recording } from './recording.ts'

/** What a name or an output may hold, by what it tries to break. */
export const hostileTexts = {
  japanese: '日本語のネットワーク',
  emoji: 'family 👩‍👩‍👧‍👦 flag 🏴‍☠️ e\u0301',
  ansi: '\x1b[31mred\x1b[0m \x1b]8;;http://example.com\x07link\x1b]8;;\x07 \x1b[2J\x9b1m',
  controls: 'nul \0 bell \x07 backspace \b delete \x7f next line \x85 noncharacter \uffff',
  returns: 'first\r\nsecond\rthird\u2028fourth\u2029fifth',
  cdata: 'a ]]> b <![CDATA[ c',
  markup: '</script><script>alert(1)</script><img src=x onerror=alert(1)>&amp;&nbsp;&#0;&x;"\'',
  comment: '<!-- a -- b -->',
  newlines: 'first\nsecond\n\nfourth\n',
  markdown:
    '| a | b | `c` ``d`` **e** [f](javascript:alert(1)) ![g](h) @everyone #1 \\| \\` ~~h~~ __i__ www.example.com a@example.com ##',
  fence: '```\n````js\n~~~~~\n# heading\n</details>',
  workflow: '::error file=a,line=1::b\n::set-output name=a::b\n::stop-commands::c',
  percent: '%0A%0D%25 100% %3A %2C',
  tap: 'a # SKIP b # TODO c \\ d \\# e \\\\ - f # time=1ms',
  tapLines: 'ok 1 - not mine\nnot ok 2 - nor this\n1..0\nBail out! no\n  ---\n  a: b\n  ...\n',
  brace: 'ends with {',
  dash: '- 1..2 # time=1ms',
  mermaid: 'a["b"] --> c{d}; end subgraph %% e\nclick a "javascript:alert(1)" #quot; #35;',
  surrogates: 'high \ud800 low \udc00 both \ud83d',
  bidi: '\u202eright to left\u202c \u2066isolate\u2069 \ufeff zero\u200bwidth',
  spaces: '  leading, trailing\t ',
  proto: '__proto__',
  empty: '',
  long: 'long '.repeat(2000),
} as const

const every = Object.values(hostileTexts).join('\n')

/** All of the texts in all of the places: names, tags, steps, output, errors, captures, labels. */
export function hostile(): RunEvent[] {
  const run = new Recording({
    files: Object.values(hostileTexts).map(text => `scenarios/${text}.ts`),
    kernel: hostileTexts.markup,
  })
  for (const [i, text] of Object.values(hostileTexts).entries()) {
    const file = i % 2 === 0 ? 'scenarios/hostile.ts' : `scenarios/${text}.ts`
    const one = run.scenario(text, { file, line: i + 1, tags: [text, 'hostile'] })
    one.note(text).output(text).output(text, { stream: 'stderr' }).action(text)
    one
      .command({ node: text, command: text, stdout: text, stderr: text, exitCode: 1 })
      .program({ node: text, command: text, text })
    one.step(text, () => {
      one.step(text, () => one.expectation(text, { received: text }))
      const own = { expected: text, received: text, command: text }
      one.expectation(text, { status: i % 3 === 0 ? 'failed' : 'passed', ...own })
    })
    one
      .capture({
        node: text,
        link: text,
        ...captured,
        packets: [{ ...captured.packets[0]!, text }],
      })
      .topology(topologyNamed(text))
      .diagnostic({ node: text, what: text, command: text, text })
    if (i % 3 === 0) one.fail(errorOf(text), { diagnostics: `reports/diagnostics/${text}` })
    else if (i % 3 === 1) one.pass()
    else one.skip(text)
  }
  run.scenario('all of them at once').output(every).fail(errorOf(every))
  return run.end()
}

function errorOf(text: string) {
  return {
    name: text,
    code: 'TNET_EXPECTATION',
    message: text,
    facts: { expected: text, received: text, [text]: text },
    hint: text,
    at: `scenarios/${text}.ts:3`,
    stack: text,
  }
}

function topologyNamed(text: string) {
  const link = { name: text, kind: 'bridge', isUp: true, mtu: 1500, addresses: [text] }
  const tunnel = { id: 1, local: text, remotes: [text], isStandIn: true }
  const peer = { node: `${text} host`, link: text }
  const node = { isSharing: false, routes: [text], nat: [text] }
  return {
    nodes: [
      {
        ...node,
        id: `${text} host`,
        label: text,
        kind: 'host' as const,
        links: [link, { ...link, name: `${text} port`, kind: 'vxlan', master: text, tunnel }],
      },
      {
        ...node,
        id: `${text} container`,
        label: text,
        kind: 'container' as const,
        host: `${text} host`,
        links: [{ ...link, name: 'eth0', kind: 'veth', peer }],
      },
    ],
    networks: [{ name: text, driver: text, subnet: text, endpoints: [] }],
  }
}
