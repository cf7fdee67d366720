import t from 'tap'
import { baseChains, userChain } from '../../src/firewall/base-chains.ts'
import type { PublishedPort } from '../../src/firewall/firewall.ts'
import { publishedPortRules, servicePortRules } from '../../src/firewall/published-port-rules.ts'
import { saveText } from '../../src/firewall/rule-text.ts'
import { together } from '../../src/firewall/rule.ts'
import { sourceNatRules } from '../../src/firewall/source-nat-rules.ts'

const web: PublishedPort = { protocol: 'tcp', hostPort: 8080, address: '172.18.0.2', port: 80 }

const golden: readonly [string, PublishedPort, 'nat' | 'routed', string][] = [
  [
    'a TCP port on every address: DNAT, self-MASQUERADE, accept (D14, D15, R3)',
    web,
    'nat',
    `*nat
-A TNET-PUBLISH -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
-A TNET-POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
COMMIT
*filter
-A TNET-PUBLISHED -d 172.18.0.2/32 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`,
  ],
  [
    'a UDP port on one address',
    { ...web, protocol: 'udp', hostAddress: '192.0.2.1' },
    'nat',
    `*nat
-A TNET-PUBLISH -d 192.0.2.1/32 -p udp -m udp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
-A TNET-POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p udp -m udp --dport 80 -j MASQUERADE
COMMIT
*filter
-A TNET-PUBLISHED -d 172.18.0.2/32 ! -i br0 -o br0 -p udp -m udp --dport 80 -j ACCEPT
COMMIT
`,
  ],
  [
    'a loopback address: dropped when it comes from outside (D16)',
    { ...web, hostAddress: '127.0.0.1' },
    'nat',
    `*raw
-A TNET-PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP
COMMIT
*nat
-A TNET-PUBLISH -d 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
-A TNET-POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
COMMIT
*filter
-A TNET-PUBLISHED -d 172.18.0.2/32 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`,
  ],
  [
    'a routed network: accept and nothing else (D11)',
    web,
    'routed',
    `*filter
-A TNET-PUBLISHED -d 172.18.0.2/32 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`,
  ],
  [
    'IPv6 addresses in brackets',
    { ...web, address: '2001:db8::2' },
    'nat',
    `*nat
-A TNET-PUBLISH -p tcp -m tcp --dport 8080 -j DNAT --to-destination [2001:db8::2]:80
-A TNET-POSTROUTING -s 2001:db8::2/128 -d 2001:db8::2/128 -p tcp -m tcp --dport 80 -j MASQUERADE
COMMIT
*filter
-A TNET-PUBLISHED -d 2001:db8::2/128 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`,
  ],
]

for (const [behaviour, port, mode, rules] of golden) {
  t.test(behaviour, async t => {
    t.same(publishedPortRules('br0', [port], { mode }).map(saveText), [rules])
  })
}

t.test('ports of both families become a set of each', async t => {
  const ports = [web, { ...web, address: '2001:db8::2' }]
  const sets = publishedPortRules('br0', ports, { mode: 'nat' })
  t.same(
    sets.map(({ family, rules }) => [family, rules.length]),
    [
      [4, 3],
      [6, 3],
    ],
  )
})

t.test('the shared chains: the user first, DNAT for every local destination', async t => {
  const set = together([userChain(4), baseChains(4), userChain(6)], 4)
  t.equal(
    saveText(set),
    `*raw
:TNET-PREROUTING - [0:0]
-A PREROUTING -j TNET-PREROUTING
COMMIT
*nat
:TNET-PUBLISH - [0:0]
:TNET-POSTROUTING - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j TNET-PUBLISH
-A OUTPUT -m addrtype --dst-type LOCAL -j TNET-PUBLISH
-A POSTROUTING -j TNET-POSTROUTING
COMMIT
*filter
:TNET-USER - [0:0]
:TNET-APART - [0:0]
:TNET-FORWARD - [0:0]
:TNET-INTO - [0:0]
:TNET-PUBLISHED - [0:0]
-A FORWARD -j TNET-USER
-A FORWARD -j TNET-FORWARD
-A TNET-FORWARD -j TNET-INTO
COMMIT
`,
  )
  t.match(saveText(baseChains(6)), '-A OUTPUT ! -d ::1/128 -m addrtype --dst-type LOCAL')
})

t.test('a service without a network: both directions and the host itself', async t => {
  t.equal(
    saveText(servicePortRules('blue', { ...web, address: '10.0.1.2' })),
    `*nat
-A TNET-PUBLISH -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.1.2:80
-A TNET-POSTROUTING -s 10.0.1.2/32 -d 10.0.1.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A TNET-POSTROUTING -d 10.0.1.2/32 -o blue -p tcp -m tcp --dport 80 -m addrtype --src-type LOCAL -j MASQUERADE
COMMIT
*filter
-A TNET-FORWARD -d 10.0.1.2/32 -o blue -p tcp -m tcp --dport 80 -j ACCEPT
-A TNET-FORWARD -s 10.0.1.2/32 -i blue -p tcp -m tcp --sport 80 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`,
  )
})

t.test('MASQUERADE and SNAT as the documents type them', async t => {
  const source = '172.18.0.0/24'
  t.equal(
    saveText(sourceNatRules({ source, out: { device: 'eth0' } })),
    '*nat\n-A POSTROUTING -s 172.18.0.0/24 -o eth0 -j MASQUERADE\nCOMMIT\n',
  )
  t.equal(
    saveText(sourceNatRules({ source, out: { device: 'blue', isExcept: true } })),
    '*nat\n-A POSTROUTING -s 172.18.0.0/24 ! -o blue -j MASQUERADE\nCOMMIT\n',
  )
  t.equal(
    saveText(sourceNatRules({ source, out: { device: 'eth0' }, address: '192.0.2.1' })),
    '*nat\n-A POSTROUTING -s 172.18.0.0/24 -o eth0 -j SNAT --to-source 192.0.2.1\nCOMMIT\n',
  )
})
