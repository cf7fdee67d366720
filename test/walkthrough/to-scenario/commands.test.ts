import t from 'tap'
import { document, stepOf } from './written.ts'

const made = [
  '$ ip netns add a',
  '$ ip link add v0 type veth peer name v1',
  '$ ip link add br0 type bridge',
]
const MADE = ["await host.veth('v0', { name: 'v1' })", "await host.addBridge('br0')"]

const known: { what: string; lines: string[]; written: string[] }[] = [
  {
    what: 'an end that is moved, renamed, given an address and brought up in one go',
    lines: [
      ...made,
      '$ ip link set v1 netns a name eth0 up',
      '$ ip -n a addr add 10.0.0.2/24 dev eth0',
    ],
    written: [
      "const [, v1] = await host.veth('v0', { name: 'v1' })",
      "await host.addBridge('br0')",
      'await v1.moveTo(a)',
      "await v1.rename('eth0')",
      'await v1.up()',
      "await v1.addAddress('10.0.0.2/24')",
    ],
  },
  {
    what: 'a pair that is born in two namespaces',
    lines: [
      '$ ip netns add a',
      '$ ip netns add b',
      '$ ip link add x netns a type veth peer name y netns b',
    ],
    written: ["await a.veth('x', { name: 'y', on: b })"],
  },
  {
    what: 'a bridge with ports, by brctl',
    lines: [
      '$ sudo brctl addbr br1',
      '$ sudo ip link add p0 type veth peer name p1',
      '$ sudo brctl addif br1 p0 p1',
      '$ sudo brctl delif br1 p1',
    ],
    written: [
      "const br1 = await host.addBridge('br1')",
      "const [p0, p1] = await host.veth('p0', { name: 'p1' })",
      'await p0.attachTo(br1)',
      'await p1.attachTo(br1)',
      'await p1.detach()',
    ],
  },
  {
    what: 'a bridge that is up with its address at once',
    lines: ['$ brctl addbr br1', '$ ifconfig br1 10.1.0.1 netmask 255.255.0.0 up'],
    written: ["await host.bridge('br1', '10.1.0.1/16')"],
  },
  {
    what: 'routes, old and new',
    lines: [
      ...made,
      '$ ip link set v1 netns a',
      '$ ip netns exec a ip route add default via 10.0.0.1 dev v1 metric 5',
      '$ ip route replace 10.2.0.0/16 dev v0 src 10.0.0.1',
      '$ ip route add blackhole 10.3.0.0/16',
      '$ ip route del 10.2.0.0/16',
      '$ route add -net 10.4.0.0 netmask 255.255.0.0 gw 10.0.0.9',
      '$ route add default dev v0',
    ],
    written: [
      "const [, v1] = await host.veth('v0', { name: 'v1' })",
      "await host.addBridge('br0')",
      'await v1.moveTo(a)',
      "await a.addRoute({ to: 'default', via: '10.0.0.1', dev: 'v1', metric: 5 })",
      "await host.replaceRoute({ to: '10.2.0.0/16', dev: 'v0', src: '10.0.0.1' })",
      "await host.addRoute({ to: '10.3.0.0/16', type: 'blackhole' })",
      "await host.deleteRoute({ to: '10.2.0.0/16' })",
      "await host.addRoute({ to: '10.4.0.0/16', via: '10.0.0.9' })",
      "await host.addRoute({ to: 'default', dev: 'v0' })",
    ],
  },
  {
    what: 'settings, in each of the ways in which people make them',
    lines: [
      '$ sudo sysctl -w net.ipv4.ip_forward=1',
      '$ echo 1 > /proc/sys/net/ipv4/ip_forward',
      "$ sudo sh -c 'echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter'",
      '$ echo 1 | sudo tee /proc/sys/net/ipv6/conf/all/forwarding',
    ],
    written: [
      "await host.sysctl('net.ipv4.ip_forward', 1)",
      "await host.sysctl('net.ipv4.ip_forward', 1)",
      "await host.sysctl('net.ipv4.conf.all.rp_filter', 0)",
      "await host.sysctl('net.ipv6.conf.all.forwarding', 1)",
    ],
  },
  {
    what: 'neighbours',
    lines: [
      ...made,
      '$ ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:01 dev v0 nud permanent',
      '$ ip neigh del 10.0.0.9 dev v0',
    ],
    written: [
      "const [v0] = await host.veth('v0', { name: 'v1' })",
      "await host.addBridge('br0')",
      "await v0.addNeighbour('10.0.0.9', '02:00:00:00:00:01')",
      "await v0.deleteNeighbour('10.0.0.9')",
    ],
  },
  {
    what: 'a ping with all its options',
    lines: [...made, '$ ip netns exec a ping -c 3 -W 1 -s 1472 -M do -t 9 -I v1 10.0.0.9'],
    written: [
      ...MADE,
      "await expect(a).toPing('10.0.0.9', {",
      'count: 3,',
      'payload: 1472,',
      'fragment: false,',
      'ttl: 9,',
      "source: 'v1',",
    ],
  },
  {
    what: 'a capture, beside a link that is called as its constant would be',
    lines: [
      '$ ip link add onV0 type veth peer name v0',
      '$ ip link set v0 up',
      '$ ip link set onV0 up',
      '$ tcpdump -i v0 -nn',
      '12:00:00.000001 ARP, Request who-has 10.0.0.9 tell 10.0.0.1, length 28',
      '$ ping -c 1 10.0.0.9',
      '1 packets transmitted, 0 received, 100% packet loss, time 0ms',
    ],
    written: [
      "const [onV0_2, v0] = await host.veth('onV0', { name: 'v0' })",
      'await v0.up()',
      'await onV0_2.up()',
      "await using onV0 = await host.capture('v0')",
      "await expect(host).not.toPing('10.0.0.9')",
      "await expect(onV0).toSee('ARP, Request who-has 10.0.0.9 tell 10.0.0.1')",
    ],
  },
  {
    what: 'a ping that is shown to fail',
    lines: [
      ...made,
      '$ ip netns exec a ping -c 1 10.0.0.9',
      '1 packets transmitted, 0 received, 100% packet loss, time 0ms',
    ],
    written: [...MADE, "await expect(a).not.toPing('10.0.0.9')"],
  },
  {
    what: 'a server that runs on, and who asks it',
    lines: [
      ...made,
      '$ ip netns exec a python3 -m http.server 8000 &',
      '$ curl -s http://10.0.0.2:8000/',
    ],
    written: [
      ...MADE,
      "await a.spawn('python3', ['-m', 'http.server', '8000'], { ready: { port: 8000 } })",
      "await expect(host).toCurl('http://10.0.0.2:8000/')",
    ],
  },
  {
    what: 'a namespace that goes when all else is undone',
    lines: [
      '$ ip netns add a',
      '$ ip -n a link set lo up',
      '$ ip netns exec a ping -c 1 127.0.0.1',
      '$ ip netns del a',
      '$ iptables -F',
      '$ sysctl -w net.ipv4.ip_forward=0',
    ],
    written: [
      '// line 5, so already: ip -n a link set lo up',
      "await expect(a).toPing('127.0.0.1')",
      '// line 7, left to the lab, which ends its containers: ip netns del a',
      'await host.$`iptables -F`',
      "await host.sysctl('net.ipv4.ip_forward', 0)",
    ],
  },
]

for (const { what, lines, written } of known) {
  t.test(`the lab has words for ${what}`, t => {
    t.strictSame(
      stepOf(document(...lines)).map(line => line.replace(/ *\n */g, '\n')),
      written,
    )
    t.end()
  })
}
