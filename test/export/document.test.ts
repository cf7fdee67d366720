import { spawnSync } from 'node:child_process'
import { marked, type Tokens } from 'marked'
import t from 'tap'
import { blocksFor } from '../../src/export/md/blocks.ts'
import type { Seen } from '../../src/export/md/block.ts'
import { document } from '../../src/export/md/document.ts'
import { filterFor } from '../../src/export/md/packet-filter.ts'
import { commandsOf, seenIn, typingScript } from '../../src/export/md/typing-script.ts'
import type { Item, Play } from '../../src/export/play.ts'

const play = (items: Item[], more: Partial<Play> = {}): Play => ({
  name: 'a story',
  file: 'scenarios/story.ts',
  items,
  kinds: [],
  readsVxlan: false,
  ...more,
})

const saw = (output: string, more: Partial<Seen> = {}): Seen => ({
  exitCode: 0,
  output,
  isSo: true,
  waitedMs: 1,
  ...more,
})

function written(one: Play, output = ''): string {
  const blocks = blocksFor(one)
  const seen = commandsOf(blocks).map(() => saw(output))
  return document({ play: one, drawing: [], blocks, seen, tool: '1.2.3' })
}

t.test('names and output are never markup, and no fence ends early', async t => {
  const name = '\\*bold* <script>alert(1)</script> # [x](y) ]]> <!-- 日本語'
  const output = 'a ``` fence\n````\n# no heading\n\u001b[31mred\u202e'
  const text = written(
    play(
      [
        { kind: 'section', path: [name] },
        { kind: 'try', line: 'ip link', exitCode: 0 },
        { kind: 'left-out', title: name, reason: name },
      ],
      { name },
    ),
    output,
  )
  const tokens = marked.lexer(text)
  t.strictSame(
    tokens.flatMap(token => (token.type === 'heading' ? [(token as Tokens.Heading).depth] : [])),
    [1, 2, 2, 2],
  )
  t.notOk(tokens.some(({ type }) => type === 'html'))
  const code = tokens.find(({ type }) => type === 'code') as Tokens.Code | undefined
  t.equal(code?.text, `$ ip link\na \`\`\` fence\n\`\`\`\`\n# no heading\n[31mred`)
})

t.test('where the kernel must have something, front matter says so', async t => {
  t.match(
    written(play([], { kinds: ['ipip', 'vxlan'] })),
    /^---\ntnet-lab:\n {2}requires: \[ipip, vxlan\]\n---\n\n# /,
  )
  t.match(written(play([])), /^# a story\n/)
})

t.test('what took its time is waited for by who types it, too', async t => {
  const one = play([{ kind: 'try', line: 'ip link', exitCode: 0 }])
  const blocks = blocksFor(one)
  const seen = commandsOf(blocks).map(() => saw('', { waitedMs: 2300 }))
  const text = document({ play: one, drawing: [], blocks, seen, tool: '1.2.3' })
  t.match(text, /\$ sleep 3\n\$ ip link\n/)
})

t.test('commands are typed in one shell, until they are as they should be', async t => {
  const commands = [
    { command: "cat > /tmp/here <<'EOF'\n$HOME\nEOF" },
    { command: 'cd /; x=1' },
    { command: 'echo $x >> /tmp/here; wc -l < /tmp/here', until: '[ "$said" = 4 ]' },
    { command: 'cat /tmp/here; exit_code() { return 3; }; exit_code', until: '[ "$code" -eq 3 ]' },
  ]
  const input = typingScript(commands, '')
  const here = spawnSync('unshare', ['--map-root-user', '--mount', 'bash', '-s'], { input })
  const [, , third, fourth] = seenIn(here.stdout.toString())
  t.match(third, { isSo: true, output: '4' })
  t.match(fourth, { isSo: true, exitCode: 3, output: '$HOME\n1\n1\n1' })
})

const filters: [string, string | undefined][] = [
  [
    'IP 192.0.2.1 > 192.0.2.9: ICMP echo request',
    'src host 192.0.2.1 and dst host 192.0.2.9 and icmp[icmptype] == 8',
  ],
  [
    'IP 192.0.2.1.53 > 192.0.2.9.99: UDP',
    'src host 192.0.2.1 and src port 53 and dst host 192.0.2.9 and dst port 99 and udp',
  ],
  ['IP 192.0.2.1 > ', 'src host 192.0.2.1'],
  [
    'ARP, Request who-has 192.0.2.9 tell 192.0.2.1',
    'arp[6:2] == 1 and src host 192.0.2.1 and dst host 192.0.2.9',
  ],
  ['ARP, Reply 192.0.2.9', 'arp[6:2] == 2 and src host 192.0.2.9'],
  ['192.0.2.9', 'host 192.0.2.9'],
  ['172.17.', undefined],
  ['IP 192.0.2.1.8285 > 192.0.2.2.8285: UDP, length 88', undefined],
  ['vni 42\nARP, Reply 192.0.2.9', undefined],
]

for (const [text, filter] of filters) {
  t.test(
    `${JSON.stringify(text)} ${filter === undefined ? 'has no filter' : `is ${filter}`}`,
    async t => {
      t.equal(filterFor({ by: 'text', text }), filter)
    },
  )
}

t.test('what still runs is ended by who cleans up, and nobody looks for what does not', t => {
  const server = { node: 'web', port: 80 }
  const story = (...last: Item[]) =>
    play([
      { kind: 'namespace', name: 'web' },
      { kind: 'serve', ...server, text: 'hi', status: 200 },
      ...last,
    ])
  const tidying = (of: Play) => {
    const block = blocksFor(of).at(-1)
    return block?.kind === 'typed' ? block.commands.map(({ command }) => command) : []
  }
  t.strictSame(tidying(story()), ['kill $(jobs -pr)', 'ip netns delete web'])
  t.strictSame(tidying(story({ kind: 'stop-serving', ...server })), ['ip netns delete web'])
  t.end()
})
