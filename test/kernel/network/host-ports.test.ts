import '../../sandboxed.ts'
import t from 'tap'
import { UsageError } from '../../../src/errors.ts'
import { ask, askBlocked, whoami } from './probes.ts'
import { counted, rulesOf, world } from './topology.ts'

t.setTimeout(600_000)

const protocols = ['tcp', 'udp'] as const

t.test('D16: a port on 127.0.0.1 is for the host alone', async t => {
  await using w = await world()
  const net = await w.lab.network('blue', { hosts: [w.alpha], subnet: '172.18.0.0/16' })
  const publish = ['127.0.0.1:8080:80', '127.0.0.1:8080:80/udp']
  const c1 = await w.alpha.container('c1', { network: net, publish })
  await using _server = await whoami(c1, 80)
  // Another host that does everything to reach it, and a host that does not refuse martians.
  await w.alpha.sysctl('net.ipv4.conf.eth0.route_localnet', 1)
  await w.outside.sysctl('net.ipv4.conf.eth0.route_localnet', 1)
  await w.outside.$`ip addr del 127.0.0.1/8 dev lo`
  await w.outside.addRoute({ to: '127.0.0.1', via: '192.0.2.1' })
  for (const protocol of protocols) {
    const question = { port: 8080, protocol }
    const drop = `-d 127.0.0.1/32 ! -i lo -p ${protocol} -m ${protocol} --dport 8080 -j DROP`
    t.equal(await ask(w.alpha, '127.0.0.1', question), '172.18.0.1')
    t.equal(await ask(w.alpha, '192.0.2.1', question), 'ECONNREFUSED')
    t.equal(await counted(w.alpha, 'raw', drop), 0)
    t.equal(await askBlocked(w.outside, '127.0.0.1', question), 'ETIMEDOUT')
    t.ok((await counted(w.alpha, 'raw', drop)) > 0, 'it came, and was dropped in raw PREROUTING')
  }
  await w.alpha.$`iptables -t raw -F TNET-PREROUTING`
  t.equal(await ask(w.outside, '127.0.0.1', { port: 8080 }), '192.0.2.9', 'only that rule stops it')
})

t.test(
  'D16: loopback addresses share a port, and one address does not answer for others',
  async t => {
    await using w = await world()
    const net = await w.lab.network('blue', { hosts: [w.alpha] })
    const container = (label: string, address: string) =>
      w.alpha.container(label, { network: net, publish: [`${address}:8080:80`] })
    const one = await container('one', '127.0.0.1')
    const two = await container('two', '127.0.0.2')
    const lan = await container('lan', '192.0.2.1')
    await using _one = await whoami(one, 80)
    t.equal(await ask(w.alpha, '127.0.0.1', { port: 8080 }), '172.17.0.1')
    t.equal(await ask(w.alpha, '127.0.0.2', { port: 8080 }), 'ECONNREFUSED', 'two has no server')
    await using _two = await whoami(two, 80)
    t.equal(await ask(w.alpha, '127.0.0.2', { port: 8080 }), '172.17.0.1')
    await using _lan = await whoami(lan, 80)
    t.equal(await ask(w.outside, '192.0.2.1', { port: 8080 }), '192.0.2.9')
    t.equal(await ask(w.alpha, '127.0.0.3', { port: 8080 }), 'ECONNREFUSED')
    t.equal(await ask(w.alpha, '172.17.0.1', { port: 8080 }), 'ECONNREFUSED')
  },
)

t.test('D16: a host address that the host does not have is refused', async t => {
  await using w = await world()
  const network = await w.lab.network('blue', { hosts: [w.alpha] })
  const container = w.alpha.container('c1', { network, publish: ['192.0.2.7:80:80'] })
  await t.rejects(container, { errno: 'EADDRNOTAVAIL', message: /192\.0\.2\.7:80 on "alpha"/ })
})

const taken: readonly [by: string, first: string, second: string, said: string][] = [
  ['the same port', '8080:80', '8080:81', '0.0.0.0:8080/tcp'],
  ['all addresses', '8080:80', '192.0.2.1:8080:81', '192.0.2.1:8080/tcp'],
  ['one address', '192.0.2.1:8080:80', '8080:81', '0.0.0.0:8080/tcp'],
  ['the same UDP port', '53:53/udp', '53:54/udp', '0.0.0.0:53/udp'],
  ['one of a range', '8080:80', '8079-8081:80-82', '0.0.0.0:8080/tcp'],
]
for (const [by, first, second, said] of taken) {
  t.test(`D17: a port that is taken by ${by} is refused by name`, async t => {
    await using w = await world()
    const network = await w.lab.network('blue', { hosts: [w.alpha] })
    await w.alpha.container('c1', { network, publish: [first] })
    const before = await rulesOf(w.alpha)
    const links = (await w.alpha.links()).length
    const error = await w.alpha
      .container('c2', { network, publish: [second] })
      .catch((failure: unknown) => failure)
    t.ok(error instanceof UsageError)
    t.match(error, {
      code: 'TNET_PORT_TAKEN',
      message: `${said} on "alpha": port is already allocated`,
    })
    t.equal(await rulesOf(w.alpha), before)
    t.equal((await w.alpha.links()).length, links)
    t.equal((await network.inspect()).endpoints.length, 1)
    t.same(
      w.lab.nodes.map(String).filter(label => label.startsWith('c')),
      ['c1'],
      'nor is there a container',
    )
  })
}

t.test('D17: TCP and UDP, and different addresses, are different ports', async t => {
  await using w = await world()
  const network = await w.lab.network('blue', { hosts: [w.alpha] })
  const publish = ['8080:80', '8080:80/udp', '192.0.2.1:9090:80', '127.0.0.1:9090:80']
  const c1 = await w.alpha.container('c1', { network, publish })
  t.equal((await network.inspect()).endpoints[0]?.ports.length, 4)
  await network.disconnect(c1)
  await network.connect(c1, { publish })
})

t.test('D17: a port that a program of the host listens on is refused', async t => {
  await using w = await world()
  const network = await w.lab.network('blue', { hosts: [w.alpha] })
  await using _server = await whoami(w.alpha, 8080)
  for (const publish of ['8080:80', '8080:80/udp', '192.0.2.1:8080:80']) {
    const container = w.alpha.container('c1', { network, publish: [publish] })
    await t.rejects(container, { code: 'TNET_PORT_TAKEN', facts: { taken: /listens/ } }, publish)
  }
})

t.test('D17: port 0 is the first of the ephemeral range, past reserved and taken ones', async t => {
  await using w = await world()
  await w.alpha.sysctl('net.ipv4.ip_local_port_range', '40000 40005')
  await w.alpha.sysctl('net.ipv4.ip_local_reserved_ports', '40000-40001')
  const network = await w.lab.network('blue', { hosts: [w.alpha] })
  await using _server = await whoami(w.alpha, 40002)
  const c1 = await w.alpha.container('c1', { network, publish: ['0:80', '80', '0:80/udp'] })
  const { endpoints } = await network.inspect()
  t.same(
    endpoints[0]?.ports.map(({ hostPort, protocol }) => `${hostPort}/${protocol}`),
    ['40003/tcp', '40004/tcp', '40003/udp'],
  )
  await using _web = await whoami(c1, 80)
  t.equal(await ask(w.outside, '192.0.2.1', { port: 40004 }), '192.0.2.9')
  await w.alpha.container('c2', { network, publish: ['0:80'] })
  const none = w.alpha.container('c3', { network, publish: ['0:80'] })
  await t.rejects(none, { code: 'TNET_PORT_TAKEN', message: /no free port from 40000 to 40005/ })
})

t.test('a hundred mappings are one batch, and go as one', async t => {
  const batches: string[] = []
  await using w = await world(shell => batches.push(shell))
  const network = await w.lab.network('blue', { hosts: [w.alpha] })
  const before = await rulesOf(w.alpha)
  batches.length = 0
  const c1 = await w.alpha.container('c1', { network, publish: ['8000-8099:80-179'] })
  const rules = batches.filter(shell => shell.includes('iptables'))
  t.equal(rules.length, 1)
  t.equal(rules[0]?.split('\n').length, 300)
  await using _server = await whoami(c1, 179)
  t.equal(await ask(w.outside, '192.0.2.1', { port: 8099 }), '192.0.2.9')
  t.equal(await ask(w.outside, '192.0.2.1', { port: 8100 }), 'ECONNREFUSED')
  await network.disconnect(c1)
  t.equal(await rulesOf(w.alpha), before)
})
