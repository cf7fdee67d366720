import '../sandboxed.ts'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import t from 'tap'
import { describeFeature, featureNames, hasFeature } from '../../src/kernel/features.ts'

/** What the sandbox itself has: links, rules, mounts, namespaces, descriptors. */
function snapshot() {
  const said = (file: string, ...args: string[]) =>
    spawnSync(file, args, { encoding: 'utf8' }).stdout
  return {
    links: said('ip', '-o', 'link'),
    ruleset: said('nft', 'list', 'ruleset'),
    mounts: fs.readFileSync('/proc/self/mountinfo', 'utf8'),
    spaces: ['net', 'mnt', 'uts'].map(kind => fs.readlinkSync(`/proc/thread-self/ns/${kind}`)),
    forwarding: fs.readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
  }
}

t.test('trying every feature leaves nothing behind', async t => {
  hasFeature('mounts') // opens the namespaces to come back to, once
  const before = snapshot()
  const open = fs.readdirSync('/proc/self/fd').length
  for (const name of featureNames) {
    const { available, reason } = hasFeature(name)
    t.equal(available, reason === undefined, `${name}: ${reason ?? 'yes'}`)
  }
  t.same(snapshot(), before)
  t.equal(fs.readdirSync('/proc/self/fd').length, open)
})

const tunnel = 'local 192.0.2.1 remote 192.0.2.2'
const typed = {
  veth: 'ip link add probe type veth',
  bridge: 'ip link add probe type bridge',
  vxlan: 'ip link add probe type vxlan id 42 dstport 4789',
  geneve: 'ip link add probe type geneve id 42 remote 192.0.2.2',
  ipip: `ip link add probe type ipip ${tunnel}`,
  sit: `ip link add probe type sit ${tunnel}`,
  gre: `ip link add probe type gre ${tunnel}`,
  gretap: `ip link add probe type gretap ${tunnel}`,
  wireguard: 'ip link add probe type wireguard',
  macvlan: 'ip link add p type veth && ip link add probe link p type macvlan mode bridge',
  ipvlan: 'ip link add p type veth && ip link add probe link p type ipvlan mode l2',
  vlan: 'ip link add p type veth && ip link add probe link p type vlan id 42',
  vrf: 'ip link add probe type vrf table 42',
  dummy: 'ip link add probe type dummy',
  bond: 'ip link add probe type bond',
  ifb: 'ip link add probe type ifb',
  tun: 'ip tuntap add probe mode tun',
  tap: 'ip tuntap add probe mode tap',
  netem: 'tc qdisc add dev lo root netem delay 1ms',
  htb: 'tc qdisc add dev lo root htb',
  nftables: 'nft add table inet probe',
} as const

for (const [name, command] of Object.entries(typed) as [keyof typeof typed, string][]) {
  t.test(`${name} is answered as "${command}" does`, async t => {
    const { available, reason = '' } = hasFeature(name)
    if (reason.startsWith('not tried')) return t.comment(reason)
    const tool = command.split(' ')[0] ?? ''
    const hasTool = spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
    if (!hasTool) return t.comment(`${tool} is not installed: nothing to compare with`)
    const { status, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', command])
    t.equal(available, status === 0, `${reason} ${stderr.toString()}`)
    if (!available) t.match(reason, /\(E[A-Z]+\b/, 'the errno is named')
  })
}

t.test('a feature is tried once', async t => {
  t.equal(hasFeature('veth'), hasFeature('veth'))
})

t.test('no scenario gets far without these', async t => {
  t.same(
    featureNames.filter(name => describeFeature(name).isEssential),
    [
      'mounts',
      'sysctls',
      'veth',
      'bridge',
      'iptables filter',
      'iptables nat',
      'MASQUERADE',
      'DNAT',
    ].concat(['addrtype', 'conntrack']),
  )
})
