import t from 'tap'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { planOf } from './small-document.ts'

const host = (listing: string) => planOf(`\`\`\`\n${listing}\n\`\`\``).parts[0]!.hosts[0]!
const LET = '$ iptables -A FORWARD -i mybr0 -j ACCEPT'
const PING = '$ ip netns exec a ping -c 1 172.18.0.3'
const MADE = '$ ip netns exec b ip addr add 172.18.0.3/16 dev eth0'

const LOST = '1 packets transmitted, 0 received, 100% packet loss'
const THROUGH = '64 bytes from 172.18.0.3: icmp_seq=1 ttl=64'

t.test(
  'a document whose packets get through once FORWARD lets them was written where Docker runs',
  async t => {
    const listing = `${MADE}\n${PING}\n${LOST}\n${LET}\n${PING}\n${THROUGH}`
    t.match(host(listing), {
      forward: 'DROP',
      sysctls: { 'net.bridge.bridge-nf-call-iptables': '1' },
    })
    t.match(planOf(`\`\`\`\n${listing}\n\`\`\``).guesses.at(0), {
      text: /^the policy of FORWARD is DROP, as where Docker runs, also from port to port/,
      line: 5,
      why: /line 3 does not get through before it/,
    })
  },
)

const needs: [says: string, words: string, forward: string][] = [
  ['it fails', '# So ns1 cannot ping ns2.', 'DROP'],
  [
    'so in Chinese',
    '# 在 netns_A 里面是 ping 不通 netns_B 的，需要额外增加一条 iptables 规则',
    'DROP',
  ],
  ['Docker', '# Docker sets the policy of FORWARD to DROP, so:', 'DROP'],
  ['what would be', '# Without this rule they are dropped.', 'DROP'],
  ['nothing', '# Allow what comes from the bridge:', 'ACCEPT'],
]
for (const [says, words, forward] of needs) {
  t.test(`where the text before the rule says ${says}, the policy is ${forward}`, async t => {
    t.equal(host(`$ ip link\n${words}\n${LET}`).forward, forward)
  })
}

t.test('not where it says itself what becomes of the rest', async t => {
  const lost = `${MADE}\n${PING}\n${LOST}\n${LET}`
  t.equal(host(lost).forward, 'DROP')
  t.equal(host('$ ip link').forward, 'ACCEPT')
  t.equal(host(`${lost}\n$ iptables -P FORWARD ACCEPT`).forward, 'ACCEPT')
  t.equal(host(`${lost}\n$ iptables -A FORWARD -j DROP`).forward, 'ACCEPT')
  t.equal(
    host(`${lost}\n$ iptables -A FORWARD -o pod -j to-pod\n$ iptables -A to-pod -j REJECT`).forward,
    'ACCEPT',
    'in a chain that FORWARD leads to as well',
  )
  t.equal(host(`${lost}\n$ iptables -A INPUT -j DROP`).forward, 'DROP', 'elsewhere it says nothing')
})

t.test('not where packets got through before the rule, or something else was mended', async t => {
  t.equal(host(`${MADE}\n${PING}\n${THROUGH}\n# cannot ping\n${LET}`).forward, 'ACCEPT')
  const mended = '$ ip netns exec a ip route add default via 172.18.0.1'
  t.equal(host(`${MADE}\n${PING}\n${LOST}\n${mended}\n${LET}`).forward, 'ACCEPT')
  t.equal(host(`${LOST}\n$ ip netns exec r iptables -A FORWARD -i a -j ACCEPT`).forward, 'ACCEPT')
})

t.test('what reaches the gateway itself was not forwarded', async t => {
  const gateway = '$ ip addr add 172.18.0.1/16 dev mybr0\n$ ip netns exec a ping -c 1 172.18.0.1'
  const reply = '64 bytes from 172.18.0.1: icmp_seq=1'
  t.equal(host(`${gateway}\n${reply}\n# a cannot ping b\n${LET}`).forward, 'DROP')
})

t.test(
  'forwarding is on where a namespace reaches the outside and nothing turns it on',
  async t => {
    const lent = '$ iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE'
    const out = '$ ip netns exec a ping -c 1 8.8.8.8\n64 bytes from 8.8.8.8: icmp_seq=1'
    t.same(host(`${lent}\n${out}`).sysctls, { 'net.ipv4.ip_forward': '1' })
    t.same(host(`$ echo 1 > /proc/sys/net/ipv4/ip_forward\n${lent}\n${out}`).sysctls, {})
    t.same(host(`${lent}\n$ ip netns exec a ping -c 1 8.8.8.8\n100% packet loss`).sysctls, {})
  },
)

t.test('a namespace that is listed or used and never made is there', async t => {
  t.same(host('$ ip netns add netns_A\n$ ip netns\nnetns_A\ndefault').namespaces, ['default'])
  t.same(host('$ ip netns list\nblue (id: 0)').namespaces, ['blue'])
  t.same(host('$ ip netns exec red ip link\n$ ip -n green link').namespaces, ['red', 'green'])
  t.same(host('$ ip netns a red\n$ ip netns exec red ip link').namespaces, [], 'in short')
})

const makers: [how: string, listing: string][] = [
  ['in a loop', '$ for c in r b; do ip netns add ${c}ed; done'],
  ['in a loop over words', '$ for n in 1:red; do ip netns add ${n#*:}; done'],
  ['in a loop that nobody can write out', '$ for n in $(cat names); do ip netns add $n; done'],
  ['by a variable', '$ NS=red\n$ ip netns add $NS'],
  ['by a variable that nobody knows', '$ ip netns add $1'],
  ['in a function', '$ add() { ip netns add "$1"; }\n$ add red'],
  ['in a function whose calls are lost', '$ add() { ip netns add "$1"; }'],
  ['as a file', '$ ln -s /proc/42/ns/net /var/run/netns/red'],
  ['as a file of a variable', '$ touch /var/run/netns/$name'],
  ['by a script of its own', '$ bash setup.sh'],
  ['by a program of its own', '$ sudo ./setup red'],
  ['by a script that is read in', '$ source netns.env'],
  ['by xargs', '$ echo red | xargs -n1 ip netns add'],
  ['in a file for ip -batch', '$ ip -batch /tmp/build'],
  ['by a program in another language', `$ python3 -c 'run(["ip", "netns", "add", "red"])'`],
  ['by moving a link to whatever it is called', '$ ip link set v0 netns $ns'],
]
for (const [how, listing] of makers) {
  t.test(`a namespace that may be made ${how} is not there`, async t => {
    t.same(host(`${listing}\n$ ip netns exec red ip link`).namespaces, [])
  })
}

t.test('what something may make later does not make it earlier', async t => {
  t.same(host('$ ip netns exec red ip link\n$ ./setup.sh').namespaces, ['red'])
  t.same(
    host('$ ip netns add blue\n$ bash -c "ip link"\n$ ip netns exec red ip link').namespaces,
    ['red'],
    'and what is plain makes nothing else',
  )
  t.same(host('$ ip netns exec $ns ip link').namespaces, [])
  const shells =
    '$ ip netns exec blue bash\n$ exit\n$ ip netns exec blue bash --rcfile <(echo "A=1")'
  t.same(host(`${shells}\n$ exit\n$ ip netns exec red ip link`).namespaces, ['blue', 'red'])
})

t.test('nor one that the document shows to be missing', async t => {
  t.same(
    host(
      '$ ip netns exec blue ip a\nCannot open network namespace "blue": No such file or directory',
    ).namespaces,
    [],
  )
})

const REPLY = '64 bytes from 10.50.0.11: icmp_seq=1 ttl=64'
const REACHED = `$ ip netns exec a ping -c 1 10.50.0.11\n${REPLY}`

t.test('an address that a namespace reaches, and nobody makes, is the machine’s', async t => {
  t.equal(host(REACHED).prefix, '10.50.0.11/24')
  const quiet = REACHED.replace(`\n${REPLY}`, '')
  t.equal(host(quiet).prefix, '192.0.2.1/24', 'not where the document does not say that it does')
  const itself = REACHED.replace('ip netns exec a ', '')
  t.equal(host(itself).prefix, '192.0.2.1/24', 'what a machine reaches is another')
})

t.test('an address that SNAT lends is the machine’s, on whatever link it does not', async t => {
  const snat = (out: string) =>
    host(`$ iptables -t nat -A POSTROUTING ${out} -j SNAT --to-source 10.50.0.11`)
  t.match(snat('-o eth1'), { device: 'eth1', prefix: '10.50.0.11/24' })
  t.match(snat('! -o br0'), { device: 'eth0', prefix: '10.50.0.11/24' })
})

const givers: [how: string, listing: string][] = [
  ['is a word of a command above', '$ add_pod web 10.50.0.11'],
  ['stands in a file above', '$ ip route add 10.50.0.0/24 via 10.50.0.11'],
  ['may be a variable’s', '$ ip addr add $ip/24 dev pod'],
  ['may be that of a container', '$ docker run -d nginx'],
  ['may come by DHCP', '$ ip netns exec b dhclient eth0'],
]
for (const [how, listing] of givers) {
  t.test(`an address that ${how} is not given to the machine`, async t => {
    t.equal(host(`${listing}\n${REACHED}`).prefix, '192.0.2.1/24')
  })
}

t.test('the name server that a document sets is told', async t => {
  const set = '$ echo "nameserver 203.0.113.53" > /etc/netns/app/resolv.conf'
  t.match(planOf(`\`\`\`\n${set}\n\`\`\``).guesses.at(-1), {
    text: '203.0.113.53 answers behind the gateway, to questions for names too',
    line: 2,
  })
})

t.test('what parts take for granted says for which of them, unless it holds for all', async t => {
  const section = (title: string, listing: string) => `## ${title}\n\`\`\`\n${listing}\n\`\`\`\n`
  const made = '$ ip netns add a'
  const text = (one: string, two: string, three: string) =>
    planOf(
      [one, two, three].map((own, i) => section(`S${i}`, `${made}\n${own}`)).join(''),
    ).guesses.map(({ text }) => text)
  const out = '$ ping -c 1 -I eth0 9.9.9.9'
  const answers = '9.9.9.9 answers behind the gateway'
  const eth0 = 'eth0 has 192.0.2.1/24'
  t.same(text(out, out, out), [eth0, answers])
  t.same(text(out, '', ''), [`up to line 5: ${eth0}`, `up to line 5: ${answers}`])
  t.same(text('', out, ''), [`lines 6 to 10: ${eth0}`, `lines 6 to 10: ${answers}`])
  t.same(text('', out, out), [`from line 6 on: ${eth0}`, `from line 6 on: ${answers}`])
})

t.test('each comes with what front matter says in its place, as front matter is read', async t => {
  const machine = (name: string, address: string, more = '') =>
    `\`\`\`\n[root@${name} ~]# ip addr show ens3\n2: ens3: <UP>\n    inet ${address} scope global\n${more}\`\`\`\n`
  const text =
    machine('a', '192.0.2.5/24', '    inet6 2001:db8:1::5/64 scope global\n') +
    machine('b', '192.0.2.6/24') +
    '```\n[root@a ~]# ip route\ndefault via 192.0.2.254 dev ens3\n```\n' +
    '```\n[root@a ~]# ip netns exec red ping -c 1 9.9.9.9\n64 bytes from 9.9.9.9: icmp_seq=1\n```\n' +
    '```\n[root@a ~]# curl example.com\n[root@a ~]# iptables -t nat -A POSTROUTING -j MASQUERADE\n```\n' +
    `So nothing gets through, it fails.\n\`\`\`\n[root@b ~]# ${LET.slice(2)}\n\`\`\`\n`
  const found = planOf(text).guesses.map(({ text, instead }) => [
    text.split(' ', 2).join(' '),
    instead,
  ])
  t.strictSame(found, [
    ['there are', 'hosts: [a, b]'],
    ['ens3 of', 'hosts: { a: { address: 192.0.2.5/24, device: ens3 } }'],
    ['ens3 of', 'hosts: { b: { address: 192.0.2.6/24, device: ens3 } }'],
    ['the gateway', 'gateway: 192.0.2.254'],
    ['ens3 of', 'hosts: { a: { address: 2001:db8:1::5/64, device: ens3 } }'],
    ['ens3 of', 'hosts: { b: { address: 2001:db8:1::2/64, device: ens3 } }'],
    ['net.ipv4.ip_forward is', 'sysctls: { net.ipv4.ip_forward: 0 }'],
    ['the network', 'namespaces: []'],
    ['the policy', 'forward: ACCEPT'],
    ['9.9.9.9 answers', 'outside: []'],
    ['example.com is', 'outside: [{ address: 198.51.100.1, names: [example.com] }]'],
  ])
  for (const [, instead] of found) {
    const { frontMatter } = readDocument(`---\ntnet-lab:\n  ${instead}\n---\n`, 'a.md')
    t.strictSame(Object.keys(frontMatter), [instead?.split(':', 1)[0]])
  }
})
