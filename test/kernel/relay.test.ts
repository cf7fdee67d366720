import '../sandboxed.ts'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import t from 'tap'
import { Relay } from '../../src/kernel/relay.ts'
import { TcpServer } from '../../src/kernel/tcp-server.ts'
import { poll } from '../../src/poll.ts'
import { bridgedNodes, type BridgedNode } from './bridged-nodes.ts'

const whoami = (node: BridgedNode, port = 0) =>
  TcpServer.start(node.fd, { label: 'server', port }, (socket, { peer }) => socket.end(peer))

const relayTo = (from: BridgedNode, address: string, port: number) =>
  Relay.open(from.fd, { to: { address, port }, label: 'client' })

/** A connection of this process, whose own namespace has nothing but `lo`. */
const connect = (port: number, host = '127.0.0.1') => net.connect({ port, host })

/** What comes until the other end hangs up, with a reset or without. */
function heardFrom(socket: net.Socket): Promise<string> {
  let heard = ''
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()))
  socket.on('error', () => undefined)
  return new Promise(resolve => {
    socket.once('close', () => resolve(heard))
  })
}

t.test('what connects to a relay comes from the namespace that it leads into', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  await using server = await whoami(world.host)
  for (const from of [one, other]) {
    await using relay = await relayTo(from, world.host.address, server.port)
    t.equal(await heardFrom(connect(relay.port)), from.address)
  }
  await using relay6 = await relayTo(one, world.host.address6, server.port)
  t.equal(await heardFrom(connect(relay6.port)), one.address6)
  const straight = once(connect(server.port, world.host.address), 'connect')
  await t.rejects(straight, { code: 'ENETUNREACH' }, 'there is no other way')
})

t.test('the same address is another place in another namespace', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  await using _here = await TcpServer.start(one.fd, { label: 'one', port: 80 }, s => s.end('one'))
  await using _there = await TcpServer.start(other.fd, { label: 'other', port: 80 }, s => {
    s.end('other')
  })
  for (const [node, name] of [
    [one, 'one'],
    [other, 'other'],
  ] as const) {
    await using relay = await relayTo(node, '127.0.0.1', 80)
    t.equal(await heardFrom(connect(relay.port)), name)
  }
})

t.test('bytes get through both ways, each connection its own', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  await using echo = await TcpServer.start(server.fd, { label: 'echo' })
  await using relay = await relayTo(client, server.address, echo.port)
  const roundTrip = async (sent: Buffer) => {
    const socket = connect(relay.port)
    const back: Buffer[] = []
    let length = 0
    const isBack = new Promise<void>(resolve => {
      socket.on('data', (chunk: Buffer) => {
        back.push(chunk)
        length += chunk.length
        if (length >= sent.length) resolve()
      })
    })
    // Before the relay has connected: nothing of it is lost.
    socket.write(sent)
    await isBack
    socket.destroy()
    return sent.equals(Buffer.concat(back))
  }
  const sizes = [1, 100_000, 4 << 20]
  t.same(await Promise.all(sizes.map(size => roundTrip(randomBytes(size)))), [true, true, true])
})

t.test('who is not reached is hung up on, and the relay knows why', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  await using relay = await relayTo(client, server.address, 80)
  t.equal(relay.failure, undefined, 'nothing was tried yet')
  t.equal(await heardFrom(connect(relay.port)), '')
  t.equal(relay.failure, `connect ECONNREFUSED ${server.address}:80`)
  client.sh(`ip route add unreachable ${server.address}`)
  t.equal(await heardFrom(connect(relay.port)), '')
  t.equal(relay.failure, `connect EHOSTUNREACH ${server.address}:80`)
  client.sh(`ip route del unreachable ${server.address}`)
  await using _server = await whoami(server, 80)
  t.equal(await heardFrom(connect(relay.port)), client.address, 'the same relay, later')
  t.equal(relay.failure, undefined)
  await using elsewhere = await relayTo(client, '2001:db8:9::1', 80)
  client.sh('ip -6 route del default')
  await heardFrom(connect(elsewhere.port))
  t.equal(elsewhere.failure, 'connect ENETUNREACH [2001:db8:9::1]:80')
})

for (const how of ['destroy', 'resetAndDestroy'] as const) {
  t.test(`when one end hangs up (${how}), so does the other`, async t => {
    using world = await bridgedNodes()
    const [client, server] = world.nodes
    const accepted: net.Socket[] = []
    const accept = (socket: net.Socket) => void accepted.push(socket)
    await using far = await TcpServer.start(server.fd, { label: 'server' }, accept)
    await using relay = await relayTo(client, server.address, far.port)
    const next = async () => {
      const near = connect(relay.port)
      const end = await poll(() => accepted.pop())
      if (end === undefined) throw new Error('nothing was accepted')
      return [near, end] as const
    }
    const [near, end] = await next()
    const [other, otherEnd] = await next()
    near[how]()
    t.equal(await heardFrom(end), '')
    t.equal(otherEnd.closed, false, 'only that one')
    otherEnd[how]()
    t.equal(await heardFrom(other), '')
    t.equal(relay.failure, undefined, 'somebody was reached')
  })
}

t.test('a relay that is closed ends what goes through it, and leaves nothing', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  const descriptors = () => fs.readdirSync('/proc/self/fd').length
  const before = descriptors()
  const echo = await TcpServer.start(server.fd, { label: 'echo' })
  const relay = await relayTo(client, server.address, echo.port)
  const socket = connect(relay.port)
  socket.write('hello')
  t.equal(String(((await once(socket, 'data')) as [Buffer])[0]), 'hello')
  const ended = heardFrom(socket)
  await relay.close()
  await ended
  const late = connect(relay.port)
  const [refusal] = (await once(late, 'error')) as [NodeJS.ErrnoException]
  t.equal(refusal.code, 'ECONNREFUSED')
  await echo.close()
  t.equal(await poll(() => (descriptors() === before ? true : undefined)), true)
})
