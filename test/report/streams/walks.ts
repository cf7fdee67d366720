import type { RunEvent, TopologySeen } from '../../../src/runner/events.ts'
import { killed } from './errors.ts'
import { growing, node } from './growing.ts'
import { hostileTexts } from './hostile.ts'
import { Recording } from './recording.ts'
import { walking, type Walking } from './walking.ts'

const BRIDGE = 'documents/walkthrough-veth-bridge-iptables.md'

const pinged = (address: string, received: number) =>
  `PING ${address} (${address}) 56(84) bytes of data.\n\n--- ${address} ping statistics ---\n` +
  `1 packets transmitted, ${received} received, ${received === 1 ? 0 : 100}% packet loss, time 0ms`

function built(walk: Walking): void {
  const [first, second, third, fourth, fifth, last] = growing() as [
    ...TopologySeen['nodes'][],
    TopologySeen['nodes'],
  ]
  const seen = (nodes: TopologySeen['nodes'] | undefined, line: number) =>
    walk.one.topology({ nodes: nodes ?? [], networks: [], line })
  walk.heading('部署Bridge和Veth', () => {
    walk.heading('设置Bridge', () => {
      walk.walked({ line: 211, command: 'sudo brctl addbr br01' })
      seen(first, 211)
      walk.walked({ line: 217, command: 'sudo ip link set dev br01 up' })
      seen(second, 217)
      seen(second, 219)
    })
    walk.walked({
      line: 237,
      command: 'sudo ip netns list',
      verdict: 'as-shown',
      shown: 'ns02\nns01',
      seen: 'ns01\nns02\n',
    })
    walk.walked({ line: 268, command: 'sudo ip link set veth01 netns ns01' })
    seen(third, 268)
    walk.walked({ line: 295, command: 'sudo ip netns exec ns01 ifconfig veth01 192.168.88.11/24' })
    seen(fourth, 295)
    walk.walked({ line: 299, command: 'sudo ip netns exec ns02 ifconfig veth02 192.168.88.12/24' })
    seen(fifth, 299)
  })
  walk.one.step('ns与外网互通', () => {
    walk.walked({
      line: 391,
      command: 'sudo ip netns exec ns02 ping 114.114.114.114 -c 1',
      verdict: 'as-shown',
      durationMs: 1004,
      exitCode: 1,
      shown: pinged('114.114.114.114', 0),
      seen: `${pinged('114.114.114.114', 0)}\n`,
      remarks: ['it fails, as the document says in line 399'],
    })
    walk.walked({
      line: 444,
      command: 'sudo iptables -t nat -A POSTROUTING -s 192.168.88.0/24 -j MASQUERADE',
    })
    seen(last, 444)
  })
}

/** Nothing to complain about; the topology grows. */
export function walked(): RunEvent[] {
  const run = new Recording({ files: [BRIDGE], scenarios: 1 })
  const walk = walking(run, BRIDGE, '容器网络')
  walk.plan({
    found: 8,
    guesses: [
      {
        text: 'eth0 has 172.22.36.202/20',
        line: 467,
        why: 'it is the source of a packet on eth0',
      },
      { text: '114.114.114.114 answers ping', line: 391, why: 'it is pinged' },
      { text: 'FORWARD accepts', why: 'the document adds no rule to it' },
    ],
    leftAlone: [
      { line: 170, what: 'a drawing' },
      { line: 566, what: 'Go' },
      { line: 600, what: 'Go' },
    ],
  })
  built(walk)
  walk.end()
  return run.end()
}

const DOCKER = 'documents/walkthrough-docker-bridge.md'

/** A command of every verdict, and what there is to say of each. */
export function walkedWrong(): RunEvent[] {
  const run = new Recording({ files: [DOCKER], scenarios: 1 })
  const walk = walking(run, DOCKER, '常用的容器网络实现原理')
  walk.plan({ found: 8, remarks: ['the fence of line 12 is never closed'] })
  walk.heading('2.1 同主机容器网络通信', () => {
    walk
      .walked({ line: 43, command: 'ip netns add netns_A' })
      .walked({
        line: 56,
        command: 'ip link show mybr0',
        verdict: 'as-shown',
        shown: '12: mybr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state U\u{F8FF}NKNOWN',
        seen: '4: mybr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UNKNOWN\n',
        explained: [
          {
            what: 'mybr0',
            shown: 'state U\u{F8FF}NKNOWN',
            seen: 'state UP',
            explanation: 'a bridge without ports is DOWN since Linux 4.17',
          },
        ],
        leftOut: ['lo', 'eth0'],
        remarks: ['a page wrapped line 58; read as one'],
      })
      .walked({
        line: 134,
        command: 'ip netns exec netns_A ping -c 2 172.18.0.3',
        verdict: 'differs',
        durationMs: 2050,
        exitCode: 1,
        reason: 'FORWARD drops it: policy DROP',
        shown: '2 packets transmitted, 2 received, 0% packet loss, time 1027ms',
        seen: '2 packets transmitted, 0 received, 100% packet loss, time 1027ms\n',
        differences: [
          { what: 'packet loss', shown: '0% packet loss', seen: '100% packet loss' },
          { what: 'replies', shown: '2 received', seen: '0 received' },
          { what: 'rtt', shown: 'rtt min/avg/max/mdev' },
          { what: 'route 10.9.0.0/16', seen: '10.9.0.0/16 dev eth9' },
        ],
      })
      .walked({
        line: 140,
        command: 'ip link set eth7 up',
        verdict: 'failed',
        exitCode: 1,
        seen: 'Cannot find device "eth7"\n',
      })
      .walked({
        line: 150,
        command: 'ip netns exec netns_A ping -c 1 google.com',
        verdict: 'succeeded',
        reason: 'line 99 says that it does not go through',
        shown: '1 packets transmitted, 0 received, 100% packet loss',
        seen: '1 packets transmitted, 1 received, 0% packet loss\n',
      })
      .walked({
        line: 160,
        command: 'docker run -d nginx',
        verdict: 'not-run',
        durationMs: 0,
        reason: 'there is no Docker here',
      })
      .walked({
        line: 170,
        command: 'ip link add ipip0 type ipip local 192.0.2.1 remote 192.0.2.2',
        verdict: 'cannot-judge',
        reason: 'ipip: not in this kernel (EOPNOTSUPP)',
      })
      .walked({
        line: 180,
        command: "cat > /etc/motd <<'EOF'\nhello\nEOF",
        verdict: 'ran',
      })
  })
  walk.end()
  return run.end()
}

/** One command needs what this kernel lacks, and nothing is wrong. */
export function walkUnjudged(): RunEvent[] {
  const run = new Recording({ files: [BRIDGE], scenarios: 1 })
  const walk = walking(run, BRIDGE, 'IP in IP by hand')
  walk.plan({ found: 2 })
  walk.walked({ line: 3, command: 'ip link add br0 type bridge' })
  walk.walked({
    line: 4,
    command: 'ip link add ipip0 type ipip',
    verdict: 'cannot-judge',
    reason: 'ipip: not in this kernel (EOPNOTSUPP)',
  })
  walk.end()
  return run.end()
}

/** Two parts, two hosts, network namespaces in prompts; beside a scenario that is a script. */
export function walkedHosts(): RunEvent[] {
  const file = 'documents/two-nodes.md'
  const run = new Recording({ files: [file, 'scenarios/shop.ts'], scenarios: 2 })
  const walk = walking(run, file, 'VXLAN by hand')
  walk.plan({
    found: 4,
    parts: [
      { line: 1, hosts: ['node1', 'node2'] },
      { line: 40, why: 'line 44 adds ns1 again', hosts: ['node1'] },
    ],
  })
  walk.heading('Both nodes', () => {
    walk.walked({ line: 10, host: 'node1', command: 'ip link add vxlan0 type vxlan id 42' })
    walk.walked({ line: 12, host: 'node2', command: 'ip link add vxlan0 type vxlan id 42' })
  })
  walk.heading('One node', () => {
    walk.walked({ line: 44, host: 'node1', command: 'ip netns add ns1' })
    walk.walked({ line: 46, host: 'node1', namespace: 'ns1', command: 'ip link set lo up' })
  })
  walk.end()
  run.scenario('a script').expectation('web pings app').pass()
  return run.end()
}

/** The sandbox died between two commands. */
export function walkCutOff(): RunEvent[] {
  const run = new Recording({ files: [BRIDGE], scenarios: 1 })
  const walk = walking(run, BRIDGE, '容器网络')
  walk.plan({ found: 42 })
  walk.walked({ line: 5, command: 'ip netns add ns1' })
  walk.one.openStep('Linux Bridge')
  walk
    .walked({ line: 30, command: 'brctl show', verdict: 'differs', shown: 'br0', seen: '' })
    .one.fail(killed, { phases: [] })
  return run.end()
}

/** Every hostile text in every place of a walkthrough. */
export function walkedHostile(): RunEvent[] {
  const texts = Object.values(hostileTexts)
  const run = new Recording({ files: ['documents/hostile.md'] })
  for (const [i, text] of texts.entries()) {
    const file = i % 2 === 0 ? 'documents/hostile.md' : `documents/${text}.md`
    const walk = walking(run, file, text)
    const difference = { what: text, shown: text, seen: text }
    walk.plan({
      found: 4,
      guesses: [{ text, line: 1, why: text }],
      leftAlone: [{ line: 2, what: text }],
      parts: [
        { line: 1, hosts: [text, `${text} other`] },
        { line: 12, why: text, hosts: [text] },
      ],
      remarks: [text],
    })
    const of = { command: text, host: text, namespace: text, shown: text, seen: text }
    const said = { reason: text, remarks: [text], leftOut: [text] }
    walk.heading(text, () => {
      walk
        .walked({ line: 10, ...of, ...said, verdict: i % 3 === 0 ? 'differs' : 'as-shown' })
        .walked({ line: 11, ...of, ...said, verdict: 'not-run' })
        .walked({
          line: 12,
          ...of,
          verdict: 'as-shown',
          explained: [{ ...difference, explanation: text }],
        })
        .walked({
          line: 13,
          ...of,
          ...said,
          verdict: i % 3 === 0 ? 'failed' : 'ran',
          ...(i % 3 === 0 ? { differences: [difference] } : {}),
        })
    })
    const shown = { networks: [], nodes: [node(text, 'host', { routes: [text], nat: [text] })] }
    walk.one.topology({ ...shown, line: 10 })
    walk.one.topology({ ...shown, nodes: [...shown.nodes, node(`${text} b`, 'host')], line: 13 })
    walk.end()
  }
  return run.end()
}
