import '../sandboxed.ts'
import fs from 'node:fs'
import net from 'node:net'
import t from 'tap'
import type { KernelError } from '../../src/errors.ts'
import { bindUdp, connectTcp, listenTcp } from '../../src/kernel/inet-socket.ts'
import { bridgedNodes } from './bridged-nodes.ts'

t.test('a listener belongs to its namespace, and so do its connections', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  const { fd, port } = listenTcp(server.fd, { label: 'server', address: server.address })
  t.ok(port > 0, `the kernel chose port ${port}`)
  const listener = net.createServer(socket => socket.end(socket.remoteAddress ?? '')).listen({ fd })
  const to = { address: server.address, port }
  const socket = await connectTcp(client.fd, { to, label: 'client' })
  let said = ''
  for await (const chunk of socket) said += String(chunk)
  t.equal(said, client.address)
  listener.close()
})

t.test('a connection leaves from the source that is asked for', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  client.sh('ip addr add 10.0.0.200/24 dev eth0')
  const { fd, port } = listenTcp(server.fd, { label: 'server' })
  const listener = net.createServer(socket => socket.end(socket.remoteAddress ?? '')).listen({ fd })
  const to = { address: server.address, port }
  const socket = await connectTcp(client.fd, { to, source: '10.0.0.200', label: 'client' })
  let said = ''
  for await (const chunk of socket) said += String(chunk)
  t.equal(said, '::ffff:10.0.0.200')
  listener.close()
})

for (const [what, open] of [
  ['TCP', listenTcp],
  ['UDP', bindUdp],
] as const) {
  t.test(`a ${what} port that is taken says which, and where`, async t => {
    using world = await bridgedNodes()
    const [one, other] = world.nodes
    const { fd } = open(one.fd, { label: 'web', port: 80 })
    t.throws(() => open(one.fd, { label: 'web', port: 80, address: one.address }), {
      name: 'UsageError',
      code: 'TNET_PORT_TAKEN',
      message: `${what} port ${one.address}:80 on "web" is already taken`,
    })
    const free = open(other.fd, { label: 'other', port: 80 })
    t.equal(free.port, 80, 'another node has ports of its own')
    for (const descriptor of [fd, free.fd]) fs.closeSync(descriptor)
  })
}

t.test('an address that a node does not have is named', async t => {
  using world = await bridgedNodes()
  const before = fs.readdirSync('/proc/self/fd').length
  t.throws(() => listenTcp(world.host.fd, { label: 'alpha', address: '192.0.2.77' }), {
    name: 'KernelError',
    code: 'TNET_ADDRESS_MISSING',
    errno: 'EADDRNOTAVAIL',
    hint: '"alpha" has no address 192.0.2.77: add it first',
  })
  t.equal(fs.readdirSync('/proc/self/fd').length, before, 'no descriptor is left')
})

for (const port of [-1, 65536, 1.5, NaN]) {
  t.test(`${port} is not a port`, async t => {
    using world = await bridgedNodes()
    const options = { label: 'alpha', port }
    t.throws(() => listenTcp(world.host.fd, options), { code: 'TNET_PORT_INVALID' })
  })
}

t.test('a connection that fails has the kernel’s errno', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  const errnoOf = (address: string) =>
    connectTcp(client.fd, { to: { address, port: 9 }, label: 'client', timeoutMs: 100 }).then(
      () => 'connected',
      (error: KernelError) => error.errno,
    )
  t.equal(await errnoOf(server.address), 'ECONNREFUSED')
  t.equal(await errnoOf('10.0.0.99'), 'ETIMEDOUT')
  client.sh('ip route del default')
  t.equal(await errnoOf('198.51.100.1'), 'ENETUNREACH')
})
