import '../../sandboxed.ts'
import t from 'tap'
import { connectTcp } from '../../../src/kernel/inet-socket.ts'
import { linkByIndex, linkList, parseLink } from '../../../src/kernel/netlink/link-list.ts'
import { Lab } from '../../../src/lab/lab.ts'

const over = { name: 'UsageError', code: 'TNET_LAB_CLOSED', hint: /await everything/ }

t.test('a node of a lab that is closed refuses, and another lab has its descriptors', async t => {
  const lab = new Lab()
  const alpha = await (await lab.segment('wan')).join('alpha', '192.0.2.1/24')
  const web = await (await alpha.bridge('blue', '10.0.1.1/24')).container('web')
  const [fd, wire] = [alpha.netns.fd, alpha.netns]
  const eth0 = await alpha.link('eth0')
  const shop = await lab.network('shop', { hosts: [alpha] })
  await lab.close()
  await using next = new Lab()
  for (const label of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const host = await next.host(label)
    await host.veth('eth0', { name: 'eth1' })
  }
  for (const [name, act] of Object.entries({
    fd: () => wire.fd,
    descriptor: () => wire.descriptor,
    'a kept fd': () => connectTcp(fd, { to: { address: '192.0.2.2', port: 80 }, label: 'x' }),
    execute: () => wire.execute(),
    executeLater: () => wire.executeLater(),
    dump: () => wire.dump(linkList, parseLink),
    get: () => wire.getAll([linkByIndex(1)], parseLink),
    sysctl: () => wire.sysctl('net.ipv4.ip_forward'),
    setSysctl: () => wire.setSysctl('net.ipv4.ip_forward', 1),
    insideNet: () => wire.insideNet(() => 1),
    inside: () => wire.inside(() => 1),
    spawn: () => wire.spawn('true', []),
    spawnBare: () => wire.spawnBare('true', []),
    'a command': () => alpha.$`ip link add x type dummy`,
    'a command, with options': () => alpha.$({ nothrow: true })`true`,
    'a link': () => eth0.down(),
    'a server': () => alpha.serve(80, () => ''),
    'a capture': () => web.capture(),
    'a program': () => web.spawn('true'),
    'a container': () => alpha.container('late'),
    'a host': () => lab.host('late'),
    'a segment': () => lab.segment('late'),
    'a network': () => lab.network('late', { hosts: [alpha] }),
    'a network that was there': () => shop.delete(),
    'a fetch': () => web.fetch({ address: '10.0.1.1', port: 80 }),
    'a rule': () => alpha.masquerade('10.0.1.0/24', 'eth0'),
  })) {
    await t.rejects(
      (async () => {
        await act()
      })(),
      over,
      name,
    )
  }
  for (const node of next.nodes) {
    const made = (await node.links()).filter(({ kind }) => kind === 'veth')
    t.strictSame(made.map(({ name }) => name).toSorted(), ['eth0', 'eth1'], node.label)
  }
})
