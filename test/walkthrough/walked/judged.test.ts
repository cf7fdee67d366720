// Once, as an ordinary user: machines are the same for root; contained.test.ts is about that.
import '../../sandboxed.ts'
import t from 'tap'
import { hasFeature } from '../../../src/kernel/features.ts'
import { partOf, verdicts, walked, type Line } from './planned.ts'

t.setTimeout(600_000)

const one = async (line: Line) => {
  const [step] = await walked(partOf([line]))
  return step
}

const standIns: { text: string; verdict: RegExp }[] = [
  { text: 'sudo -E -u root GREETING=hello sh -c \'test "$GREETING" = hello\'', verdict: /^ran$/ },
  { text: 'sudo modprobe veth', verdict: /^ran$/ },
  { text: 'systemctl stop firewalld; systemctl disable ufw', verdict: /^ran$/ },
  { text: 'systemctl start nginx', verdict: /^not-run: cannot be done here: .* no systemd$/ },
  {
    text: 'apt-get install -y bridge-utils',
    verdict: /^not-run: cannot be done here: no packages/,
  },
  {
    text: 'echo deb > /etc/apt/sources.list.d/new.list',
    verdict: /^not-run: cannot be done here: it may only be read in a walk: .*new\.list: Read-only/,
  },
  {
    text: 'cp /bin/true /usr/local/bin/mine',
    verdict: /^not-run: .* may only be read in a walk: /,
  },
  { text: 'networkctl status', verdict: /^not-run: cannot be done here: .* no systemd$/ },
  {
    text: 'echo 1 > /sys/module/nf_conntrack/parameters/hashsize',
    verdict: /^not-run: cannot be done here: only root of a real machine may: /,
  },
  { text: 'npx tnet-lab doctor', verdict: /^not-run: cannot be done here: .* no registry$/ },
  { text: 'ovs-vsctl add-br br0', verdict: /^not-run: this machine has no ovs-vsctl$/ },
  {
    text: 'ip netns add a; ip netns exec a nonesuch -x',
    verdict: /^not-run: this machine has no nonesuch$/,
  },
  { text: 'nonesuch -v | head -1', verdict: /^not-run: this machine has no nonesuch$/ },
  { text: 'echo 10.0.0.9 web >> /etc/hosts; getent hosts web', verdict: /^ran$/ },
]

for (const { text, verdict } of standIns) {
  t.test(`of ${text}`, async t => {
    const step = await one({ text })
    t.match(step === undefined ? '' : (verdicts([step])[0] ?? ''), verdict)
  })
}

const { available } = hasFeature('ipip')
const skip = available ? 'this kernel has ipip' : false

t.test('what the kernel lacks is not judged, nor a failure after it', { skip }, async t => {
  const steps = await walked(
    partOf([
      { text: 'ip link add tun7 type ipip local 192.0.2.1 remote 192.0.2.2' },
      { text: 'ip addr add 10.0.0.1/24 dev tun7' },
      { text: 'ping -c 1 10.0.0.2', expects: 'failure' },
      { text: 'ping -c 1 198.51.100.7' },
      { text: 'modprobe ipip' },
    ]),
  )
  t.same(
    steps.map(({ verdict }) => verdict),
    ['cannot-judge', 'cannot-judge', 'cannot-judge', 'ran', 'cannot-judge'],
  )
  t.match(steps[0]?.reason, /this kernel lacks what it needs/)
  t.match(steps[2]?.reason, /after line 1, which cannot be judged here/)
})

t.test('a failure that is shown is one, and success is not', async t => {
  const steps = await walked(
    partOf([
      { text: 'ping -c 1 10.9.9.9', expects: 'failure' },
      { text: 'ping -c 1 198.51.100.7', expects: 'failure' },
      { text: 'ip link set nope up', shown: ['Cannot find device "nope"'], expects: 'failure' },
      { text: 'ip link set nope up' },
    ]),
  )
  t.same(
    steps.map(({ verdict }) => verdict),
    ['as-shown', 'succeeded', 'as-shown', 'failed'],
  )
})

t.test(
  'a link that is shown up, and that nobody brings up, is brought up for the rest',
  async t => {
    const lines: Line[] = [
      { text: 'ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0' },
      {
        text: 'ip link show br0',
        shown: [
          '12: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN mode DEFAULT',
        ],
      },
      {
        text: 'ip route',
        shown: ['...', '10.0.0.0/24 dev br0 proto kernel scope link src 10.0.0.1'],
      },
    ]
    const steps = await walked(partOf(lines))
    t.same(
      steps.map(({ verdict }) => verdict),
      ['ran', 'differs', 'as-shown'],
    )
    t.match(steps[1]?.remarks, [/nothing before it brings it up/])
    const strict = await walked(partOf(lines), { isStrict: true })
    t.equal(strict[2]?.verdict, 'differs', 'not under --strict')
  },
)

t.test('servers are there for the commands that follow', async t => {
  const steps = await walked(
    partOf([
      { text: 'cd /tmp && echo hello > index.html' },
      { text: 'python3 -m http.server 8000', kind: 'until-stopped', endsAfter: 3, expects: 'any' },
      { text: 'nc -l 7000', kind: 'until-stopped', endsAfter: 4, expects: 'any', shown: ['typed'] },
      { text: 'curl -s http://127.0.0.1:8000/', shown: ['hello'] },
      { text: 'echo typed | nc -N 127.0.0.1 7000' },
    ]),
  )
  const byNumber = steps.toSorted((a, b) => a.number - b.number)
  t.same(verdicts(byNumber), ['ran', 'ran', 'as-shown', 'as-shown', 'ran'])
})

t.test('a server that was left running has time to start', async t => {
  const steps = await walked(
    partOf([
      { text: "sh -c 'sleep 0.5; exec nc -l 127.0.0.1 7001' >/dev/null &" },
      { text: 'echo hello | nc -N 127.0.0.1 7001' },
      { text: 'curl -s http://127.0.0.1:7002', expects: 'failure' },
    ]),
  )
  t.same(verdicts(steps).slice(0, 2), ['ran', 'ran'])
  t.equal(steps[2]?.verdict, 'as-shown')
})

t.test('a question that nobody answered is over before the next ping', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip netns add a; ip link add v0 type veth peer name v1 netns a' },
      { text: 'ip addr add 10.0.0.1/24 dev v0; ip link set v0 up; ip -n a link set v1 up' },
      { text: 'ping -c 1 10.0.0.2', expects: 'failure' },
      { text: 'ip -n a addr add 10.0.0.2/24 dev v1' },
      { text: 'ping -c 1 10.0.0.2' },
    ]),
  )
  t.equal(steps.at(-1)?.verdict, 'ran', steps.at(-1)?.seen ?? '')
})

t.test('a ping without end is ended, and its loss is judged', async t => {
  const [step] = await walked(
    partOf([
      {
        text: 'ping 198.51.100.7',
        kind: 'until-stopped',
        endsAfter: 0,
        shown: [
          '64 bytes from 198.51.100.7: icmp_seq=1 ttl=64 time=0.05 ms',
          '2 packets transmitted, 2 received, 0% packet loss, time 1002ms',
        ],
      },
    ]),
  )
  t.equal(step?.verdict, 'as-shown', JSON.stringify(step?.differences))
})

t.test('machines of one document reach each other, and have what it takes for granted', async t => {
  const base = partOf([]).hosts[0]
  if (base === undefined) throw new Error('a part has a host')
  const hosts = [
    { ...base, name: 'node1', namespaces: ['default', 'extra'] },
    {
      ...base,
      name: 'node2',
      prefix: '192.0.2.2/24',
      forward: 'DROP' as const,
      sysctls: { 'net.ipv4.ip_forward': '1' },
    },
  ]
  const steps = await walked(
    partOf(
      [
        { text: 'hostname; ping -c 1 node2 >/dev/null', host: 'node1', shown: ['node1'] },
        {
          text: 'ip netns exec default ip -br addr show eth0',
          host: 'node1',
          shown: ['eth0@if2 UP 192.0.2.1/24'],
        },
        {
          text: 'ip link',
          host: 'node1',
          namespace: 'extra',
          shown: ['1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536'],
        },
        {
          text: 'iptables -S FORWARD; sysctl net.ipv4.ip_forward',
          host: 'node2',
          shown: ['-P FORWARD DROP', 'net.ipv4.ip_forward = 1'],
        },
      ],
      { hosts },
    ),
  )
  for (const step of steps)
    t.equal(step.verdict, 'as-shown', JSON.stringify(step.differences ?? step))
})

for (const gateway6 of ['2001:db8:1::1', 'fe80::1']) {
  t.test(`machines have IPv6 where the document does, by ${gateway6}`, async t => {
    const [host] = partOf([]).hosts
    if (host === undefined) throw new Error('a part has a host')
    const steps = await walked(
      partOf(
        [
          { text: 'ip -6 addr show dev eth0 scope global' },
          { text: `ping -6 -c 1 -I eth0 ${gateway6} && ping -6 -c 1 2001:db8:f::80` },
          { text: 'curl -s http://[2001:db8:f::80]/', shown: ['hello over IPv6'] },
        ],
        {
          hosts: [{ ...host, prefix6: '2001:db8:1::5/64' }],
          gateway6,
          outside: [{ address: '2001:db8:f::80', names: [], http: 'hello over IPv6\n' }],
        },
      ),
    )
    t.same(
      steps.map(({ verdict, seen }) => (verdict === 'failed' ? seen : verdict)),
      ['ran', 'ran', 'as-shown'],
    )
    t.match(steps[0]?.seen, 'inet6 2001:db8:1::5/64 scope global')
  })
}
