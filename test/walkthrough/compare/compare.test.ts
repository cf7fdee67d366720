import { readFileSync } from 'node:fs'
import t from 'tap'
import { compare } from '../../../src/walkthrough/compare/compare.ts'
import { changed, differing, told } from './text/told.ts'

/** By the command that stands behind `@@`; `↩` is where a page wrapped a line. */
function outputs(name: string): Map<string, string> {
  const text = readFileSync(new URL(`text/${name}.txt`, import.meta.url), 'utf8')
  const parts = text.split(/^@@ /m).slice(1)
  return new Map(
    parts.map(part => {
      const end = part.indexOf('\n')
      return [part.slice(0, end), part.slice(end + 1).replaceAll('↩', '\u{F8FF}')] as const
    }),
  )
}

/** What is explained: a kernel module's device, where the author had it. */
const explained: Readonly<Record<string, string[]>> = { 'ip netns exec ns01 ip addr': ['sit0'] }

for (const document of ['docker-bridge', 'veth-bridge']) {
  const shown = outputs(`shown-${document}`)
  const seen = outputs(`seen-${document}`)
  for (const [command, text] of shown) {
    t.test(`${document}: ${command} is as shown on a real host`, async t => {
      const given = seen.get(command)
      t.type(given, 'string')
      const comparison = told(command, text.trimEnd(), given ?? '')
      t.same(comparison.differences, [])
      t.same(
        comparison.explained.map(({ what }) => what),
        explained[command] ?? [],
      )
    })
    t.test(`${document}: ${command} is not as shown where nothing of it is there`, async t => {
      t.not(differing(command, text.trimEnd(), '').length, 0)
    })
  }
}

const veth = outputs('seen-veth-bridge')
const masquerade = 'tcpdump -i eth0 -nn -vv host 114.114.114.114 #3'

t.test('a MASQUERADE that is missing shows in the capture behind it', async t => {
  const shown = outputs('shown-veth-bridge').get(masquerade) ?? ''
  const without = veth.get('tcpdump -i eth0 -nn -vv host 114.114.114.114 #2') ?? ''
  t.same(differing(masquerade, shown, without), [
    'source of ICMP echo request',
    'packet 114.114.114.114 > 172.22.36.202: ICMP echo reply',
  ])
})

t.test('an echo request that gets out where the document shows that none does', async t => {
  const listening = 'listening on eth0, link-type EN10MB (Ethernet), capture size 262144 bytes'
  t.same(
    differing(
      'tcpdump -i eth0 -nn',
      listening,
      veth.get('tcpdump -i eth0 -nn -vv host 114.114.114.114 #1') ?? '',
    ),
    [],
  )
  t.same(differing('tcpdump -i eth0 -nn', listening, veth.get(masquerade) ?? '').length, 2)
})

const ping = `PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.
64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.1 ms

--- 10.0.0.1 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 0.1/0.1/0.1/0.000 ms
`
const route =
  'default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2\n'

t.test('outputs of several commands are told apart', async t => {
  const text = 'ping -c 1 10.0.0.1; ip route'
  const other = ping.replaceAll('0.1 ms', '0.3 ms').replace('0.1/0.1/0.1', '0.3/0.3/0.3')
  t.same(told(text, (other + route).trimEnd(), ping + route).differences, [])
  t.same(
    told(text, (other + route).trimEnd(), ping + changed(route, 'via 10.0.0.1', 'via 10.0.0.9'))
      .differences.length,
    1,
  )
  t.not(differing(text, (other + route).trimEnd(), ping).length, 0)
  t.not(differing(text, (other + route).trimEnd(), route).length, 0)
})

t.test('many commands in a line cost no more than a few', async t => {
  const text = ['ip route', 'ping -c 1 10.0.0.1', 'ls', 'iptables -S', 'ip addr', 'cat a'].join(
    '; ',
  )
  const lines = Array.from({ length: 200 }, (_, i) => `line ${i}`).join('\n')
  t.same(differing(text, lines, lines), [])
  t.same(differing(text, changed(lines, 'line 77', 'line x'), lines), ['line 78'])
})

t.test('of a pipeline the last command decides, and its lines are text', async t => {
  t.same(
    differing(
      'ip route | grep default',
      'default via 10.0.0.1 dev eth0',
      'default via 10.0.0.1 dev eth0 \n',
    ),
    [],
  )
  t.same(
    differing(
      'ip route | grep default',
      'default via 10.0.0.1 dev eth0',
      'default via 10.0.0.2 dev eth0 \n',
    ),
    ['line 1'],
  )
  t.same(differing('iptables -S | tee log', '-P INPUT ACCEPT', '-P INPUT DROP\n'), [
    'policy of INPUT',
  ])
})

const picked: [command: string, shown: string, seen: string, other: string][] = [
  [
    'ip -br addr | grep eth0',
    'eth0 UP 10.0.0.1/24',
    'eth0@if3         UP             10.0.0.1/24 fe80::1234:56ff:fe78:9abc/64',
    'eth0@if3         UP             10.0.0.2/24',
  ],
  [
    'ip addr show eth0 | grep inet | head -1',
    'inet 10.0.0.1/24 brd 10.0.0.255 scope global dynamic eth0',
    '    inet 10.0.0.1/24 scope global eth0',
    '    inet 10.0.0.1/16 scope global eth0',
  ],
  [
    'sudo ss -tln | grep :80',
    'LISTEN 0 128 0.0.0.0:80 0.0.0.0:*',
    'LISTEN 0      5            0.0.0.0:80        0.0.0.0:*',
    'LISTEN 0      5          127.0.0.1:80        0.0.0.0:*',
  ],
  [
    'ip route | grep default',
    'default via 10.0.0.1 dev eth0 proto dhcp metric 100',
    'default via 10.0.0.1 dev eth0 ',
    'default via 10.0.0.1 dev eth1 ',
  ],
  [
    'ping -c 1 10.0.0.2 | tail -n 2',
    '1 packets transmitted, 1 received, 0% packet loss, time 0ms',
    '1 packets transmitted, 1 packets received, 0% packet loss',
    '1 packets transmitted, 0 packets received, 100% packet loss',
  ],
]
for (const [command, shown, seen, other] of picked) {
  t.test(
    `lines that are picked out of an output mean what they mean in it: ${command}`,
    async t => {
      t.same(differing(command, shown, seen), [])
      t.same(differing(command, shown, other), ['line 1'])
      t.not(differing(command, shown, `${seen}\n${other}`).length, 0, 'one more is picked')
      t.not(differing(`${command} | wc -l`, shown, seen).length, 0, 'pieces are text')
      t.not(told(command, shown, seen, true).differences.length, 0, 'strictly they are text')
    },
  )
}

t.test('what counts, or cuts words out of lines, is text', async t => {
  const [shown, seen] = ['eth0 UP 10.0.0.1/24', 'eth0@if3 UP 10.0.0.1/24']
  for (const rest of ['grep -c eth0', 'grep -o eth0', "awk '{print $1}'", 'head -c 20']) {
    t.same(differing(`ip -br addr | ${rest}`, shown, seen), ['line 1'], rest)
  }
})

t.test('who runs a command does not matter', async t => {
  for (const text of [
    'sudo ip netns exec ns1 ping -c 1 10.0.0.1',
    'nsenter -t 5 -n ping -c 1 10.0.0.1',
    "ip netns exec ns1 bash -c 'ping -c 1 10.0.0.1'",
  ]) {
    t.same(
      differing(text, ping.trimEnd(), changed(ping, '1 received, 0%', '0 received, 100%')),
      ['packet loss'],
      text,
    )
  }
})

t.test('where nothing is shown nothing differs', async t => {
  t.same(told('ping -c 1 10.0.0.1', '', ping).differences, [])
  t.same(told('ping -c 1 10.0.0.1', '...', ping).differences, [])
  t.same(compare('ls', { shown: [], seen: 'a\n', exitCode: 0, isStrict: false }), {
    differences: [],
    explained: [],
    leftOut: ['a'],
  })
})

t.test('strictly, what is left out and what is explained count', async t => {
  const shown = outputs('shown-veth-bridge')
  for (const command of ['ip link', 'ip netns exec ns01 ip addr', 'tcpdump -i br01 -nn']) {
    const text = shown.get(command)?.trim() ?? ''
    const { differences, explained, leftOut } = told(command, text, veth.get(command) ?? '', true)
    t.not(differences.length, 0, command)
    t.same([explained, leftOut], [[], []], command)
  }
})

const hostile = [
  '\u0000\u001B[31m\u0007',
  '\uD800 lone',
  '日本語 🙂 ‮abc',
  ']]></script><!--',
  '::error::%0A',
  '`|*_#\\'.repeat(50),
  'a'.repeat(100_000),
  '0123456789abcdef'.repeat(10_000),
  'a.'.repeat(50_000),
  '1:'.repeat(50_000),
  '('.repeat(20_000),
  '10.0.0.1 > '.repeat(5_000),
  ' '.repeat(100_000),
  '-A '.repeat(20_000),
  '__proto__ constructor toString',
]
const commands = [
  'ping a',
  'tcpdump -i a',
  'tshark -i a',
  'curl a',
  'wget a',
  'nc a',
  'traceroute a',
  'fping a',
  'arping a',
  'dig a',
  'nslookup a',
  'getent hosts a',
  'iperf3 -c a',
  'iptables -nL',
  'iptables -S',
  'nft list ruleset',
  'ipset list',
  'conntrack -L',
  'ebtables -L',
  'ip addr',
  './script',
  "echo 'open; (",
  '',
]

t.test('no output is too odd to be compared, and each is as it is itself', async t => {
  for (const command of commands) {
    for (const line of hostile) {
      const { differences } = told(command, `${line}\n${line}`, `${line}\n${line}\n`)
      t.same(differences, [], `${command}: ${line.slice(0, 20)}`)
      t.not(
        differing(command, 'surely something else', line).length,
        0,
        `${command}: not ${line.slice(0, 20)}`,
      )
    }
  }
})

t.test('long outputs with many wrapped lines are compared in bounded time', async t => {
  const lines = Array.from({ length: 600 }, (_, i) => `word${i} some\u{F8FF}thing ${i}`)
  const seen = lines.map(line => line.replace('\u{F8FF}', ' ')).join('\n')
  t.same(told('./script', lines.join('\n'), seen).differences, [])
  t.equal(told('./script', lines.join('\n').replace('word7 ', 'word '), seen).differences.length, 1)
})

t.test('of a word that a page cut in two the report says the whole', async t => {
  const shown =
    '12: mybr0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state U\u{F8FF}NKNOWN mode DEFAULT group default qlen 1000'
  const seen =
    '2: mybr0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000'
  t.same(told('ip link show mybr0', shown, seen).differences, [
    { what: 'mybr0 state', shown: 'UNKNOWN', seen: 'DOWN' },
  ])
})
