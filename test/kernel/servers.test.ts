import '../sandboxed.ts'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { HttpServer } from '../../src/kernel/http-server.ts'
import { connectTcp } from '../../src/kernel/inet-socket.ts'
import { insideNet } from '../../src/kernel/net-namespace.ts'
import { probeReach } from '../../src/kernel/reach-probe.ts'
import { TcpServer } from '../../src/kernel/tcp-server.ts'
import { UdpServer } from '../../src/kernel/udp-server.ts'
import { bridgedNodes, type BridgedNode } from './bridged-nodes.ts'

/** The server runs in this process, so the client must not block it. */
function run(node: BridgedNode, file: string, ...args: string[]): Promise<string> {
  return new Promise(resolve => {
    insideNet(node.fd, () => {
      execFile(file, args, (_, stdout, stderr) => resolve(stdout + stderr))
    })
  })
}

t.test('curl reaches an HTTP server in another namespace', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  await using web = await HttpServer.start(server.fd, { port: 80, label: 'web' }, request =>
    JSON.stringify({ ...request, headers: request.headers['x-tnet'] }),
  )
  t.equal(web.port, 80)
  const url = `http://${server.address}/a/b?c=d`
  t.match(JSON.parse(await run(client, 'curl', '-s', '-d', 'x=1', '-H', 'X-Tnet: yes', url)), {
    method: 'POST',
    path: '/a/b?c=d',
    headers: 'yes',
    body: 'x=1',
    peer: client.address,
    local: server.address,
  })
  const url6 = `http://[${server.address6}]/`
  t.match(JSON.parse(await run(client, 'curl', '-s', url6)), { peer: client.address6 })
})

t.test('an HTTP handler sets status and headers; when it throws, the client reads why', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  await using web = await HttpServer.start(server.fd, { label: 'web' }, async ({ path }) => {
    if (path === '/no') throw new Error('not today')
    return { status: 201, headers: { 'x-tnet': 'made' }, body: Buffer.from('héllo') }
  })
  const url = `http://${server.address}:${web.port}`
  const made = await run(client, 'curl', '-si', `${url}/`)
  t.match(made, /^HTTP\/1\.1 201 [^]*x-tnet: made[^]*héllo$/)
  t.match(await run(client, 'curl', '-si', `${url}/no`), /^HTTP\/1\.1 500 [^]*not today/)
})

t.test('closing a server ends its open connections', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  const servers = [
    await HttpServer.start(server.fd, { label: 'web' }, () => ''),
    await TcpServer.start(server.fd, { label: 'echo' }),
  ]
  for (const { port } of servers) {
    const to = { address: server.address, port }
    const socket = await connectTcp(client.fd, { to, label: 'client' })
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: web\r\n\r\n')
    await once(socket, 'data')
    const ended = once(socket, 'close')
    await servers.find(s => s.port === port)?.close()
    await ended
    t.match(await probeReach(client.fd, { protocol: 'tcp', to: server.address, port }), {
      outcome: 'refused',
    })
  }
})

t.test('TCP echo sends everything back', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  await using echo = await TcpServer.start(server.fd, { port: 7, label: 'echo' })
  const to = { address: server.address, port: echo.port }
  const socket = await connectTcp(client.fd, { to, label: 'client' })
  const sent = Buffer.alloc(1 << 20, 'tnet')
  socket.end(sent)
  const chunks: Buffer[] = []
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk)
  t.ok(Buffer.concat(chunks).equals(sent))
})

t.test('UDP echo answers from the address that was asked', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  server.sh('ip addr add 10.0.0.200/24 dev eth0; ip -6 addr add 2001:db8::200/64 dev eth0 nodad')
  await using echo = new UdpServer(server.fd, { port: 7, label: 'echo' })
  for (const to of [server.address, '10.0.0.200', server.address6, '2001:db8::200']) {
    // A connected socket takes no answer from any other address.
    const outcome = await probeReach(client.fd, { protocol: 'udp', to, port: echo.port })
    t.match(outcome, { outcome: 'answered' }, to)
  }
})

t.test('a UDP handler sees who asks, and may stay silent', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  const seen: string[] = []
  await using quiet = new UdpServer(server.fd, { label: 'quiet' }, ({ peer, local, data }) => {
    seen.push(`${peer} ${local} ${String(data)}`)
    return undefined
  })
  const target = { protocol: 'udp', to: server.address, port: quiet.port } as const
  const outcome = await probeReach(client.fd, target, { timeoutMs: 100, payload: 'hi' })
  t.equal(outcome.outcome, 'timed out')
  t.strictSame(seen, [`${client.address} ${server.address} hi`])
})
