import t from 'tap'
import { planWalk } from '../../../src/walkthrough/plan/plan-walk.ts'
import { inShort, planOf, smallDocument } from './small-document.ts'
import { vethReplica } from './veth-replica.ts'

t.test('independent examples of one document, each on a fresh machine', async t => {
  const plan = planOf(vethReplica)

  await t.test('part by part, where the document itself begins anew', async t => {
    t.same(
      plan.parts.map(({ line, hosts, gateway, steps }) => [
        line,
        hosts[0]!.prefix,
        gateway,
        steps[0]!.command.text,
      ]),
      [
        [1, '192.0.2.1/24', '192.0.2.2', 'sudo ip netns add ns1'],
        [18, '172.22.11.211/24', '172.22.11.1', 'sudo ip netns add ns1'],
        [63, '172.22.36.202/24', '172.22.36.1', 'sudo brctl addbr br01'],
      ],
    )
    t.match(plan.parts[1]!.why, /makes ns1, which line 7 made already/)
    t.match(plan.parts[2]!.why, /sets net.ipv4.ip_forward=1, as line 49 did/)
  })

  await t.test('with each capture where it sees what is shown of it', async t => {
    t.same(inShort(plan.parts[2]!.steps).slice(6, 18), [
      '28 until-stopped until 7',
      '29 command',
      '31 until-stopped until 10',
      '32 until-stopped until 10',
      '30 command',
      '33 command',
      '34 until-stopped until 13',
      '30 again command',
      '35 command',
      '37 until-stopped until 17',
      '38 until-stopped until 17',
      '36 command',
    ])
  })

  await t.test('only the ping that shows loss is to fail', async t => {
    const failing = plan.parts.flatMap(({ steps }) =>
      steps.filter(one => one.expects === 'failure'),
    )
    t.match(failing, [{ number: 30, expectsWhy: /^line 102: "1 packets transmitted, 0 received/ }])
  })

  await t.test('and every guess says where it comes from', async t => {
    t.match(plan.guesses, [
      { text: 'lines 18 to 62: eth0 has 172.22.11.211/24', line: 40 },
      {
        text: 'from line 63 on: eth0 has 172.22.36.202/24',
        line: 144,
        why: 'it is the source of a packet there',
      },
      { text: 'from line 63 on: 114.114.114.114 answers behind the gateway', line: 101 },
    ])
    t.equal(plan.guesses.length, 3)
    t.match(plan.parts[2], { outside: [{ address: '114.114.114.114', names: [] }] })
  })
})

t.test('what Docker does, by hand, on a machine where Docker runs', async t => {
  const plan = planOf(`
2.1 同主机容器网络通信

\`\`\`
$ ip netns add netns_A
$ ip netns add netns_B
$ ip netns
netns_B
netns_A
default
\`\`\`
\`\`\`
$ ip link add name mybr0 type bridge
$ ip addr add 172.18.0.1/16 dev mybr0
$ ip link add vethA type veth peer name vethpA
$ ip link set vethpA netns netns_A
$ ip netns exec netns_A ip link set vethpA name eth0
$ ip netns exec netns_A ip addr add 172.18.0.2/16 dev eth0
$ ip netns exec netns_A ping -c 2 172.18.0.1
2 packets transmitted, 2 received, 0% packet loss, time 1004ms
$ ip netns exec netns_A ip route add default via 172.18.0.1
$ ip netns exec netns_A ip route
default via 172.18.0.1 dev eth0
\`\`\`

Note: 如果你此时尝试去 ping 其他的公网地址，例如 google.com，是 ping 不通的

\`\`\`
$ ip link add vethB type veth peer name vethpB
$ ip link set vethpB netns netns_B
$ ip netns exec netns_B ip link set vethpB name eth0
$ ip netns exec netns_B ip addr add 172.18.0.3/16 dev eth0
$ ip netns exec netns_B ip route add default via 172.18.0.1
\`\`\`

所以在 netns_A 里面是 ping 不通 netns_B 的，需要额外增加一条 iptables 规则

\`\`\`
$ iptables -A FORWARD -i mybr0 -j ACCEPT
\`\`\`

现在就可以验证两个网络命名空间之间可以互通

\`\`\`
$ ip netns exec netns_A ping -c 2 172.18.0.3
2 packets transmitted, 2 received, 0% packet loss, time 1027ms
\`\`\`
`)
  const [part, ...others] = plan.parts
  t.same(others, [])
  t.match(part, {
    hosts: [
      {
        prefix: '192.0.2.1/24',
        forward: 'DROP',
        namespaces: ['default'],
        sysctls: { 'net.bridge.bridge-nf-call-iptables': '1' },
      },
    ],
    gateway: '192.0.2.2',
  })
  t.same(
    part!.steps.map(({ expects }) => expects).filter(expects => expects !== 'success'),
    [],
    'its eth0 is in namespaces, and a hypothetical failure is none',
  )
})

t.test('title, set-up and what is no command are the document’s', async t => {
  const { document, typed } = smallDocument('```\n$ ip link\n```', {
    setup: 'ip link add d0 type dummy',
  })
  const leftAlone = [{ line: 3, what: 'a drawing' }]
  t.match(planWalk(document, { ...typed, leftAlone }), {
    title: 'small',
    setup: 'ip link add d0 type dummy',
    leftAlone,
  })
})

t.test('any text is planned: nothing in a document is an error', async t => {
  for (const text of [
    '\u202e',
    '"',
    "'",
    '$(',
    '`',
    '${',
    '\ud800',
    ']]>',
    'for i in',
    'ip',
    'ip -n',
    'ssh',
    'a\u0000b',
    '日本語 🐳',
    '| | |',
    '&',
    'ping',
    'tcpdump -i',
    'iptables -A',
    'curl http://[',
    'ip link set',
    'ip link add',
    'x'.repeat(100_000),
  ]) {
    t.doesNotThrow(
      () => planOf(`## ${text}\n${text}\n\`\`\`\n$ ${text}\n${text}\n\`\`\``),
      text.slice(0, 20),
    )
  }
})
