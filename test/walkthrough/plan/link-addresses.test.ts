import t from 'tap'
import { planOf } from './small-document.ts'

const hosts = (text: string) =>
  planOf(text).parts[0]!.hosts.map(({ name, device, prefix }) => `${name} ${device} ${prefix}`)

t.test(
  'an address that the document does not show is told where it uses the link itself',
  async t => {
    const guesses = (listing: string) =>
      planOf(`\`\`\`\n${listing}\n\`\`\``).guesses.map(({ text }) => text)
    const told = 'eth0 has 192.0.2.1/24'
    t.notOk(guesses('$ ip link add br0 type bridge').includes(told))
    t.ok(guesses('$ ip link set eth0 master br0').includes(told))
    t.notOk(guesses('$ ping -c 1 9.9.9.9').includes(told))
    t.ok(guesses('$ iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE').includes(told))
  },
)

t.test('a network that the document uses itself is left to it', async t => {
  t.same(hosts('```\n$ ip addr add 192.0.2.1/24 dev br0\n```'), ['host eth0 203.0.113.1/24'])
})

const addresses: [what: string, listing: string, host: string, gateway: string][] = [
  [
    'ip addr',
    '$ ip addr show eth0\n2: eth0: <BROADCAST,UP> mtu 1500\n    inet 172.22.36.202/20 brd 172.22.47.255 scope global eth0',
    'host eth0 172.22.36.202/20',
    '172.22.32.1',
  ],
  [
    'ip addr of another card',
    '$ ip a\n1: lo: <LOOPBACK> mtu 1\n    inet 127.0.0.1/8 scope host lo\n2: ens33: <UP> mtu 1500\n    inet 192.168.1.7/24 scope global ens33\n3: docker0: <UP>\n    inet 172.17.0.1/16 scope global docker0\n$ tcpdump -i ens33',
    'host ens33 192.168.1.7/24',
    '192.168.1.1',
  ],
  [
    'ifconfig',
    '$ ifconfig eth0\neth0: flags=4163<UP>  mtu 1500\n        inet 10.0.2.15  netmask 255.255.255.0  broadcast 10.0.2.255',
    'host eth0 10.0.2.15/24',
    '10.0.2.1',
  ],
  [
    'routes',
    '$ ip route\ndefault via 10.1.1.254 dev enp0s3\n10.1.1.0/24 dev enp0s3 proto kernel scope link src 10.1.1.5',
    'host enp0s3 10.1.1.5/24',
    '10.1.1.254',
  ],
  [
    'SNAT',
    '$ iptables -t nat -A POSTROUTING -s 10.9.0.0/24 -o eth1 -j SNAT --to-source 192.168.5.6',
    'host eth1 192.168.5.6/24',
    '192.168.5.1',
  ],
  [
    'a captured packet',
    '$ tcpdump -i eth0 icmp\n12:00:00 IP 172.16.3.4 > 8.8.8.8: ICMP echo request\n12:00:00 IP 8.8.8.8 > 172.16.3.4: ICMP echo reply',
    'host eth0 172.16.3.4/24',
    '172.16.3.1',
  ],
  [
    'a tunnel',
    '$ ip link add vxlan0 type vxlan id 42 local 192.168.8.10 remote 192.168.8.11 dev eth0',
    'host eth0 192.168.8.10/24',
    '192.168.8.1',
  ],
  [
    "words for the host's address",
    '# 查看宿主机的IP地址\n$ ifconfig eth0\n$ ip netns exec ns1 ping -c 1 172.22.11.211',
    'host eth0 172.22.11.211/24',
    '172.22.11.1',
  ],
]
for (const [what, listing, host, gateway] of addresses) {
  t.test(`the link's address is what is shown by ${what}`, async t => {
    const [part] = planOf(`\`\`\`\n${listing}\n\`\`\``).parts
    t.equal(part!.hosts.map(({ name, device, prefix }) => `${name} ${device} ${prefix}`)[0], host)
    t.equal(part!.gateway, gateway)
  })
}

t.test('an IP in another word is no word for the address of the host', async t => {
  const asked = '# 从宿主机访问 ClusterIP：\n$ curl -s http://10.96.0.10'
  const of = (text: string) => planOf(`\`\`\`\n${text}\n\`\`\``).parts[0]!.hosts[0]!.prefix
  t.not(of(asked), '10.96.0.10/24')
  t.equal(of(asked.replace('ClusterIP', 'IP')), '10.96.0.10/24')
})

t.test('an address whose port the machine publishes is the address of the machine', async t => {
  const rule = '$ iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to 172.17.0.2:80'
  const of = (...lines: string[]) =>
    planOf(`\`\`\`\n${lines.join('\n')}\n\`\`\``).parts[0]!.hosts[0]!.prefix
  const asked = '$ curl http://192.168.1.50:8080/\nhello'
  t.equal(of(rule, asked), '192.168.1.50/24')
  t.equal(of(asked, rule), '192.168.1.50/24')
  t.not(of(rule, asked.replace('8080', '8081')), '192.168.1.50/24')
  t.not(of(rule.replace('iptables', 'ip netns exec r iptables'), asked), '192.168.1.50/24')
  t.not(of(rule.replace('-p', '-d 10.9.9.9 -p'), asked), '192.168.1.50/24')
  t.not(of(rule.replace(/80$/, '8080')), '172.17.0.2/24', 'nor is that which DNAT sends it to')
})

const ALONE = `$ ip addr show eth0
2: eth0: <UP> mtu 1460
    inet 10.128.0.5/32 scope global eth0
    inet6 2001:db8:7::5/128 scope global eth0`

const alone: [shows: string, route: string, gateway: string][] = [
  ['nothing of its gateway', '', '10.128.0.1'],
  ['one beside it', 'default via 10.128.0.254 dev eth0', '10.128.0.254'],
  ['one far from it', 'default via 172.31.1.1 dev eth0 onlink', '172.31.1.1'],
  ['one of the link itself', 'default via 169.254.1.1 dev eth0', '169.254.1.1'],
]
for (const [shows, route, gateway] of alone) {
  t.test(
    `an address with a network for itself alone keeps that where the document shows ${shows}`,
    async t => {
      const [part] = planOf(`\`\`\`\n${ALONE}\n$ ip route\n${route}\n\`\`\``).parts
      t.match(part, {
        hosts: [{ prefix: '10.128.0.5/32', prefix6: '2001:db8:7::5/128' }],
        gateway,
        gateway6: '2001:db8:7::1',
      })
    },
  )
}

t.test(
  'machines beside one that has an address for itself alone have one of a network',
  async t => {
    const text = (other: string) =>
      `\`\`\`\n${ALONE.replace('$', '[root@node1 ~]#')}\n[root@node2 ~]# ip addr show eth0\n2: eth0: <UP>\n${other}\n\`\`\``
    t.same(hosts(text('')), ['node1 eth0 10.128.0.5/32', 'node2 eth0 10.128.0.2/32'])
    t.same(hosts(text('    inet 10.128.0.9/24')), [
      'node1 eth0 10.128.0.5/24',
      'node2 eth0 10.128.0.9/24',
    ])
  },
)

t.test('a gateway that is shown says of which network the machine is', async t => {
  const typed = '```\n$ ip route add default via 192.0.2.254 dev eth0\n```'
  t.same(hosts(typed), ['host eth0 192.0.2.1/24'])
  t.equal(planOf(typed).parts[0]!.gateway, '192.0.2.254')
  t.same(hosts(typed.replace('192.0.2.254', '169.254.1.1')), ['host eth0 192.0.2.1/24'])
  const far =
    '```\n$ tcpdump -i eth0\n1 IP 10.16.3.4 > 8.8.8.8: ICMP\n$ ip r\ndefault via 172.31.1.1 dev eth0\n```'
  t.same(hosts(far), ['host eth0 10.16.3.4/24'], 'not one that is nowhere near')
  t.equal(planOf(far).parts[0]!.gateway, '172.31.1.1')
})

t.test('a network has room for a gateway, or it is of the link alone', async t => {
  const link = (prefix: string) =>
    planOf(`\`\`\`\n$ ip addr show eth0\n2: eth0: <UP>\n    inet ${prefix} scope global\n\`\`\``)
      .parts[0]!.gateway
  t.equal(link('10.9.9.0/31'), '10.9.9.1')
  t.equal(link('10.9.9.1/31'), '10.9.9.0')
  t.equal(link('10.9.9.1/30'), '10.9.9.2')
  const two = { hosts: { a: { address: ['10.9.9.0/31'] }, b: { address: ['10.9.9.1/31'] } } }
  const [full] = planOf('```\n$ ip link\n```', two).parts
  t.equal(full!.gateway, '169.254.1.1')
  const three = { hosts: { a: { address: ['192.0.2.1/30'] }, b: {}, c: {}, d: {} } }
  t.same(
    planOf('```\n$ ip link\n```', three).parts[0]!.hosts.map(({ prefix }) => prefix),
    ['192.0.2.1/30', '192.0.2.2/30', '203.0.113.1/30', '203.0.113.2/30'],
  )
})

t.test('a card that the document makes itself is not the link to the outside', async t => {
  t.same(hosts('```\n$ ip link add eth0 type veth peer name eth1\n$ ip link set eth0 up\n```'), [
    'host ens3 192.0.2.1/24',
  ])
  const inside = '```\n$ ip link add eth0 netns a type veth peer name eth1\n$ ip link\n```'
  t.same(hosts(inside), ['host eth0 192.0.2.1/24'])
})

t.test('an address that the document makes is not the link’s', async t => {
  const text =
    '```\n$ ip addr add 10.1.1.1/24 dev br0\n$ tcpdump -i eth0\n1 IP 10.1.1.2 > 8.8.8.8: ICMP\n```'
  t.same(hosts(text), ['host eth0 192.0.2.1/24'])
})

t.test('an address that the document adds to the link is not what it began with', async t => {
  const text =
    '```\n$ ip addr add 10.1.1.1/24 dev eth0\n$ ip addr show eth0\n2: eth0: <UP>\n    inet 10.1.1.1/24 scope global eth0\n```'
  t.same(hosts(text), ['host eth0 192.0.2.1/24'])
})

t.test('the first address of a network that is shown is left to its router', async t => {
  const text =
    '```\n[root@node1 ~]# ip addr show eth0\n2: eth0: <UP>\n    inet 10.0.0.5/24\n[root@node2 ~]# ip link\n```'
  t.same(hosts(text), ['node1 eth0 10.0.0.5/24', 'node2 eth0 10.0.0.2/24'])
  t.equal(planOf(text).parts[0]!.gateway, '10.0.0.1')
})

t.test('an address that is shown is the link’s, though a namespace gets one beside it', async t => {
  const shown = '$ ip addr show eth0\n2: eth0: <UP>\n    inet 192.168.0.10/24 scope global eth0'
  const beside = '$ ip netns exec ns1 ip addr add 192.168.0.100/24 dev mac1'
  const other = '$ ip netns exec ns1 ping -c 1 192.168.0.20\n64 bytes from 192.168.0.20: icmp_seq=1'
  const text = `\`\`\`\n${shown}\n${beside}\n${other}\n\`\`\``
  t.same(hosts(text), ['host eth0 192.168.0.10/24'])
  const { outside } = planOf(text).parts[0]!
  t.ok(
    outside.some(({ address }) => address === '192.168.0.20'),
    'and another machine of its network answers',
  )
})

t.test(
  'what is shown of a tunnel, a bridge or WireGuard is not the link to the outside',
  async t => {
    const text = (device: string) =>
      `\`\`\`\n$ ip a\n5: ${device}: <UP>\n    inet 10.5.5.5/24 scope global ${device}\n\`\`\``
    t.same(hosts(text('wg0')), ['host eth0 192.0.2.1/24'])
    t.same(hosts(text('ens5')), ['host ens5 10.5.5.5/24'])
  },
)

t.test('an eth0 of a container is not the machine’s', async t => {
  const shown = '2: eth0@if3: <UP>\n    inet 172.17.0.2/16 scope global eth0'
  const inside = `$ docker exec -it web sh\n$ ip addr show eth0\n${shown}\n$ ip route\ndefault via 172.17.0.1 dev eth0\n$ ip route add default via 172.17.0.1\n$ exit`
  const outside = `$ docker exec web ip addr show eth0\n${shown}`
  const text = `\`\`\`\n${inside}\n${outside}\n$ ip link show eth0\n\`\`\``
  t.same(hosts(text), ['host eth0 192.0.2.1/24'])
  t.equal(planOf(text).parts[0]!.gateway, '192.0.2.2')
  t.same(hosts(text.replaceAll('docker', 'sudo')), ['host eth0 172.17.0.2/16'])
})

t.test('an eth0 of a namespace is not the machine’s', async t => {
  const text =
    '```\n$ ip netns exec ns1 ip addr show eth0\n2: eth0@if3: <UP>\n    inet 10.7.7.7/24 scope global eth0\n```'
  t.same(hosts(text), ['host eth0 192.0.2.1/24'])
})

t.test('machines share a segment that holds what is shown of each', async t => {
  const text = `
A: 192.168.1.10
B: 192.168.2.11

## Host A
\`\`\`
$ ip link add t0 type ipip
\`\`\`
## Host B
\`\`\`
$ ip link add t0 type ipip
\`\`\``
  t.same(hosts(text), ['host-a eth0 192.168.1.10/16', 'host-b eth0 192.168.2.11/16'])
})

t.test('prose about an address is no table', async t => {
  const text = (words: string) => `${words}\n\`\`\`\n$ ip link\n\`\`\``
  t.same(hosts(text('We ping the other host 10.1.2.3 from here.')), ['host eth0 192.0.2.1/24'])
  t.same(hosts(text("The host's address is 10.1.2.3.")), ['host eth0 10.1.2.3/24'])
  t.same(hosts(text('host | 10.1.2.3/16')), ['host eth0 10.1.2.3/16'])
})

t.test('a sentence may say the address of each of several machines', async t => {
  const text = (words: string) =>
    `${words}\n## Host A\n\`\`\`\n$ ip link\n\`\`\`\n## Host B\n\`\`\`\n$ ip link\n\`\`\``
  const both = ['host-a eth0 10.1.2.3/24', 'host-b eth0 10.1.2.4/24']
  t.same(hosts(text('There are host A (10.1.2.3) and host B (10.1.2.4).')), both)
  t.same(hosts(text('Host A has 10.1.2.3, and host B has the IP address 10.1.2.4.')), both)
  t.same(hosts(text('主机A（10.1.2.3）、主机B（10.1.2.4）')), both)
  t.same(hosts(text('* host-a: eth0, 10.1.2.3\n* host-b: eth0, 10.1.2.4')), both)
  t.same(hosts(text('主机A：eth0 10.1.2.3，主机B（ens33：10.1.2.4）')), both)
  const prompts = '\n```\n[root@node1 ~]# ip link\n[root@node2 ~]# ip link\n```'
  t.same(hosts(`There are node1 10.1.2.3 and node2 10.1.2.4.${prompts}`), [
    'node1 eth0 10.1.2.3/24',
    'node2 eth0 10.1.2.4/24',
  ])
})

for (const command of ['route -n', 'netstat -rn']) {
  t.test(`the gateway is the one that ${command} shows, in any language`, async t => {
    const heading = 'Ziel            Router          Genmask         Flags   MSS Fenster irtt Iface'
    const row = '0.0.0.0         10.1.2.99       0.0.0.0         UG        0 0          0 eth0'
    const part = (where: string) =>
      planOf(`\`\`\`\n$ ${where}${command}\n${heading}\n${row}\n\`\`\``).parts[0]!
    t.equal(part('').gateway, '10.1.2.99')
    t.not(part('ip netns exec a ').gateway, '10.1.2.99')
  })
}

t.test('a name that a link is given in a namespace is no card of the machine', async t => {
  const text = '```\n$ ip link add v0 type veth peer name eth0 netns web\n$ tcpdump -i ens3\n```'
  t.same(hosts(text), ['host ens3 192.0.2.1/24'])
})

t.test('the far end of a tunnel is the other machine', async t => {
  const text = `
## Host A
\`\`\`
$ ip tunnel add t0 mode ipip local 192.168.1.10 remote 192.168.1.11
\`\`\`
## Host B
\`\`\`
$ ip link add br0 type bridge
\`\`\``
  t.same(hosts(text), ['host-a eth0 192.168.1.10/24', 'host-b eth0 192.168.1.11/24'])
})
