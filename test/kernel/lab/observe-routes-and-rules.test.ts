import '../../sandboxed.ts'
import t from 'tap'
import { hasFeature } from '../../../src/kernel/features.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { topologyOf } from '../../../src/lab/observe/topology-of.ts'
import { poll } from '../../../src/poll.ts'
import { isInstalled } from './installed.ts'
import { nodeOf } from './seen.ts'

const routes = [
  'default via 192.0.2.9',
  '10.0.0.0/8 via 192.0.2.2 dev eth0 onlink',
  '10.9.0.0/16 via 203.0.113.1 dev eth0 onlink proto static metric 7',
  'blackhole 10.8.0.0/24',
  'unreachable 10.7.0.0/24 metric 9',
  'prohibit 10.6.0.0/24',
  'throw 10.5.0.0/24',
  '10.4.0.1 dev eth1',
  '10.3.0.0/24 dev eth0 src 192.0.2.1 mtu 1400',
  '10.3.1.0/24 dev eth0 mtu lock 1300 advmss 1200 proto bird',
  '10.2.0.0/24 nexthop via 192.0.2.3 weight 2 nexthop via 198.51.100.3 dev eth1',
  '10.1.0.0/24 via inet6 fe80::9 dev eth0',
  '10.0.9.0/24 via 192.0.2.2 tos 0x10',
  '10.0.10.0/24 via 192.0.2.2 hoplimit 3 initcwnd 20 quickack 1 rto_min 5ms',
  '10.0.11.0/24 via 192.0.2.2 table 7',
  '2001:db8:1::/48 via 2001:db8::3 metric 5 proto static pref high',
  'unreachable 2001:db8:2::/48',
  '2001:db8:4::1 dev eth0',
  '2001:db8:5::/48 nexthop via 2001:db8::3 nexthop via 2001:db8::4 weight 3',
]

t.test('routes are as ip prints them, without those that come with an address', async t => {
  await using lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  await wan.join(alpha, '198.51.100.1/24')
  await (await alpha.link('eth0')).addAddress('2001:db8::1/64')
  for (const route of routes) await alpha.$`ip route add ${route.split(' ')}`
  await wan.unplug(alpha)
  // A worker of the kernel (linkwatch) marks routes of a link without carrier a while later.
  const isMarked = async () =>
    (await alpha.$`ip route`).stdout.includes('linkdown') ? 1 : undefined
  await poll(isMarked)
  const { stdout } = await alpha.$`ip route; ip -6 route`
  const printed = stdout
    .replaceAll('\n\t', ' ')
    .split('\n')
    .map(line => line.replace(/ +/g, ' ').trim())
    .filter(line => line !== '' && !line.includes('proto kernel'))
  const seen = nodeOf(await topologyOf(lab), 'alpha').routes
  t.strictSame(seen.toSorted(), printed.toSorted())
  t.equal(seen.length, routes.length - 1, 'all but the one of another table')
  t.ok(seen.includes('10.0.0.0/8 via 192.0.2.2 dev eth0 onlink linkdown'))
})

t.test('rules that rewrite addresses, and none where there are none', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const bare = await lab.host('bare')
  await alpha.$`iptables -t nat -A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE`
  await alpha.$`iptables -t nat -A PREROUTING -p tcp --dport 80 -j LOG --log-prefix ${'x -j DNAT '}`
  await alpha.$`iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.1.2`
  await alpha.$`ip6tables -t nat -A POSTROUTING -o eth0 -j SNAT --to-source 2001:db8::1`
  await alpha.$`iptables -A FORWARD -j DROP`
  await bare.$`iptables -A FORWARD -j DROP`
  const seen = await topologyOf(lab)
  t.strictSame(nodeOf(seen, 'alpha').nat, [
    '-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.1.2',
    '-A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE',
    '-A POSTROUTING -o eth0 -j SNAT --to-source 2001:db8::1',
  ])
  t.strictSame(nodeOf(seen, 'bare').nat, [])
})

const hasNft = isInstalled('nft') && hasFeature('nftables').available
const needsNft = hasNft ? {} : { skip: 'nft is not installed, or not in this kernel' }

t.test('rules of tables that iptables cannot print are as nft takes them', needsNft, async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const chain = '{ type nat hook postrouting priority 100 ; }'
  for (const table of ['inet own', 'ip nat']) {
    await alpha.$`nft add table ${table.split(' ')}`
    await alpha.$`nft ${['add', 'chain', ...table.split(' '), 'post', chain]}`
  }
  await alpha.$`nft add rule inet own post oifname eth7 counter masquerade`
  const comment = '"no snat here"'
  await alpha.$`nft add rule inet own post oifname eth8 counter accept comment ${comment}`
  await alpha.$`nft add rule ip nat post oifname eth9 masquerade random`
  const { nat } = nodeOf(await topologyOf(lab), 'alpha')
  t.strictSame(nat.toSorted(), [
    'nft add rule inet own post oifname "eth7" counter masquerade',
    'nft add rule ip nat post oifname "eth9" masquerade random',
  ])
  const again = await lab.host('again')
  await again.$`nft add table inet own`
  await again.$`nft ${['add', 'chain', 'inet', 'own', 'post', chain]}`
  await again.$`bash -c ${nat[0]}`
  t.match((await again.$`nft list ruleset`).stdout, 'oifname "eth7" counter')
})

t.test('rules of the older iptables, where the kernel has it', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const add = alpha.$`iptables-legacy -t nat -A POSTROUTING -o eth0 -j SNAT --to-source 192.0.2.1`
  if ((await add.nothrow()).exitCode !== 0) return t.pass('it has not')
  t.strictSame(nodeOf(await topologyOf(lab), 'alpha').nat, [
    '-A POSTROUTING -o eth0 -j SNAT --to-source 192.0.2.1',
  ])
})
