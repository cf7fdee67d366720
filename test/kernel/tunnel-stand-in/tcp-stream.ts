import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Test } from 'tap'
import { connectTcp } from '../../../src/kernel/inet-socket.ts'
import { TcpServer } from '../../../src/kernel/tcp-server.ts'
import type { Node } from '../../../src/lab/node.ts'

/** Segments that the kernel dropped on a node, because their checksum was wrong. */
async function wrongChecksums(node: Node): Promise<string | undefined> {
  const { stdout } = await node.$`cat /proc/net/snmp`
  const [names, values] = stdout.split('\n').filter(line => line.startsWith('Tcp:'))
  const at = names?.split(' ').indexOf('InCsumErrors') ?? -1
  return values?.split(' ')[at]
}

/** Checks that 4 MiB get from one node to another, which has the address, as they were sent. */
export async function checkTcpStream(
  t: Test,
  from: Node,
  { to, address }: { to: Node; address: string },
): Promise<void> {
  const sent = randomBytes(4 << 20)
  const hash = createHash('sha256')
  let bytes = 0
  await using sink = await TcpServer.start(to.netns.fd, { label: to.label }, socket => {
    socket.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      bytes += chunk.length
      if (bytes === sent.length) socket.end('thanks')
    })
  })
  const place = { address, port: sink.port }
  const socket = await connectTcp(from.netns.fd, { to: place, label: from.label })
  socket.write(sent)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  t.equal(String(answer), 'thanks')
  t.equal(hash.digest('hex'), createHash('sha256').update(sent).digest('hex'))
  socket.destroy()
  for (const node of [from, to]) {
    t.equal(await wrongChecksums(node), '0', `no checksum was wrong on ${node}`)
  }
}
