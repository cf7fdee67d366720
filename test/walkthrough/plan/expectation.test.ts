import t from 'tap'
import { planOf } from './small-document.ts'

const expected = (text: string) =>
  planOf(text).parts.flatMap(({ steps }) =>
    steps.filter(({ isRepeat }) => !isRepeat).map(({ expects }) => expects),
  )
const PING = '$ ip netns exec ns1 ping -c 1 10.0.0.2'

const shown: [expects: string, command: string, output: string][] = [
  [
    'failure',
    'ping -c 1 10.0.0.2',
    '1 packets transmitted, 0 received, 100% packet loss, time 0ms',
  ],
  ['failure', 'ping -c 1 10.0.0.2', 'From 10.0.0.1 icmp_seq=1 Destination Host Unreachable'],
  ['failure', 'ping -c 1 8.8.8.8', 'ping: connect: Network is unreachable'],
  [
    'failure',
    'curl 10.0.0.2',
    'curl: (7) Failed to connect to 10.0.0.2 port 80: Connection refused',
  ],
  ['failure', 'curl -m 1 10.0.0.2', 'curl: (28) Connection timed out after 1001 milliseconds'],
  [
    'failure',
    'nc -zv 10.0.0.2 80',
    'nc: connect to 10.0.0.2 port 80 (tcp) failed: Connection refused',
  ],
  ['failure', 'ip link add br0 type bridge', 'RTNETLINK answers: File exists'],
  ['failure', 'ip link set x up', 'Cannot find device "x"'],
  ['failure', 'brctl show', '-bash: brctl: command not found'],
  ['failure', 'iptables -A X -j ACCEPT', 'iptables: No chain/target/match by that name.'],
  ['failure', 'ping -c 1 10.0.0.2', 'ping: sendmsg: Operation not permitted'],
  ['success', 'ping -c 2 10.0.0.2', '64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.09 ms'],
  [
    'success',
    'ping -c 2 10.0.0.2',
    '2 packets transmitted, 1 received, 50% packet loss, time 1001ms',
  ],
  [
    'success',
    'ping -c 2 10.0.0.2',
    '2 packets transmitted, 2 received, 0% packet loss, time 1001ms',
  ],
  ['success', 'curl 10.0.0.2', 'hello'],
  ['success', 'ip addr', '1: lo: <LOOPBACK> mtu 65536'],
  ['success', 'nc -zv 10.0.0.2 80', 'Connection to 10.0.0.2 80 port [tcp/http] succeeded!'],
  ['any', 'ping -c 1 10.0.0.2 | tail -2', '1 packets transmitted, 0 received, 100% packet loss'],
  [
    'any',
    'tcpdump -i br0',
    '12:00 IP 10.0.0.1 > 10.0.0.2: ICMP host 10.0.0.2 unreachable, Destination Host Unreachable',
  ],
  ['success', 'dmesg', 'br0: Connection refused'],
  ['any', 'systemctl status docker', 'inactive (dead)'],
]
for (const [expects, command, output] of shown) {
  t.test(`${expects}: ${command} showing ${output}`, async t => {
    t.same(expected(`\`\`\`\n$ ${command}\n${output}\n\`\`\``), [expects])
  })
}

const behind: [expects: string, words: string][] = [
  ['failure', 'The ping does not go through yet.'],
  ['failure', "As you can see, it doesn't work."],
  ['failure', 'This fails: there is no route.'],
  ['failure', 'There is no reply.'],
  ['failure', "We don't see anything"],
  ['failure', 'You will see nothing.'],
  ['failure', 'Not Reachable!'],
  ['failure', 'it wont work'],
  ['failure', 'Its output should be like `network unreachbale`'],
  ['success', 'You cannot leave it until it fails.'],
  ['failure', '发现是ping不通的,抓包查看详情'],
  ['failure', '此时无法访问外网。'],
  ['failure', 'Das geht noch nicht.'],
  ['failure', 'Der Ping schlägt fehl.'],
  ['failure', 'Le ping ne fonctionne pas encore.'],
  ['failure', 'El ping no funciona todavía.'],
  ['failure', 'まだ ping は通りません。'],
  ['failure', 'Пинг пока не проходит.'],
  ['success', 'It works now.'],
  ['success', '可以看到两个网络命名空间之间可以互通'],
  ['success', 'Jetzt funktioniert es.'],
  ['success', 'It no longer fails.'],
  ['success', 'What failed before works now.'],
  ['success', '如果你此时尝试去 ping 其他的公网地址，例如 google.com，是 ping 不通的'],
  ['success', 'Without this rule the ping would fail.'],
  ['success', 'If there were no route, it would not work.'],
]
for (const [expects, words] of behind) {
  t.test(`${expects} by the words behind it: ${words}`, async t => {
    t.same(expected(`\`\`\`\n${PING}\n\`\`\`\n${words}\n`), [expects])
  })
  t.test(`${words} does not concern the next command`, async t => {
    const text = `\`\`\`\n${PING}\n\`\`\`\n${words}\n\`\`\`\n$ ip netns exec ns1 ip route add default via 10.0.0.1\n\`\`\``
    t.same(expected(text), [expects, 'success'])
  })
}

const before: [expects: string, words: string][] = [
  ['failure', 'The ping will not work:'],
  ['failure', '现在从 ns1 ping 不通 ns2:'],
  ['failure', 'ping does not go through yet'],
  ['failure', 'If you ping it now, it fails:'],
  ['failure', 'If you ping it now, or later, it will fail:'],
  ['failure', 'Will still fail until routes are set'],
  ['failure', 'This does not work, unless forwarding is on.'],
  ['success', 'Wait until it fails.'],
  ['success', 'If DNS does not work yet, test with this:'],
  ['success', 'Wenn das nicht geht, hilft vielleicht:'],
  ['success', '如果不通，检查一下:'],
  ['success', 'If you ping it without a route, it fails.'],
  ['success', 'Now it works:'],
  ['success', '现在就可以验证两个网络命名空间之间可以互通'],
  ['success', 'Try it:'],
]
for (const [expects, words] of before) {
  t.test(`${expects} by the words before it: ${words}`, async t => {
    t.same(expected(`${words}\n\`\`\`\n${PING}\n\`\`\``), [expects])
  })
}

t.test('a comment beside a command is about it', async t => {
  t.same(expected(`\`\`\`\n${PING}   # does not work yet\n${PING} # works\n\`\`\``), [
    'failure',
    'success',
  ])
})

t.test('what is shown beats words', async t => {
  const text = `This fails:\n\`\`\`\n${PING}\n64 bytes from 10.0.0.2: icmp_seq=1\n\`\`\`\nIt fails.`
  t.same(expected(text), ['success'])
})

t.test('words between two pings are about the one that they point to', async t => {
  const text = (words: string) =>
    `\`\`\`\n${PING}\n\`\`\`\n${words}\n\`\`\`\n$ ping -c 1 10.0.0.9\n\`\`\``
  t.same(expected(text('The ping fails.')), ['failure', 'success'])
  t.same(expected(text('But this one fails:')), ['success', 'failure'])
  t.same(expected(text('It fails. Now it works:')), ['failure', 'success'])
})

t.test('what failed goes on failing until something is changed', async t => {
  const failed = `${PING}\n1 packets transmitted, 0 received, 100% packet loss\n`
  t.same(expected(`\`\`\`\n${failed}$ ip route\n${PING}\n\`\`\``), ['failure', 'any', 'failure'])
  t.same(expected(`\`\`\`\n${failed}$ ip link set br0 up\n${PING}\n\`\`\``), [
    'failure',
    'success',
    'success',
  ])
})

t.test('nothing is expected of what only looks and shows nothing', async t => {
  t.same(expected('```\n$ ip neigh\n$ tcpdump -i br0\n$ cat x\n```'), ['any', 'any', 'any'])
})

t.test(
  'a command that configures is to succeed, unless it is said to fail with something',
  async t => {
    t.same(expected('```\n$ ip link add br0 type bridge\n```\nThis fails with "File exists".'), [
      'failure',
    ])
    t.same(
      expected(
        'The ping fails, as there is no route. Add one:\n```\n$ ip route add default via 10.0.0.1\n```',
      ),
      ['success'],
    )
  },
)

t.test('an answer after all is an answer', async t => {
  const both =
    'From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n64 bytes from 10.0.0.2: icmp_seq=2'
  t.same(expected(`\`\`\`\n$ ping -c 2 10.0.0.2\n${both}\n\`\`\``), ['success'])
})

t.test('it says where the document says so', async t => {
  const [step] = planOf(
    `\`\`\`\n${PING}\n\n1 packets transmitted, 0 received, 100% packet loss\n\`\`\``,
  ).parts[0]!.steps
  t.equal(step!.expectsWhy, 'line 4: "1 packets transmitted, 0 received, 100% packet loss"')
  const [said] = planOf(`\`\`\`\n${PING}\n\`\`\`\n发现是ping不通的`).parts[0]!.steps
  t.equal(said!.expectsWhy, 'near line 2: "发现是ping不通的"')
})

t.test('how a command ended is what is shown of `echo $?` behind it', async t => {
  const CURL = '$ curl -s 10.0.0.2:80'
  t.same(expected(`\`\`\`\n${CURL}\n$ echo $?\n7\n\`\`\``)[0], 'failure')
  t.same(expected(`\`\`\`\n${PING} >/dev/null\n$ echo "exit: $?"\nexit: 1\n\`\`\``)[0], 'failure')
  t.same(expected(`It fails:\n\`\`\`\n${CURL}\n$ echo $?\n0\n\`\`\``)[0], 'success')
  t.same(expected(`It fails:\n\`\`\`\n${CURL}\n$ echo $?\n\`\`\``)[0], 'failure')
})
