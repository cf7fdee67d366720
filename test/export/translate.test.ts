import t from 'tap'
import type { Item } from '../../src/export/play.ts'
import { translate } from '../../src/export/translate/translate.ts'
import { pair, pairTopology, recordingOf, topologyNode } from './told.ts'

/** Items without what stands before them in every one of these. */
const after = (items: readonly Item[], title: string) =>
  items.slice(items.findIndex(item => item.kind === 'section' && item.path.at(-1) === title) + 1)

const lines = (items: readonly Item[]) =>
  items.flatMap(item => (item.kind === 'do' ? item.lines : []))

const NEIGHBOUR = 'ip neigh replace 192.0.2.2 lladdr 192.0.2.2 dev many nud permanent'

t.test('what stood in for a device of the kernel is that device', async t => {
  const stood = (link: string, command: string, mode = 'tun') => [
    { shell: `ip -n alpha tuntap add dev ${link} mode ${mode}` },
    { shell: `ip -n alpha link set ${link} address 46:82:55:79:d3:16 mtu 1480` },
    { shell: `# alpha: userspace stand-in for: ${command}` },
  ]
  const { items, kinds } = translate(
    recordingOf([
      { shell: 'ip netns add alpha' },
      ...stood('tunl', 'ip link add tunl type ipip local 192.0.2.1'),
      ...stood('eth0.42', 'ip link add link eth0 name eth0.42 type vlan id 42', 'tap'),
      ...stood('many', 'ip link add many type gre local 192.0.2.1'),
      { shell: 'ip -n alpha route add 10.244.2.0/24 via 192.0.2.2 dev many onlink' },
      { shell: `# alpha: userspace stand-in for: ${NEIGHBOUR}` },
      { shell: 'ip -n alpha link delete tunl' },
      ...stood('tunl', 'ip link add tunl type ipip local 192.0.2.1'),
    ]),
  )
  t.strictSame(kinds, ['gre', 'ipip', 'vlan'])
  t.strictSame(lines(items), [
    'ip -n alpha link add tunl type ipip local 192.0.2.1',
    'ip -n alpha link set tunl mtu 1480',
    'ip -n alpha link add link eth0 name eth0.42 type vlan id 42',
    'ip -n alpha link set eth0.42 mtu 1480',
    'ip -n alpha link add many type gre local 192.0.2.1',
    'ip -n alpha link set many mtu 1480',
    'ip -n alpha route add 10.244.2.0/24 via 192.0.2.2 dev many onlink',
    'ip -n alpha neigh replace 192.0.2.2 lladdr 192.0.2.2 dev many nud permanent',
    'ip -n alpha link delete tunl',
    'ip -n alpha link add tunl type ipip local 192.0.2.1',
    'ip -n alpha link set tunl mtu 1480',
  ])
})

t.test(
  'behind a device of the scenario itself nothing is confirmed for the wrong reason',
  async t => {
    const ping = (from: string, to: string, expected: string) => ({
      title: `${from} and ${to}`,
      expected,
      command: `ip netns exec ${from} ping -n -c 1 -W 1 ${to}`,
    })
    const nodes = [
      topologyNode('alpha', 'host'),
      topologyNode('beta', 'host'),
      topologyNode('web', 'container', { host: 'alpha' }),
      topologyNode('app', 'container', { host: 'alpha' }),
      topologyNode('db', 'container', { host: 'beta' }),
    ]
    const built = nodes.flatMap(({ id }, n) => [
      { shell: `ip netns add ${id}` },
      { shell: `ip -n ${id} addr add 10.0.${n}.1/24 brd + dev eth0` },
    ])
    const { items } = translate(
      recordingOf(
        [
          ...built,
          { shell: 'ip -n alpha tuntap add dev tun0 mode tun' },
          { shell: 'ip -n alpha link set tun0 up' },
          ping('web', '10.0.4.1', 'no echo reply for 300 ms'),
          ping('web', '10.0.3.1', 'an echo reply'),
          ping('alpha', '10.0.1.1', 'an echo reply'),
        ],
        { nodes },
      ),
    )
    t.strictSame(
      items.flatMap(item => (item.kind === 'check' || item.kind === 'left-out' ? item.kind : [])),
      ['left-out', 'check', 'check'],
    )
    t.notOk(lines(items).some(line => line.includes('tun0')))
  },
)

t.test(
  'a namespace that was removed without a word is removed before it is made again',
  async t => {
    const { items } = translate(
      recordingOf([{ shell: 'ip netns add r5' }, { shell: 'ip netns add r5' }]),
    )
    t.match(items, [
      { kind: 'namespace', name: 'r5' },
      { kind: 'do', lines: ['ip netns delete r5'] },
      { kind: 'namespace', name: 'r5' },
    ])
  },
)

t.test(
  'a program that serves is there as soon as its node, and says to each what it saw',
  async t => {
    const ask = (from: string, body: string) => ({
      title: `${from} curls web`,
      step: 2,
      expected: `an answer with body "${body}"`,
      received: `status 200, body "${body}"`,
      command: `ip netns exec ${from} curl -sS -i --max-time 1 http://web/`,
    })
    const { items } = translate(
      recordingOf(
        [
          ...pair,
          { step: 1, path: ['before'] },
          { step: 2, path: ['asked'] },
          ask('app', 'web saw 10.0.0.3'),
          ask('host', 'web saw 10.0.0.1'),
        ],
        pairTopology,
      ),
    )
    const served = items.filter(({ kind }) => kind === 'serve')
    t.strictSame(served, [
      { kind: 'serve', node: 'web', port: 80, status: 200, text: 'web saw PEER' },
    ])
    const place = (kind: Item['kind']) => items.findIndex(item => item.kind === kind)
    t.ok(place('serve') < place('section'), 'who is not reached is not merely absent')
  },
)

t.test('it is not there yet where somebody was refused, and DNAT leads to it', async t => {
  const refused = {
    title: 'host gets "refused" from TCP port 80 of web',
    expected: 'refused',
    received: 'refused, says 10.0.0.2',
    command: 'ip netns exec host nc -vz -w 1 10.0.0.2 80',
    step: 1,
  }
  const answered = {
    title: 'app curls the host',
    expected: 'an answer with body "hello"',
    received: 'status 200, body "hello"',
    command: 'ip netns exec app curl -sS -i --max-time 1 http://10.0.0.1:8080/',
    step: 2,
  }
  const fromItself = {
    title: 'the host does not curl itself: what it sends does not come by PREROUTING',
    expected: 'no answer for 300 ms',
    received: 'could not connect: refused (curl exit code 7)',
    command: 'ip netns exec host curl -sS -i --max-time 0.3 http://10.0.0.1:8080/',
    step: 2,
  }
  const dnat =
    'iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:80'
  const { items } = translate(
    recordingOf(
      [
        ...pair,
        { step: 1, path: ['refused'] },
        refused,
        { step: 2, path: ['answered'] },
        { node: 'host', command: dnat, step: 2 },
        answered,
        fromItself,
      ],
      pairTopology,
    ),
  )
  t.match(after(items, 'refused'), [
    { kind: 'check', title: 'host gets "refused" from TCP port 80 of web' },
    { kind: 'serve', node: 'web', port: 80, text: 'hello' },
    { kind: 'section', path: ['answered'] },
    { kind: 'try', line: `ip netns exec host ${dnat}`, exitCode: 0 },
    { kind: 'check', title: 'app curls the host' },
    { kind: 'check', title: fromItself.title, isNegative: true },
  ])
})

t.test('a server of the scenario is there from when to when it says, reached or not', async t => {
  const ask = (received: string, expected: string) => ({
    title: 'app curls web',
    expected,
    received,
    command: 'ip netns exec app curl -sS -i --max-time 1 http://10.0.0.2/',
  })
  const { items } = translate(
    recordingOf(
      [
        ...pair,
        { shell: '# web: the script serves TCP port 80' },
        { shell: '# app: the script serves UDP port 53' },
        ask('no answer (curl exit code 28)', 'no answer for 300 ms'),
        // By a rule of the firewall: the server is still there.
        ask('could not connect: refused (curl exit code 7)', 'no answer for 300 ms'),
        ask('status 200, body "hi"', 'an answer with body "hi"'),
        { shell: '# web: the script no longer serves TCP port 80' },
        ask('could not connect: refused (curl exit code 7)', 'no answer for 300 ms'),
        { shell: '# host: the script serves TCP port 81 of 127.0.0.1' },
        { shell: '# host: the script no longer serves TCP port 81 of 127.0.0.1' },
      ],
      pairTopology,
    ),
  )
  const begin = items.findIndex(({ kind }) => kind === 'serve')
  t.match(items.slice(begin), [
    { kind: 'serve', node: 'web', port: 80, status: 200, text: 'hi' },
    { kind: 'check', isNegative: true },
    { kind: 'check', isNegative: true },
    { kind: 'check', isNegative: false },
    { kind: 'stop-serving', node: 'web', port: 80 },
    { kind: 'check', isNegative: true },
    { kind: 'serve', node: 'host', port: 81 },
  ])
  t.equal(items.length, begin + 7, 'whoever cleans up ends what still runs')
})

t.test('a capture begins and ends where the scenario says so', async t => {
  const look = (what: string, step: number) => ({
    title: `eth0 of web sees ${what}`,
    expected: what,
    command: 'ip netns exec web tcpdump -nn -S -i eth0',
    step,
  })
  const ping = {
    title: 'app pings web',
    expected: 'an echo reply',
    command: 'ip netns exec app ping -n -c 1 -W 1 10.0.0.2',
    step: 1,
  }
  const { items } = translate(
    recordingOf(
      [
        ...pair,
        { step: 1, path: ['seen'] },
        { shell: 'ip netns exec web sysctl -w net.ipv4.conf.all.forwarding=1', step: 1 },
        { shell: 'ip netns exec web tcpdump -i eth0 -w eth0.pcap &', step: 1 },
        ping,
        look('2 packets "ICMP"', 1),
        look('{ protocol: vlan, source: app, vlan: 42 }', 1),
        look('byMyself', 1),
        { shell: '# web: no longer captures eth0', step: 1 },
        { step: 2, path: ['nobody sends'] },
        { shell: 'ip netns exec web tcpdump -i eth0 -w eth0.pcap &', step: 2 },
        look('"ICMP"', 2),
      ],
      pairTopology,
    ),
  )
  t.match(after(items, 'seen').slice(0, 8), [
    { kind: 'do' },
    { kind: 'capture', name: 'web-eth0', node: 'web', link: 'eth0' },
    { kind: 'check', title: 'app pings web' },
    { test: { range: { least: 2, most: 2 }, packet: { by: 'text', text: 'ICMP' } } },
    { test: { packet: { by: 'filter', filter: 'vlan 42 and vlan and src host 10.0.0.3' } } },
    { kind: 'left-out', reason: "only the scenario's own code knows which packets: byMyself" },
    { kind: 'stop-capture', name: 'web-eth0' },
    { kind: 'section', path: ['nobody sends'] },
  ])
  t.match(items.at(-1), {
    kind: 'left-out',
    reason: 'what it sees was sent by the scenario itself, and not by a command',
  })
})

t.test('commands of a script keep their words, their exit code and their namespace', async t => {
  const { items } = translate(
    recordingOf(
      [
        ...pair,
        { node: 'web', command: 'bridge fdb show dev vxlan.42' },
        { node: 'web', command: 'ping -c 1 -M do app', exitCode: 1 },
        { node: 'web', command: 'echo "$HOME" | cat' },
        { node: 'web', command: 'sleep 100', exitCode: null },
        { note: 'it took 5 ms' },
        { step: 1, path: ['only assertions'] },
      ],
      pairTopology,
    ),
  )
  t.match(items.slice(-7), [
    { kind: 'try', line: 'bridge -n web fdb show dev vxlan.42', exitCode: 0 },
    { kind: 'try', line: "ip netns exec web ping -c 1 -M 'do' 10.0.0.3", exitCode: 1 },
    { kind: 'try', line: `ip netns exec web bash -c 'set -euo pipefail; echo "$HOME" | cat'` },
    { kind: 'remark', text: 'left out, as the scenario stopped it: ip netns exec web sleep 100' },
    { kind: 'remark', text: 'the scenario noted:\nit took 5 ms' },
    { kind: 'section', path: ['only assertions'] },
    { kind: 'remark', text: 'only the code of the scenario does something here' },
  ])
})
