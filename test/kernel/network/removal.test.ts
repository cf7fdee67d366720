import '../../sandboxed.ts'
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { CommandError } from '../../../src/errors.ts'
import { firewallOf } from '../../../src/firewall/iptables-firewall.ts'
import { addRules, savedRules } from '../../../src/firewall/iptables.ts'
import { inTable } from '../../../src/firewall/rule.ts'
import type { Node } from '../../../src/lab/node.ts'
import { ask, whoami } from './probes.ts'
import { ruleLines, rulesOf, world } from './topology.ts'

t.setTimeout(600_000)

/** Everything but what the kernel changes by itself, such as carrier. */
async function snapshot(node: Node) {
  const { links, addresses, routes, rules } = await node.snapshot()
  const stable = links.map(({ index, name, kind, mtu, mac, isUp }) => {
    return { index, name, kind, mtu, mac, isUp }
  })
  return { links: stable, addresses, routes: routes.filter(({ table }) => table === 254), rules }
}

t.test('what a network made is gone when it is deleted, and nothing else is', async t => {
  await using w = await world()
  await w.alpha.$`iptables -A FORWARD -s 203.0.113.0/24 -j DROP`
  await w.alpha.$`iptables -t nat -A POSTROUTING -s 203.0.113.0/24 -j MASQUERADE`
  await w.alpha.$`iptables -t raw -A PREROUTING -s 203.0.113.9 -j DROP`
  await w.alpha.$`ip6tables -t nat -A POSTROUTING -s 2001:db8:9::/64 -j MASQUERADE`
  const before = [await rulesOf(w.alpha), await ruleLines(w.alpha, 6), await snapshot(w.alpha)]
  const hosts = [w.alpha]
  const options = [
    { ipv6: '2001:db8::/64' },
    { icc: false },
    { internal: true },
    { mode: 'routed' as const },
  ]
  const networks = []
  for (const [n, option] of options.entries()) {
    networks.push(await w.lab.network(`net${n}`, { hosts, ...option }))
  }
  const publish = ['8080:80', '127.0.0.1:8081:81/udp']
  const web = await w.alpha.container('web', { network: networks[0]!, publish })
  await networks[1]!.connect(web, { publish: ['9090:90'] })
  t.not(await rulesOf(w.alpha), before[0])
  await networks[0]!.disconnect(web)
  await networks[1]!.disconnect(web)
  for (const network of networks) await network.delete()
  t.same([await rulesOf(w.alpha), await ruleLines(w.alpha, 6), await snapshot(w.alpha)], before)
  t.same(await w.lab.networks(), [])
  t.same(await (await w.lab.ipam()).list(), [])
})

t.test('the user’s rules outlive the networks', async t => {
  await using w = await world()
  const first = await w.lab.network('blue', { hosts: [w.alpha] })
  await w.alpha.$`iptables -A TNET-USER -s 203.0.113.0/24 -j DROP`
  await first.delete()
  t.same(await ruleLines(w.alpha), [
    ':TNET-USER -',
    '-A FORWARD -j TNET-USER',
    '-A TNET-USER -s 203.0.113.0/24 -j DROP',
  ])
  await w.lab.network('blue', { hosts: [w.alpha] })
  t.ok((await ruleLines(w.alpha)).includes('-A TNET-USER -s 203.0.113.0/24 -j DROP'))
})

t.test('when rules are refused the network is not half made', async t => {
  await using w = await world()
  await w.alpha.$`iptables -N TNET-INTO`
  const before = [await rulesOf(w.alpha), await snapshot(w.alpha)]
  const error = await w.lab.network('blue', { hosts: [w.alpha] }).catch((e: unknown) => e)
  t.ok(error instanceof CommandError)
  t.match(error, {
    code: 'TNET_FIREWALL_REFUSED',
    message: 'could not change the rules on "alpha"',
    facts: {
      'iptables-restore': /Chain already exists/,
      line: '-N TNET-INTO',
      command: /^iptables -t raw -N TNET-PREROUTING/,
    },
  })
  // raw and nat, which were committed before, are empty tables again.
  t.same(await ruleLines(w.alpha), [':TNET-INTO -'])
  t.same(await snapshot(w.alpha), before[1])
  t.equal(await w.alpha.sysctl('net.ipv4.ip_forward'), '0')
  await w.alpha.$`iptables -X TNET-INTO`
  await w.lab.network('blue', { hosts: [w.alpha] })
})

t.test('when the rules of ports are refused the endpoint is not half made', async t => {
  await using w = await world()
  const network = await w.lab.network('blue', { hosts: [w.alpha] })
  const web = await w.alpha.container('web')
  await w.alpha.$`iptables -t nat -F && iptables -t nat -X TNET-PUBLISH`.nothrow()
  const before = [await rulesOf(w.alpha), await snapshot(w.alpha), await snapshot(web)]
  await t.rejects(network.connect(web, { publish: ['8080:80'] }), { code: 'TNET_FIREWALL_REFUSED' })
  t.same([await rulesOf(w.alpha), await snapshot(w.alpha), await snapshot(web)], before)
  t.same((await network.inspect()).endpoints, [])
  await network.connect(web)
})

t.test('a link that is in the way is told, and nothing stays', async t => {
  await using w = await world()
  await w.alpha.addBridge('br-blue')
  const before = [await ruleLines(w.alpha), await snapshot(w.alpha)]
  const network = w.lab.network('blue', { hosts: [w.alpha] })
  await t.rejects(network, { code: 'TNET_LINK_EXISTS' })
  t.same([await ruleLines(w.alpha), await snapshot(w.alpha)], before)
  t.same(await (await w.lab.ipam()).list(), [])
})

t.test('a device that went by itself does not keep a container on its network', async t => {
  await using w = await world()
  const network = await w.lab.network('blue', { hosts: [w.alpha] })
  const web = await w.alpha.container('web', { network })
  await (await web.link('eth0')).delete()
  await network.disconnect(web)
  await network.delete()
  t.same(await ruleLines(w.alpha), [])
})

t.test('without iptables the error says what to install, and nothing is made', async () => {
  await using w = await world()
  // Where Debian keeps it; only this test's own mount namespace sees that it is empty.
  spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', '/usr/sbin'])
  const before = await snapshot(w.alpha)
  try {
    const network = w.lab.network('blue', { hosts: [w.alpha] })
    await t.rejects(network, {
      code: 'TNET_TOOL_MISSING',
      message: /iptables-restore/,
      hint: /apt-get install .* iptables/,
    })
  } finally {
    spawnSync('umount', ['/usr/sbin'])
  }
  t.same(await snapshot(w.alpha), before)
  t.same(await (await w.lab.ipam()).list(), [])
})

t.test('changes of one node take turns', async t => {
  await using w = await world()
  const hosts = [w.alpha]
  const names = Array.from({ length: 8 }, (_, n) => `net${n}`)
  const networks = await Promise.all(names.map(name => w.lab.network(name, { hosts })))
  const publishing = networks.map((network, n) =>
    w.alpha.container(`c${n}`, { network, publish: [`${8000 + n}:80`] }),
  )
  const containers = await Promise.all(publishing)
  await using _server = await whoami(containers[7]!, 80)
  t.equal(await ask(w.outside, '192.0.2.1', { port: 8007 }), '192.0.2.9')
  await Promise.all(networks.map((network, n) => network.disconnect(containers[n]!)))
  await Promise.all(networks.map(network => network.delete()))
  t.same(await ruleLines(w.alpha), [])
})

t.test('what iptables-save prints is what the rules above the code say', async t => {
  await using w = await world()
  const network = await w.lab.network('shop', { hosts: [w.alpha], subnet: '172.18.0.0/16' })
  await w.alpha.container('web', { network, publish: ['127.0.0.1:8080:80'] })
  const rules = (await savedRules(w.alpha.netns, 4))
    .split('\n')
    .filter(line => line.startsWith('-A'))
  t.same(rules.sort(), [
    '-A FORWARD -j TNET-FORWARD',
    '-A FORWARD -j TNET-USER',
    '-A OUTPUT -m addrtype --dst-type LOCAL -j TNET-PUBLISH',
    '-A POSTROUTING -j TNET-POSTROUTING',
    '-A PREROUTING -j TNET-PREROUTING',
    '-A PREROUTING -m addrtype --dst-type LOCAL -j TNET-PUBLISH',
    '-A TNET-FORWARD -i br-shop -j ACCEPT',
    '-A TNET-FORWARD -j TNET-INTO',
    '-A TNET-INTO ! -i br-shop -o br-shop -j DROP',
    '-A TNET-INTO -o br-shop -j TNET-PUBLISHED',
    '-A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A TNET-POSTROUTING -o br-shop -m addrtype --src-type LOCAL -j MASQUERADE',
    '-A TNET-POSTROUTING -s 172.18.0.0/16 ! -o br-shop -j MASQUERADE',
    '-A TNET-POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE',
    '-A TNET-PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP',
    '-A TNET-PREROUTING -d 172.18.0.0/16 ! -i br-shop -m addrtype ! --dst-type LOCAL -j DROP',
    '-A TNET-PUBLISH -d 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80',
    '-A TNET-PUBLISHED -d 172.18.0.2/32 ! -i br-shop -o br-shop -p tcp -m tcp --dport 80 -j ACCEPT',
  ])
})

t.test('a device with an odd name is one word to iptables too', async t => {
  await using w = await world()
  const device = `a"b$c'd`
  const rule = inTable('filter')`FORWARD -i ${device} -j ACCEPT`
  await addRules(w.alpha.netns, { family: 4, chains: [], rules: [rule] })
  const counters = await firewallOf(w.alpha.netns).counters({ table: 'filter' })
  t.match(
    counters.find(({ target, rule }) => target === 'ACCEPT' && rule.includes('-i')),
    {
      packets: 0,
    },
  )
})
