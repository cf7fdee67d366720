import t from 'tap'
import type { FrontMatter } from '../../../src/walkthrough/document/front-matter.ts'
import { planOf } from './small-document.ts'

const NAME_SERVERS = ['198.51.100.53', '2001:db8:53::53']
const planned = (listing: string, frontMatter?: FrontMatter) => {
  const { parts, guesses } = planOf(`\`\`\`\n${listing}\n\`\`\``, frontMatter)
  const { hosts, gateway6, outside } = parts[0]!
  return {
    prefixes: hosts.map(({ prefix6 }) => prefix6),
    gateway6,
    outside: outside
      .filter(({ address }) => !NAME_SERVERS.includes(address))
      .map(({ address, names }) => [address, ...names].join(' ')),
    guesses: guesses.map(({ text }) => text),
  }
}
const NONE = { prefixes: [undefined], gateway6: undefined, outside: [] }
const PACKET = '12:00:00 IP6'

const shows: [how: string, listing: string, prefix: string, gateway: string][] = [
  [
    'ip addr',
    '$ ip addr show eth0\n2: eth0: <UP>\n    inet6 2001:db8:1::5/64 scope global\n    inet6 fe80::1/64 scope link',
    '2001:db8:1::5/64',
    '2001:db8:1::1',
  ],
  [
    'ip -br addr',
    '$ ip -br a\neth0  UP  192.0.2.9/24 2001:db8:1::5/56 fe80::1/64',
    '2001:db8:1::5/56',
    '2001:db8:1::1',
  ],
  [
    'ifconfig',
    '$ ifconfig eth0\neth0: flags=4163<UP>\n        inet6 2001:db8:1::5  prefixlen 48  scopeid 0x0<global>',
    '2001:db8:1::5/48',
    '2001:db8:1::1',
  ],
  [
    'its own route',
    '$ ip -6 route\ndefault via fe80::1 dev eth0 metric 1\n$ ping -6 -c 1 2600::1',
    '2001:db8:0:1::1/64',
    'fe80::1',
  ],
  [
    'a packet that asks',
    `$ tcpdump -i eth0\n${PACKET} 2001:db8:1::5 > 2600::1: ICMP6, echo request, id 1`,
    '2001:db8:1::5/64',
    '2001:db8:1::1',
  ],
  [
    'a packet that answers',
    `$ tcpdump -i eth0\n${PACKET} 2600::1.80 > 2001:db8:1::5.5000: Flags [S.], seq 1`,
    '2001:db8:1::5/64',
    '2001:db8:1::1',
  ],
  [
    'a tunnel',
    '$ ip link add t type ip6gre local 2001:db8:1::5 remote 2001:db8:1::6',
    '2001:db8:1::5/64',
    '2001:db8:1::1',
  ],
]
for (const [how, listing, prefix, gateway] of shows) {
  t.test(`the link has the IPv6 address that is shown by ${how}`, async t => {
    const { prefixes, gateway6, guesses } = planned(listing)
    t.same([prefixes[0], gateway6], [prefix, gateway])
    t.ok(guesses.includes(`eth0 has ${prefix}`))
  })
}

t.test('machines have none where a document shows none of theirs', async t => {
  const linkLocal = '$ ip addr show eth0\n2: eth0: <UP>\n    inet6 fe80::5/64 scope link'
  t.match(planned(linkLocal), NONE)
  t.match(planned('$ ip netns exec a ip -6 addr add 2001:db8::1/64 dev eth0'), NONE)
  const own = '$ ip -6 addr add 2001:db8:0::1/128 dev br0\n$ ping -6 -c 1 2001:DB8::1'
  t.match(planned(own), NONE, 'another spelling is no other address')
})

t.test('who is talked to by IPv6 is outside, and the machines have a way there', async t => {
  t.same(planned('$ ping6 -c 1 2606:4700::1111'), {
    prefixes: ['2001:db8:0:1::1/64'],
    gateway6: '2001:db8:0:1::2',
    outside: ['2606:4700::1111'],
    guesses: ['eth0 has 2001:db8:0:1::1/64', '2606:4700::1111 answers behind the gateway'],
  })
  t.match(planned('$ curl -g http://[2600::80]:8080/').outside, ['2600::80'])
  t.match(planned('$ ping -6 -c 1 fe80::1%eth0\n$ ping -6 -c 1 fd00::1\n$ ping -6 -c 1 ::1'), NONE)
  t.match(planned('$ ping6 -c 1 2600::1', { outside: [] }), NONE)
})

t.test('where machines have IPv6, somebody there answers questions of DNS too', async t => {
  const asked = (listing: string) =>
    planOf(`\`\`\`\n${listing}\n\`\`\``)
      .parts[0]!.outside.filter(({ names }) => names.length === 0)
      .map(({ address }) => address)
  t.same(asked('$ ping -6 -c 1 example.com'), ['198.51.100.53', '2001:db8:53::53'])
  t.same(asked('$ ping -c 1 example.com'), ['198.51.100.53'])
  const public6 = '2001:4860:4860::8888'
  t.same(asked(`$ ping -6 -c 1 ${public6}`), ['198.51.100.53', public6])
  const set = '$ echo "nameserver 2001:DB8:F::53" > /etc/resolv.conf\n$ ping -6 -c 1 example.com'
  t.same(asked(set), ['198.51.100.53', '2001:db8:f::53'])
})

t.test('a name has an IPv6 address where that is asked for', async t => {
  const shown =
    '$ ping -6 -c 1 example.com\nPING example.com(a.example.net (2600::99)) 56 data bytes'
  t.same(planned(shown).outside, ['2600::99 example.com'])
  t.same(planned('$ ping -c 1 example.com\n$ ping -6 -c 1 example.com').outside, [
    '198.51.100.1 example.com',
    '2001:db8:53::2 example.com',
  ])
  t.same(
    planned('$ dig AAAA example.com\nexample.com. 300 IN AAAA 2600::5\n$ ping6 example.com')
      .outside,
    ['198.51.100.1 example.com', '2600::5 example.com'],
  )
})

t.test('machines share a segment in both families', async t => {
  const text = `
## Host A
\`\`\`
$ ip addr show eth0
2: eth0: <UP>
    inet 192.168.1.10/24 scope global eth0
    inet6 2001:db8:1::a/64 scope global
\`\`\`
## Host B
\`\`\`
$ ip link
\`\`\``
  const { hosts, gateway, gateway6 } = planOf(text).parts[0]!
  t.same(
    hosts.map(({ prefix, prefix6 }) => [prefix, prefix6]),
    [
      ['192.168.1.10/24', '2001:db8:1::a/64'],
      ['192.168.1.2/24', '2001:db8:1::2/64'],
    ],
  )
  t.same([gateway, gateway6], ['192.168.1.1', '2001:db8:1::1'])
})

t.test('an address of the other family is no other machine', async t => {
  const shows = (inet: string) => `$ ip addr show eth0\n2: eth0: <UP>\n    ${inet} scope global`
  const text = `## A\n\`\`\`\n$ ip netns add a\n${shows('inet 192.0.2.5/24')}\n\`\`\`\n## B\n\`\`\`\n${shows('inet6 2001:db8:1::5/64')}\n\`\`\``
  t.equal(planOf(text).parts.length, 1)
  t.equal(planOf(text.replace('inet6 2001:db8:1::5/64', 'inet 192.0.2.6/24')).parts.length, 2)
})

t.test('front matter may give IPv6 addresses', async t => {
  const six = { hosts: { gate: { address: ['2001:db8:9::5/64'] } }, gateway: ['2001:db8:9::ff'] }
  const { prefixes, gateway6 } = planned('$ ip link', six)
  t.same([prefixes[0], gateway6], ['2001:db8:9::5/64', '2001:db8:9::ff'])
  t.match(planOf('```\n$ ip link\n```', six).parts[0]!.hosts, [{ prefix: '192.0.2.1/24' }])
  const both = {
    hosts: { gate: { address: ['2001:db8:9::5/64', '198.51.100.5/28'] } },
    gateway: ['198.51.100.1', 'fe80::1'],
  }
  t.match(planOf('```\n$ ip link\n```', both).parts[0], {
    hosts: [{ prefix: '198.51.100.5/28', prefix6: '2001:db8:9::5/64' }],
    gateway: '198.51.100.1',
    gateway6: 'fe80::1',
  })
})

t.test('what an IPv6 capture shows is of the ping that it shows', async t => {
  const text = `
\`\`\`
$ ping -6 -c 1 2001:db8::2
$ ping -6 -c 1 2001:db8::3
\`\`\`
\`\`\`
$ tcpdump -i br0
${PACKET} 2001:db8::1 > 2001:db8:0::2: ICMP6, echo request, id 1
\`\`\``
  t.match(
    planOf(text).parts[0]!.steps.map(({ number }) => number),
    [1, 2, 3, 1],
  )
})
