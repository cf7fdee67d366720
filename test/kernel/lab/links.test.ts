import '../../sandboxed.ts'
import t from 'tap'
import { routeGet } from '../../../src/kernel/next-hop.ts'
import { Lab } from '../../../src/lab/lab.ts'

t.test('a link is moved, renamed, sized, addressed, and says so', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const ns1 = await alpha.container('ns1')
  const [veth0, veth1] = await alpha.veth('veth0', { name: 'veth1', mtu: 1400 })
  await veth1.moveTo(ns1)
  await veth1.rename('eth0')
  await veth1.setMac('02:42:ac:12:00:02')
  await veth1.setMtu(1300)
  await veth1.addAddress('172.18.0.2/16')
  await veth1.addAddress('2001:db8::2/64')
  await veth0.up()
  await veth1.up()
  t.match(await veth1.info(), {
    name: 'eth0',
    kind: 'veth',
    mtu: 1300,
    mac: '02:42:ac:12:00:02',
    isUp: true,
    hasCarrier: true,
    peer: veth0.index,
  })
  t.equal(veth1.node, ns1)
  const addresses = (await ns1.addresses()).filter(a => a.index === veth1.index)
  t.strictSame(addresses.map(a => a.prefix).sort(), [
    '172.18.0.2/16',
    '2001:db8::2/64',
    'fe80::2/64',
  ])
  t.equal(
    (await ns1.$`ip -o -4 addr show eth0`).stdout.includes('172.18.0.2/16 brd 172.18.255.255'),
    true,
  )
  await veth1.deleteAddress('172.18.0.2/16')
  await veth1.down()
  t.match(await veth1.info(), { isUp: false })
  await veth0.delete()
  await t.rejects(veth1.info(), { code: 'TNET_LINK_MISSING' })
})

t.test('routes, rules, neighbours and FDB entries are listed as they were set', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  await blue.container('web')
  await alpha.addRoute({ to: 'default', via: '10.0.1.2' })
  await alpha.addRoute({ to: '198.51.100.0/24', type: 'blackhole' })
  await alpha.addRoute({ to: '203.0.113.0/24', type: 'prohibit', metric: 7 })
  await alpha.addRoute({ to: '192.0.2.0/24', via: '192.0.2.1', dev: 'blue', onlink: true })
  await alpha.addRoute({ to: '10.9.0.0/16', via: '10.0.1.2', table: 100, src: '10.0.1.1' })
  await alpha.addRoute({ to: 'default', type: 'unreachable', family: 6 })
  const routes = await alpha.routes()
  const has = (wanted: object) => routes.some(route => contains(route, wanted))
  t.ok(has({ to: 'default', via: '10.0.1.2', index: blue.index, table: 254 }))
  t.ok(has({ to: '198.51.100.0/24', type: 'blackhole' }))
  t.ok(has({ to: '203.0.113.0/24', type: 'prohibit', metric: 7 }))
  t.ok(has({ to: '192.0.2.0/24', via: '192.0.2.1', isOnlink: true }))
  t.ok(has({ to: '10.9.0.0/16', table: 100, src: '10.0.1.1' }))
  t.ok(has({ to: 'default', family: 'inet6', type: 'unreachable' }))
  await alpha.replaceRoute({ to: 'default', via: '10.0.1.3' })
  await alpha.deleteRoute({ to: '198.51.100.0/24', type: 'blackhole' })
  const main = (await alpha.$`ip -4 route`).stdout
  t.match(main, /^default via 10\.0\.1\.3 dev blue/m)
  t.notMatch(main, /blackhole/)

  await alpha.addRule({ from: '10.0.1.0/24', table: 100, priority: 50 })
  await alpha.addRule({ fwmark: 0x2000, table: 101, priority: 51 })
  t.match((await alpha.$`ip rule`).stdout, /50:\s+from 10\.0\.1\.0\/24 lookup 100/)
  t.ok((await alpha.rules()).some(rule => contains(rule, { fwmark: 0x2000, table: 101 })))
  await alpha.deleteRule({ from: '10.0.1.0/24', table: 100, priority: 50 })
  t.notMatch((await alpha.$`ip rule`).stdout, /^50:/m)

  await blue.addNeighbour('10.0.1.77', '02:00:00:00:00:77')
  t.ok(
    (await alpha.neighbours()).some(n => contains(n, { address: '10.0.1.77', state: 'permanent' })),
  )
  await blue.deleteNeighbour('10.0.1.77')
  t.notOk((await alpha.neighbours()).some(n => contains(n, { address: '10.0.1.77' })))

  const port = await alpha.link('web')
  await port.addFdb({ mac: '02:00:00:00:00:78' })
  t.match(
    (await alpha.$`bridge fdb show br blue`).stdout,
    /02:00:00:00:00:78 dev web master blue static/,
  )
  t.ok((await alpha.fdb()).some(e => contains(e, { mac: '02:00:00:00:00:78', master: blue.index })))
  await port.deleteFdb({ mac: '02:00:00:00:00:78' })
  t.notOk((await alpha.fdb()).some(e => contains(e, { mac: '02:00:00:00:00:78' })))
})

function contains(entry: object, wanted: object): boolean {
  const values = entry as Record<string, unknown>
  return Object.entries(wanted).every(([key, value]) => values[key] === value)
}

t.test('each action is spelled as the command that does the same', async t => {
  const typed: string[] = []
  await using lab = new Lab({ onAction: shell => typed.push(...shell.split('\n')) })
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  await web.addRoute({ to: '198.51.100.0/24', via: '10.0.1.9' })
  await alpha.forward()
  const built = await Promise.all([alpha, web].map(node => shape(node)))

  // What was spelled, typed into a shell of its own, makes the same.
  await using other = new Lab()
  const shell = await other.host('shell')
  for (const command of typed) await shell.$({ input: command })`bash -e`
  for (const [i, name] of ['alpha', 'web'].entries()) {
    const { stdout } = await shell.$`ip -n ${name} -br addr; ip -n ${name} route`
    t.equal(masked(stdout), masked(built[i] ?? ''))
  }
  const { stdout } = await shell.$`ip netns exec alpha sysctl -n net.ipv4.conf.all.forwarding`
  t.equal(stdout, '1\n')
})

/** Without what nobody chose: numbers of links, the state that the kernel has not looked at yet. */
function masked(text: string): string {
  return text
    .replace(/@if\d+/g, '@')
    .replace(/\b(UP|UNKNOWN|DOWN)\b/g, '')
    .replace(/ +/g, ' ')
}

async function shape(node: { $: Awaited<ReturnType<Lab['host']>>['$'] }): Promise<string> {
  return (await node.$`ip -br addr; ip route`).stdout
}

t.test('a lab that is closed leaves no namespace, process or socket', async t => {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  await alpha.bridge('blue', '10.0.1.1/24')
  const sleeper = await alpha.spawn('sleep', ['60'])
  const served = await alpha.serve(80, () => 'x')
  await lab.close()
  t.equal(sleeper.isRunning, false)
  t.throws(() => process.kill(sleeper.pid, 0), { code: 'ESRCH' })
  t.equal(served.port, 80)
  await lab.close()
})

t.test('a node takes packets for an IPv6 address from when it has been added', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const [veth0] = await alpha.veth('veth0', { name: 'veth1' })
  /** linux/rtnetlink.h: rtm_type is RTN_LOCAL */
  const isOwn = (address: string) =>
    alpha.netns.get(routeGet(address), message => message.readUInt8(7)) === 2
  const own: boolean[] = []
  for (let n = 1; n <= 50; n++) {
    await veth0.addAddress(`2001:db8::${n}/64`)
    own.push(isOwn(`2001:db8::${n}`))
    const bridge = await alpha.bridge(`br${n}`, `2001:db8:${n}::1/64`)
    own.push(isOwn(bridge.address))
  }
  t.same(new Set(own), new Set([true]))
})
