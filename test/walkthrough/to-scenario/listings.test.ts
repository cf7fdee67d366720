import t from 'tap'
import { bodyOf, scenarioOf } from './written.ts'

const BUILT = `
# Title

## Build

\`\`\`console
$ ip netns add a
$ ip link add v0 type veth peer name v1 netns a
$ ip link add br0 type bridge
$ ip link set v0 master br0
$ ip addr add 10.0.0.1/24 dev br0
$ ip link set v0 up
$ ip -n a link set v1 up
\`\`\`

## Look

`

const listings: { what: string; shown: string; written: string[] }[] = [
  {
    what: 'routes',
    shown: `$ ip netns exec a ip route
default via 10.0.0.1 dev v1
10.0.0.0/24 dev v1 proto kernel scope link src 10.0.0.2
blackhole 10.9.0.0/16`,
    written: [
      "await expect(a).toHaveRoute('default', { via: '10.0.0.1', dev: 'v1' })",
      "await expect(a).toHaveRoute('10.0.0.0/24', { dev: 'v1', src: '10.0.0.2' })",
      "await expect(a).toHaveRoute('10.9.0.0/16', { type: 'blackhole' })",
    ],
  },
  {
    what: 'links and addresses, without what nobody made',
    shown: `$ ip -n a addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: v1@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP
    inet 10.0.0.2/24 scope global v1
    inet6 fe80::3c5b:55ff:fe20:1111/64 scope link`,
    written: [
      "await expect(a).toHaveLink('v1', { up: true, mtu: 1450 })",
      "await expect(a).toHaveAddress('10.0.0.2/24', { dev: 'v1' })",
    ],
  },
  {
    what: 'ports of a bridge',
    shown: `$ brctl show br0
bridge name     bridge id               STP enabled     interfaces
br0             8000.321bc3fd56fd       no              v0
                                                        v9`,
    written: [
      "await expect(host).toHaveLink('v0', { master: 'br0' })",
      "await expect(host).toHaveLink('v9', { master: 'br0' })",
    ],
  },
  {
    what: 'rules, by their columns',
    shown: `$ iptables -t nat -nL POSTROUTING
Chain POSTROUTING (policy DROP)
target     prot opt source               destination
MASQUERADE  all  --  10.0.0.0/24          0.0.0.0/0`,
    written: [
      "await expect(host).toHaveRule('-P DROP', { table: 'nat', chain: 'POSTROUTING' })",
      "await expect(host).toHaveRule('-s 10.0.0.0/24 -j MASQUERADE', {",
      "table: 'nat',",
      "chain: 'POSTROUTING',",
    ],
  },
  {
    what: 'a link that nothing brought up, brought up first',
    shown: `$ ip link show br0
4: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP`,
    written: [
      '// the document shows br0 up, and nothing before it brings it up',
      "await (await host.link('br0')).up()",
      "await expect(host).toHaveLink('br0', { up: true })",
    ],
  },
  {
    what: 'neighbours that were spoken to; of others it only tells',
    shown: `$ ip netns exec a ping -c 1 10.0.0.1
1 packets transmitted, 1 received, 0% packet loss, time 0ms
$ ip netns exec a ip neigh
10.0.0.1 dev v1 lladdr 02:00:00:00:00:01 REACHABLE
10.0.0.77 dev v1 lladdr 02:00:00:00:00:02 STALE`,
    written: [
      "await expect(a).toPing('10.0.0.1')",
      "await expect(a).toHaveNeighbour('10.0.0.1', { dev: 'v1' })",
      '// shown too: 10.0.0.77 dev v1 lladdr 02:00:00:00:00:02 STALE',
    ],
  },
  {
    what: 'what nobody can expect, as words',
    shown: `$ ip netns exec a cat /etc/hostname
one
two
three
four
five`,
    written: [
      'await a.$`cat /etc/hostname`',
      '// shown, and not checked:',
      '// | one',
      '// | two',
      '// | three',
      '// | and 2 more lines',
    ],
  },
]

for (const { what, shown, written } of listings) {
  t.test(`what is shown is expected: ${what}`, t => {
    const body = bodyOf(scenarioOf(`${BUILT}\`\`\`console\n${shown}\n\`\`\`\n`))
    t.strictSame(body.slice(body.indexOf("await step('Look', async () => {") + 1), written)
    t.end()
  })
}
