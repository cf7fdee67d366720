import t from 'tap'
import { planOf } from './small-document.ts'

const host = (listing: string) => planOf(`\`\`\`\n${listing}\n\`\`\``).parts[0]!.hosts[0]!
const LET = '$ iptables -A FORWARD -i mybr0 -j ACCEPT'
const PING = '$ ip netns exec a ping -c 1 172.18.0.3'
const MADE = '$ ip netns exec b ip addr add 172.18.0.3/16 dev eth0'

t.test('a document that lets packets through FORWARD was written where Docker runs', async t => {
  t.match(host(LET), { forward: 'DROP', sysctls: { 'net.bridge.bridge-nf-call-iptables': '1' } })
  const { guesses } = planOf(`\`\`\`\n${LET}\n\`\`\``)
  t.match(guesses.at(-1), { text: 'the policy of FORWARD is DROP', line: 2 })
})

t.test('not where it says itself what becomes of the rest', async t => {
  t.equal(host('$ ip link').forward, 'ACCEPT')
  t.equal(host(`${LET}\n$ iptables -P FORWARD ACCEPT`).forward, 'ACCEPT')
  t.equal(host(`${LET}\n$ iptables -A FORWARD -j DROP`).forward, 'ACCEPT')
  t.equal(host('$ ip netns exec r iptables -A FORWARD -i a -j ACCEPT').forward, 'ACCEPT')
})

t.test('not where packets got through before the rule', async t => {
  const through = '64 bytes from 172.18.0.3: icmp_seq=1 ttl=64'
  t.equal(host(`${MADE}\n${PING}\n${through}\n${LET}`).forward, 'ACCEPT')
  t.equal(host(`${MADE}\n${PING}\n100% packet loss\n${LET}\n${PING}\n${through}`).forward, 'DROP')
})

t.test('what reaches the gateway itself was not forwarded', async t => {
  const gateway = '$ ip addr add 172.18.0.1/16 dev mybr0\n$ ip netns exec a ping -c 1 172.18.0.1'
  t.equal(host(`${gateway}\n64 bytes from 172.18.0.1: icmp_seq=1\n${LET}`).forward, 'DROP')
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
})

t.test('one that is made in a loop, by a variable or as a file is not there', async t => {
  t.same(
    host('$ for i in 1 2; do ip netns add ns$i; done\n$ ip netns exec ns2 ip link').namespaces,
    [],
  )
  t.same(host('$ NS=red\n$ ip netns add $NS\n$ ip netns exec red ip link').namespaces, [])
  t.same(
    host('$ ln -s /proc/42/ns/net /var/run/netns/web\n$ ip netns exec web ip link').namespaces,
    [],
  )
  t.same(host('$ ip netns exec $ns ip link').namespaces, [])
})

t.test('nor one that the document shows to be missing', async t => {
  t.same(
    host(
      '$ ip netns exec blue ip a\nCannot open network namespace "blue": No such file or directory',
    ).namespaces,
    [],
  )
})
