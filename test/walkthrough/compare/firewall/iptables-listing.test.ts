import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

/** iptables 1.8.9 on nf_tables. */
const nat = `Chain PREROUTING (policy ACCEPT)
num  target     prot opt source               destination         
1    TESTBR     0    --  0.0.0.0/0            0.0.0.0/0            ADDRTYPE match dst-type LOCAL

Chain INPUT (policy ACCEPT)
num  target     prot opt source               destination         

Chain OUTPUT (policy ACCEPT)
num  target     prot opt source               destination         
1    TESTBR     0    --  0.0.0.0/0           !127.0.0.0/8          ADDRTYPE match dst-type LOCAL

Chain POSTROUTING (policy ACCEPT)
num  target     prot opt source               destination         
1    MASQUERADE  0    --  192.168.88.0/24      0.0.0.0/0           

Chain TESTBR (2 references)
num  target     prot opt source               destination         
1    DNAT       6    --  0.0.0.0/0            0.0.0.0/0            tcp dpt:80 to:192.168.88.12:80
`
const filter = `Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain FORWARD (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 ACCEPT     0    --  br01   *       0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED
    0     0 DROP       1    --  *      *       0.0.0.0/0            0.0.0.0/0            icmptype 8 /* hello there */
    0     0 REJECT     17   --  *      *       10.0.0.1             0.0.0.0/0            multiport dports 53,67 reject-with icmp-port-unreachable

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
`
const named = (text: string) =>
  text
    .replace(/(\S+ +)0( +--)/g, '$1all$2')
    .replace(/(\S+ +)1( +--)/g, '$1icmp$2')
    .replace(/(\S+ +)6( +--)/g, '$1tcp$2')
    .replace(/(\S+ +)17( +--)/g, '$1udp$2')

const same: [what: string, command: string, shown: string, seen: string][] = [
  ['of before 1.8.9', 'iptables -t nat -nL --line-number', named(nat), nat],
  [
    'without -n',
    'iptables -t nat -L --line-numbers',
    named(nat)
      .replaceAll('0.0.0.0/0', 'anywhere')
      .replace('!127.0.0.0/8', '!loopback/8')
      .replace('dpt:80 ', 'dpt:http '),
    nat,
  ],
  [
    'with counters of another day',
    'iptables -vnL',
    named(filter)
      .replaceAll('    0     0 ', ' 1234  5678M ')
      .replaceAll('0 packets, 0 bytes', '17K packets, 3M bytes'),
    filter,
  ],
  [
    'without -n, of legacy',
    'iptables -vL',
    named(filter)
      .replaceAll('*     ', 'any   ')
      .replaceAll('0.0.0.0/0', 'anywhere ')
      .replace('icmptype 8', 'icmp echo-request')
      .replace('53,67', 'domain,bootps')
      .replace('ctstate RELATED,ESTABLISHED', 'state ESTABLISHED,RELATED'),
    filter,
  ],
  [
    'with dots',
    'iptables -t nat -nL --line-number',
    `...\n${nat.slice(nat.indexOf('Chain POSTROUTING'), nat.indexOf('Chain TESTBR'))}`,
    nat,
  ],
  [
    'where an empty chain is left out',
    'iptables -t nat -nL --line-number',
    changed(nat, /Chain INPUT[\s\S]*?(?=Chain OUTPUT)/, ''),
    nat,
  ],
]
for (const [what, command, shown, seen] of same) {
  t.test(`a listing is as shown by one ${what}`, async t => {
    t.same(told(command, shown, seen).differences, [])
    t.same(told(command, shown, seen).explained, [])
  })
}

const listing = 'iptables -vnL'
type Change = [what: string, command: string, shown: string, seen: string, expected: string[]]
const changes: Change[] = [
  [
    'the policy',
    listing,
    filter,
    changed(filter, 'FORWARD (policy DROP', 'FORWARD (policy ACCEPT'),
    ['policy of FORWARD'],
  ],
  [
    'a target',
    listing,
    filter,
    changed(filter, '0 DROP ', '0 ACCEPT '),
    ['target of rule 2 of FORWARD'],
  ],
  [
    'a protocol',
    listing,
    filter,
    changed(filter, 'REJECT     17', 'REJECT     6'),
    ['protocol of rule 3 of FORWARD'],
  ],
  [
    'a device',
    listing,
    filter,
    changed(filter, 'br01   *', '*      *'),
    ['in of rule 1 of FORWARD'],
  ],
  [
    'the other device',
    listing,
    filter,
    changed(filter, 'br01   *', 'br01   eth0'),
    ['out of rule 1 of FORWARD'],
  ],
  [
    'a source',
    listing,
    filter,
    changed(filter, '10.0.0.1 ', '10.0.0.2 '),
    ['source of rule 3 of FORWARD'],
  ],
  [
    'a match',
    listing,
    filter,
    changed(filter, 'ctstate RELATED,', 'ctstate NEW,'),
    ['match of rule 1 of FORWARD'],
  ],
  [
    'a port',
    listing,
    filter,
    changed(filter, 'dports 53,67', 'dports 53,68'),
    ['match of rule 3 of FORWARD'],
  ],
  [
    'a comment',
    listing,
    filter,
    changed(filter, 'hello there', 'bye'),
    ['comment of rule 2 of FORWARD'],
  ],
  [
    'a rule that is missing',
    listing,
    filter,
    changed(filter, /.*icmptype.*\n/, ''),
    ['rule 2 of FORWARD'],
  ],
  [
    'a rule that is new',
    listing,
    changed(filter, /.*icmptype.*\n/, ''),
    filter,
    ['rule 2 of FORWARD'],
  ],
  [
    'the order of rules',
    listing,
    filter,
    changed(filter, /(.*ctstate.*\n)(.*icmptype.*\n)/, '$2$1'),
    ['rule 1 of FORWARD', 'rule 2 of FORWARD'],
  ],
  [
    'a negation',
    'iptables -t nat -nL --line-number',
    nat,
    changed(nat, '!127.0.0.0/8', '127.0.0.0/8'),
    ['destination of rule 1 of OUTPUT'],
  ],
  [
    'where DNAT leads to',
    'iptables -t nat -nL --line-number',
    nat,
    changed(nat, 'to:192.168.88.12:80', 'to:192.168.88.13:80'),
    ['match of rule 1 of TESTBR'],
  ],
  [
    'a chain that is missing',
    'iptables -t nat -nL --line-number',
    nat,
    nat.slice(0, nat.indexOf('Chain TESTBR')),
    ['chain TESTBR'],
  ],
  [
    'a chain that is new',
    'iptables -t nat -nL --line-number',
    nat.slice(0, nat.indexOf('Chain TESTBR')),
    nat,
    ['chain TESTBR'],
  ],
  [
    'a chain with rules that is not shown',
    'iptables -t nat -nL --line-number',
    changed(nat, /Chain POSTROUTING[\s\S]*(?=Chain TESTBR)/, ''),
    nat,
    ['chain POSTROUTING'],
  ],
  [
    'nothing but an error',
    listing,
    filter,
    'iptables v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n',
    ['output'],
  ],
]
for (const [what, command, shown, seen, expected] of changes) {
  t.test(`it counts when what is other is ${what}`, async t => {
    t.same(differing(command, shown, seen), expected)
  })
}

t.test('both rules are told as they were listed, without counters', async t => {
  t.same(told(listing, filter, changed(filter, '10.0.0.1 ', '10.0.0.2 ')).differences, [
    {
      what: 'source of rule 3 of FORWARD',
      shown:
        'REJECT 17 -- * * 10.0.0.1 0.0.0.0/0 multiport dports 53,67 reject-with icmp-port-unreachable',
      seen: 'REJECT 17 -- * * 10.0.0.2 0.0.0.0/0 multiport dports 53,67 reject-with icmp-port-unreachable',
    },
  ])
})

t.test('flags, types and lists of ports have several spellings', async t => {
  const seen = `Chain INPUT (policy ACCEPT)
target     prot opt source               destination         
LOG        6    --  0.0.0.0/0            0.0.0.0/0            tcp flags:0x17/0x02 LOG flags 0 level 4 prefix "new: "
ACCEPT     1    --  0.0.0.0/0            0.0.0.0/0            icmptype 3
ACCEPT     6    --  0.0.0.0/0            0.0.0.0/0            multiport ports 80,443
`
  const shown = seen
    .replace('0x17/0x02', 'FIN,SYN,RST,ACK/SYN')
    .replace('icmptype 3', 'icmp  type 3')
    .replace('80,443', 'https,http')
  t.same(differing('iptables -nL INPUT', shown, seen), [])
  t.same(differing('iptables -nL INPUT', shown, changed(seen, '80,443', '80,444')), [
    'match of rule 3 of INPUT',
  ])
  t.same(differing('iptables -nL INPUT', shown, changed(seen, '0x17/0x02', '0x17/0x04')), [
    'match of rule 1 of INPUT',
  ])
})

t.test('ip6tables is read with and without the column of options', async t => {
  const shown = `Chain INPUT (policy ACCEPT)
target     prot opt source               destination
ACCEPT     icmpv6    ::/0                 ::/0
DROP       tcp      2001:db8::/64        ::/0                 tcp dpt:22
`
  const seen = `Chain INPUT (policy ACCEPT)
target     prot opt source               destination         
ACCEPT     58   --  ::/0                 ::/0                
DROP       6    --  2001:db8::/64        ::/0                 tcp dpt:22
`
  t.same(differing('ip6tables -nL INPUT', shown, seen), [])
  t.same(differing('ip6tables -nL INPUT', shown, changed(seen, 'db8::/64', 'db9::/64')), [
    'source of rule 2 of INPUT',
  ])
})

t.test('rules without a target, and odd words of hostile listings, are rules', async t => {
  const odd = `Chain INPUT (policy ACCEPT)
target     prot opt source               destination         
           0    --  0.0.0.0/0            0.0.0.0/0            mark match 0x1
ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            tcp dpt:constructor
ACCEPT     tcp  --  __proto__            toString             /* 日本語 ]]> </script> */
`
  t.same(differing('iptables -nL INPUT', odd, odd), [])
  t.same(differing('iptables -nL INPUT', odd, changed(odd, '0x1', '0x2')), [
    'match of rule 1 of INPUT',
  ])
  t.same(differing('iptables -nL INPUT', odd, changed(odd, '__proto__', 'constructor')), [
    'source of rule 3 of INPUT',
  ])
})
