import t from 'tap'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { typedIn } from '../../../src/walkthrough/typed/typed-in.ts'
import type { TypedDocument } from '../../../src/walkthrough/typed/typed.ts'
import { updated } from '../../../src/walkthrough/update/updated.ts'
import type { WalkedStep } from '../../../src/walkthrough/verdict.ts'

type Seen = Partial<WalkedStep> & { seen: string }

/** As a walk tells it, by what stands in a command. */
function walked({ commands }: TypedDocument, seen: Readonly<Record<string, Seen>>): WalkedStep[] {
  return commands.flatMap(({ text, line, shown }, i) => {
    const found = Object.entries(seen).find(([part]) => text.includes(part))?.[1]
    if (found === undefined) return []
    const told = shown === undefined ? {} : { shown: shown.join('\n') }
    const step = { number: i + 1, line, host: 'host', command: text, durationMs: 1, exitCode: 0 }
    return { ...step, verdict: 'differs' as const, ...told, ...found }
  })
}

function update(text: string, seen: Readonly<Record<string, Seen>>) {
  const typed = typedIn(readDocument(text, 'a.md'))
  return updated(text, typed, walked(typed, seen))
}

const lines = (...all: string[]) => all.join('\n')
const fenced = (...all: string[]) => lines('# Title', '', '```console', ...all, '```', 'end', '')

const ROUTE = 'default via 10.0.0.1 dev eth0'
const LINK = '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2'

t.test('what differs is as it was seen, and everything around it stays', t => {
  const text = fenced('$ ip route', ROUTE, LINK, '$ ip netns', 'a')
  const { renewed, left, ...rest } = update(text, {
    'ip route': { seen: `default via 10.0.0.9 dev eth0 \n${LINK} \n` },
  })
  t.equal(rest.text, text.replace(ROUTE, 'default via 10.0.0.9 dev eth0'))
  t.strictSame({ renewed, left }, { renewed: [4], left: [] })
  t.end()
})

t.test('lines that mean the same stay as they are shown', t => {
  const text = fenced(
    '$ ping -c 1 10.0.0.1',
    'PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.',
    '64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.096 ms',
    '',
    '--- 10.0.0.1 ping statistics ---',
    '1 packets transmitted, 1 received, 0% packet loss, time 0ms',
    'rtt min/avg/max/mdev = 0.096/0.096/0.096/0.000 ms',
  )
  const loss = '1 packets transmitted, 0 received, 100% packet loss, time 0ms'
  const seen = lines(
    'PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.',
    '',
    '--- 10.0.0.1 ping statistics ---',
    loss,
    '',
  )
  const { text: now } = update(text, { ping: { seen, verdict: 'failed', exitCode: 1 } })
  t.equal(
    now,
    text
      .replace(/64 bytes.*\n/, '')
      .replace(/1 packets.*/, loss)
      .replace(/rtt.*\n/, ''),
  )
  t.end()
})

for (const verdict of ['as-shown', 'ran', 'not-run', 'cannot-judge'] as const) {
  t.test(`an output stays by the byte when its verdict is ${verdict}`, t => {
    const text = fenced('$ ip route', ROUTE)
    t.equal(update(text, { 'ip route': { seen: 'something else\n', verdict } }).text, text)
    t.end()
  })
}

t.test('what is not shown stays not shown', t => {
  const text = fenced('$ ip route', '$ ip netns', 'a')
  t.equal(update(text, { 'ip route': { seen: ROUTE, verdict: 'failed' } }).text, text)
  t.end()
})

t.test('`...` stands for what it stood for, where the rest matches', t => {
  const text = fenced('$ ip route', '...', LINK, '$ ip netns', 'a')
  const seen = lines(ROUTE, '192.0.2.0/24 dev eth9 scope link', `${LINK} linkdown`)
  const { text: now } = update(text, { 'ip route': { seen } })
  t.equal(now, text.replace(LINK, `${LINK} linkdown`))
  t.end()
})

t.test('where nothing of it matches, all of it is what was seen', t => {
  const text = fenced('$ ip netns', '...', 'a', 'b')
  t.equal(update(text, { 'ip netns': { seen: 'x\n' } }).text, fenced('$ ip netns', 'x'))
  t.end()
})

t.test('an output that grows and shrinks leaves its neighbours alone', t => {
  const text = fenced('$ ip netns', 'a', '$ ip route', ROUTE, LINK, '$ cat x', 'one')
  const { text: now } = update(text, {
    'ip netns': { seen: 'a\nb\nc\n' },
    'ip route': { seen: `${LINK}\n` },
    'cat x': { seen: 'two\nthree\n' },
  })
  t.equal(now, fenced('$ ip netns', 'a', 'b', 'c', '$ ip route', LINK, '$ cat x', 'two', 'three'))
  t.end()
})

const numbered = (last: string, ...all: string[]) =>
  lines('```', ...all.map((line, i) => `${i + 1} ${line}`.trimEnd()), last, '```', '', 'more 1 2 3')

t.test('a listing with line numbers counts on behind what came and went', t => {
  const head = ['# ip netns add a', '# ip netns']
  const text = numbered('7 b', ...head, 'a', '# ip route', ROUTE, '# ip netns')
  const more = numbered('9 b', ...head, 'a', 'x', 'y', '# ip route', ROUTE, '# ip netns')
  const typed = typedIn(readDocument(text, 'a.md'))
  const steps = (seen: string): WalkedStep[] => [
    { ...walked(typed, { 'ip netns': { seen } })[1]!, verdict: 'differs', number: 2 },
  ]
  t.equal(updated(text, typed, steps('a\nx\ny\n')).text, more)
  const again = typedIn(readDocument(more, 'a.md'))
  t.strictSame(again.commands[1]?.shown, ['a', 'x', 'y'])
  const shrunk = updated(more, again, steps('a\n'))
  t.equal(shrunk.text, text)
  t.end()
})

t.test('a line that a page wrapped becomes one line, with its number', t => {
  const text = lines(
    '```',
    '1 # ip link add name mybr0 type bridge',
    '2 # ip link show mybr0',
    '3 12: mybr0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state U',
    '   NKNOWN mode DEFAULT group default qlen 1000',
    '4     link/ether ae:93:35:ab:59:2a brd ff:ff:ff:ff:ff:ff',
    '5 # ip netns',
    '```',
    '',
  )
  const first = '4: mybr0: <BROADCAST,MULTICAST> mtu 1400 qdisc noop state DOWN mode DEFAULT'
  const seen = `${first}\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n`
  const { text: now } = update(text, { 'ip link show': { seen } })
  t.equal(now, text.replace(/12: mybr0.*\n.*NKNOWN.*/, first))
  t.end()
})

t.test('line ends, indentation, quotes, a mark of order and a missing last line end stay', t => {
  const cases = [
    fenced('$ ip netns', 'a', '$ ip route').replaceAll('\n', '\r\n'),
    `\uFEFF${fenced('$ ip netns', 'a')}`,
    lines('# Title', '', '    $ ip netns', '    a', '    $ ip route', '', 'end'),
    lines('> text', '>', '> ```', '> $ ip netns', '> a', '> ```'),
    lines('1. text', '', '   ```sh', '   $ ip netns', '   a', '   ```'),
    lines('```', '$ ip netns', 'a'),
  ]
  for (const text of cases) {
    const { text: now, left } = update(text, { 'ip netns': { seen: 'a\nb\n' } })
    const [, margin = '', end = ''] = /^(.*)a(\r?\n|$)/m.exec(text) ?? []
    const expected =
      end === ''
        ? `${text}\nb`
        : text.replace(`${margin}a${end}`, `${margin}a${end}${margin}b${end}`)
    t.equal(now, expected)
    t.strictSame(left, [])
  }
  t.end()
})

t.test('a file that ends without a line end goes on doing so', t => {
  const text = lines('```', '$ ip netns', 'a', 'b')
  t.equal(update(text, { 'ip netns': { seen: 'a\n' } }).text, lines('```', '$ ip netns', 'a'))
  t.end()
})

t.test('an empty line that comes has nothing behind the mark of its quote', t => {
  const text = lines('> ```', '> $ cat x', '> a', '> ```', '')
  const { text: now } = update(text, { 'cat x': { seen: 'a\n\nb\n' } })
  t.equal(now, lines('> ```', '> $ cat x', '> a', '>', '> b', '> ```', ''))
  t.end()
})

t.test('a line that is shown in part stays so where that is still right', t => {
  const text = fenced('$ cat x', 'from ... to', 'b')
  const { text: now } = update(text, { 'cat x': { seen: 'from 1 2 3 4 5 6 7 8 9 to\nc\n' } })
  t.equal(now, fenced('$ cat x', 'from ... to', 'c'))
  t.end()
})

t.test('what a capture saw below the commands that it saw is found there', t => {
  const text = lines(
    '```bash',
    'sudo tcpdump -i br01 -nn',
    '',
    'listening on br01, link-type EN10MB (Ethernet), capture size 262144 bytes',
    '',
    'sudo ip netns exec ns01 ping 10.0.0.1 -c 1',
    '',
    '1 packets transmitted, 1 received, 0% packet loss, time 0ms',
    '',
    '# look',
    '16:19:42.739476 IP 10.0.0.2 > 10.0.0.1: ICMP echo request, id 984, seq 1, length 64',
    '16:19:42.739489 IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 984, seq 1, length 64',
    '```',
    '',
  )
  const seen = lines(
    'listening on br01, link-type EN10MB (Ethernet), snapshot length 262144 bytes',
    '10:00:00.000000 IP 10.0.0.2 > 10.0.0.1: ICMP echo request, id 1, seq 1, length 64',
    '10:00:00.000001 IP 10.0.0.9 > 10.0.0.2: ICMP echo reply, id 1, seq 1, length 64',
    '',
  )
  const { text: now, left } = update(text, { tcpdump: { seen } })
  t.strictSame(left, [])
  t.match(now, '10:00:00.000001 IP 10.0.0.9 > 10.0.0.2: ICMP echo reply')
  t.match(now, '16:19:42.739476 IP 10.0.0.2 > 10.0.0.1: ICMP echo request, id 984')
  t.notMatch(now, 'IP 10.0.0.1 > 10.0.0.2')
  t.equal(now.split('\n').length, text.split('\n').length)
  t.end()
})

const unsure: { what: string; text: string; seen: string; why: RegExp }[] = [
  {
    what: 'two lines in one',
    text: fenced(
      '$ tcpdump -i br01 -nn',
      'listening on br01, link-type EN10MB (Ethernet), capture size 262144 bytes17:43:54.744560 IP 10.0.0.2 > 10.0.0.1: ICMP echo request, id 1, seq 1, length 64',
    ),
    seen: 'listening on br01\n',
    why: /is not sure/,
  },
  {
    what: 'HTML',
    text: '<pre>\n$ ip netns\na\n</pre>\n',
    seen: '<script>\n',
    why: /HTML/,
  },
  {
    what: 'what would end the listing',
    text: fenced('$ ip netns', 'a'),
    seen: 'b\n```\n$ rm -rf /\n',
    why: /end the listing/,
  },
  {
    what: 'a link that the document shows up and forgot to bring up',
    text: fenced('$ ip link show br0', '4: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500'),
    seen: '9: br0: <BROADCAST,MULTICAST> mtu 1500\n',
    why: /brings it up is missing/,
  },
]

for (const { what, text, seen, why } of unsure) {
  t.test(`${what} is left as it is, and said to be`, t => {
    const typed = typedIn(readDocument(text, 'a.md'))
    const steps = walked(typed, { '': { seen } }).slice(0, 1)
    const { text: now, left, renewed } = updated(text, typed, steps)
    t.equal(now, text)
    t.match(left, [{ line: typed.commands[0]?.line, why }])
    t.strictSame(renewed, [])
    t.end()
  })
}

t.test('escapes and overwritten lines of a terminal do not come into the document', t => {
  const text = fenced('$ ip netns', 'a')
  const { text: now } = update(text, { 'ip netns': { seen: '\u001B[31mb\u001B[0m\r\n' } })
  t.equal(now, fenced('$ ip netns', 'b'))
  t.end()
})

t.test('an update updates to itself', t => {
  const text = fenced('$ ip netns', 'a', '$ ip route', '...', LINK)
  const seen = {
    'ip netns': { seen: 'b\nc\n' },
    'ip route': { seen: `${ROUTE}\n${LINK} linkdown` },
  }
  const once = update(text, seen).text
  t.not(once, text)
  t.equal(update(once, seen).text, once)
  t.end()
})
