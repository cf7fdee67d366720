import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

/** nft 1.0.6. */
const ruleset = `table inet web {
	set allowed {
		type ipv4_addr
		elements = { 10.0.0.1, 10.0.0.2,
			     10.0.0.3, 10.0.0.4 }
	}

	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport { 22, 80 } counter packets 0 bytes 0 accept
		ip saddr @allowed accept
		meta l4proto tcp tcp dport 8080 accept
		reject
	}

	chain post {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 10.0.0.0/24 oifname "eth0" masquerade
	}
}
`
const command = 'nft list ruleset'
const same: [what: string, shown: string][] = [
  [
    'with handles',
    ruleset
      .replace(/(accept|reject|masquerade)$/gm, '$1 # handle 4')
      .replace(/\{$/gm, '{ # handle 1'),
  ],
  ['with counters', changed(ruleset, 'packets 0 bytes 0', 'packets 12 bytes 3456')],
  [
    'of before 0.9, with numbers for priorities',
    ruleset
      .replace('priority filter', 'priority 0')
      .replace('priority srcnat', 'priority 100')
      .replace('ct state established,related', 'ct state { related, established }')
      .replace('\t\treject', '\t\treject with icmpx type port-unreachable')
      .replace('meta l4proto tcp tcp', 'tcp'),
  ],
  [
    'with names of ports',
    changed(ruleset, '{ 22, 80 }', '{ 80, 22 }').replace('dport 8080', 'dport http-alt'),
  ],
  [
    'with chains in another order',
    ruleset.replace(
      /(\tchain input \{[\s\S]*?\n\t\}\n)\n(\tchain post \{[\s\S]*?\n\t\}\n)/,
      '$2\n$1',
    ),
  ],
  [
    'with elements in another order',
    ruleset.replace('10.0.0.1, 10.0.0.2,\n\t\t\t     10.0.0.3', '10.0.0.3, 10.0.0.2, 10.0.0.1'),
  ],
  [
    'without quotes and with wider columns',
    ruleset.replace('"eth0" ', 'eth0   ').replace('type filter hook', 'type filter  hook'),
  ],
  ['with dots', ruleset.replace(/\tset allowed[\s\S]*?\n\t\}\n/, '\t...\n')],
]
for (const [what, shown] of same) {
  t.test(`a ruleset is as shown by one ${what}`, async t => {
    t.not(shown, ruleset)
    t.same(told(command, shown, ruleset).differences, [])
  })
}

const changes: [from: string | RegExp, to: string, expected: string[]][] = [
  ['policy drop', 'policy accept', ['policy of inet web input']],
  ['hook input', 'hook forward', ['hook of inet web input']],
  ['priority srcnat', 'priority 90', ['hook of inet web post']],
  ['{ 22, 80 }', '{ 22, 81 }', ['rule 2 of inet web input']],
  ['"eth0"', '"eth1"', ['rule 1 of inet web post']],
  [/.*masquerade\n/, '', ['rule 1 of inet web post']],
  ['established,related', 'established', ['rule 1 of inet web input']],
  ['10.0.0.4', '10.0.0.5', ['rule 2 of inet web set allowed']],
  [/\n\tchain post[\s\S]*?\n\t\}\n/, '', ['chain inet web post']],
  [
    'table inet web',
    'table ip web',
    [
      'chain inet web set allowed',
      'chain inet web input',
      'chain inet web post',
      'chain ip web set allowed',
      'chain ip web input',
      'chain ip web post',
    ],
  ],
]
for (const [from, to, expected] of changes) {
  t.test(`it counts that ${from} is ${to === '' ? 'gone' : to}`, async t => {
    t.same(differing(command, ruleset, changed(ruleset, from, to)), expected)
  })
}

t.test('how long an element still lives is nothing, that it is there counts', async t => {
  const set = (elements: string) => `table ip lab {
	set blocked {
		type ipv4_addr
		flags timeout
		elements = { ${elements} }
	}
}
`
  const seen = set('10.60.0.11, 10.60.0.12 timeout 30s expires 29s992ms')
  const shown = set('10.60.0.11, 10.60.0.12 timeout 30s expires 1m8s')
  t.same(differing('nft list set ip lab blocked', shown, seen), [])
  t.same(differing('nft list set ip lab blocked | grep -v flags', shown, seen), [])
  t.same(differing('nft list set ip lab blocked', shown.replace('.12 ', '.13 '), seen), [
    'rule 3 of ip lab set blocked',
  ])
  t.same(
    differing('nft list set ip lab blocked', shown.replace('timeout 30s', 'timeout 1h'), seen),
    ['rule 3 of ip lab set blocked'],
  )
})

t.test('what iptables made counts by what it does, not by what its comment says', async t => {
  const shown = `table ip nat {
	chain POSTROUTING {
		type nat hook postrouting priority 100; policy accept;
		ip saddr 192.168.88.0/24 counter packets 3 bytes 252 masquerade\x20
	}
}`
  const seen = `# Warning: table ip nat is managed by iptables-nft, do not touch!
table ip nat {
	chain POSTROUTING {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 192.168.88.0/24 counter packets 0 bytes 0 masquerade
	}
}
`
  t.same(differing(command, shown, seen), [])
  t.same(differing(command, shown, changed(seen, '88.0/24', '89.0/24')), [
    'rule 1 of ip nat POSTROUTING',
  ])
})
