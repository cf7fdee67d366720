import t from 'tap'
import { bridgeNetworkRules } from '../../src/firewall/bridge-network-rules.ts'
import type { BridgeNetwork } from '../../src/firewall/firewall.ts'
import { saveText } from '../../src/firewall/rule-text.ts'

const subnet = '172.18.0.0/16'

function network(options: Partial<BridgeNetwork> = {}): BridgeNetwork {
  return {
    bridge: 'br-shop',
    subnets: [subnet],
    mode: 'nat',
    icc: true,
    masquerade: true,
    callsIptables: true,
    ...options,
  }
}

const golden: readonly [string, Partial<BridgeNetwork>, string, string][] = [
  [
    'NAT: hidden, masqueraded, entered by published ports only (D7, D8, D9, R1)',
    {},
    subnet,
    `*raw
-A TNET-PREROUTING -d 172.18.0.0/16 ! -i br-shop -m addrtype ! --dst-type LOCAL -j DROP
COMMIT
*nat
-A TNET-POSTROUTING -s 172.18.0.0/16 ! -o br-shop -j MASQUERADE
-A TNET-POSTROUTING -o br-shop -m addrtype --src-type LOCAL -j MASQUERADE
COMMIT
*filter
-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A TNET-INTO -o br-shop -j TNET-PUBLISHED
-A TNET-INTO ! -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop -j ACCEPT
COMMIT
`,
  ],
  [
    'ICC off: one rule more (D6)',
    { icc: false },
    subnet,
    `*raw
-A TNET-PREROUTING -d 172.18.0.0/16 ! -i br-shop -m addrtype ! --dst-type LOCAL -j DROP
COMMIT
*nat
-A TNET-POSTROUTING -s 172.18.0.0/16 ! -o br-shop -j MASQUERADE
-A TNET-POSTROUTING -o br-shop -m addrtype --src-type LOCAL -j MASQUERADE
COMMIT
*filter
-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A TNET-INTO -o br-shop -j TNET-PUBLISHED
-A TNET-INTO ! -i br-shop -o br-shop -j DROP
-A TNET-INTO -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop -j ACCEPT
COMMIT
`,
  ],
  [
    'MASQUERADE off: replies come to the containers, so nothing hides them',
    { masquerade: false },
    subnet,
    `*nat
-A TNET-POSTROUTING -o br-shop -m addrtype --src-type LOCAL -j MASQUERADE
COMMIT
*filter
-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A TNET-INTO -o br-shop -j TNET-PUBLISHED
-A TNET-INTO ! -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop -j ACCEPT
COMMIT
`,
  ],
  [
    'without br_netfilter: replies between two containers go back through the host (R4)',
    { callsIptables: false },
    subnet,
    `*raw
-A TNET-PREROUTING -d 172.18.0.0/16 ! -i br-shop -m addrtype ! --dst-type LOCAL -j DROP
COMMIT
*nat
-A TNET-POSTROUTING -s 172.18.0.0/16 ! -o br-shop -j MASQUERADE
-A TNET-POSTROUTING -o br-shop -m addrtype --src-type LOCAL -j MASQUERADE
-A TNET-POSTROUTING -s 172.18.0.0/16 -o br-shop -m conntrack --ctstate DNAT -j MASQUERADE
COMMIT
*filter
-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A TNET-INTO -o br-shop -j TNET-PUBLISHED
-A TNET-INTO ! -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop -j ACCEPT
COMMIT
`,
  ],
  [
    'internal: no NAT, nothing in or out (D10)',
    { mode: 'internal' },
    subnet,
    `*raw
-A TNET-PREROUTING -d 172.18.0.0/16 ! -i br-shop -m addrtype ! --dst-type LOCAL -j DROP
COMMIT
*filter
-A TNET-FORWARD ! -s 172.18.0.0/16 -o br-shop -j DROP
-A TNET-FORWARD ! -d 172.18.0.0/16 -i br-shop -j DROP
-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A TNET-INTO ! -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop -j ACCEPT
COMMIT
`,
  ],
  [
    'routed: no NAT, ICMP and published ports enter (D11)',
    { mode: 'routed' },
    subnet,
    `*filter
-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A TNET-INTO -o br-shop -j TNET-PUBLISHED
-A TNET-INTO ! -i br-shop -o br-shop -p icmp -j ACCEPT
-A TNET-INTO ! -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop -j ACCEPT
COMMIT
`,
  ],
  [
    'internal IPv6: by device, so that neighbours are still found',
    { mode: 'internal' },
    '2001:db8::/64',
    `*raw
-A TNET-PREROUTING -d 2001:db8::/64 ! -i br-shop -m addrtype ! --dst-type LOCAL -j DROP
COMMIT
*filter
-A TNET-FORWARD ! -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop ! -o br-shop -j DROP
-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A TNET-INTO ! -i br-shop -o br-shop -j DROP
-A TNET-FORWARD -i br-shop -j ACCEPT
COMMIT
`,
  ],
]

for (const [behaviour, options, of, rules] of golden) {
  t.test(behaviour, async t => {
    const set = bridgeNetworkRules(network(options), of)
    t.equal(saveText(set), rules)
    t.equal(set.family, of.includes(':') ? 6 : 4)
  })
}
