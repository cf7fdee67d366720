import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { CapturedPacket } from '../../src/kernel/packet/captured-packet.ts'
import { TakenCaptures } from '../../src/lab/observe/taken-captures.ts'

/** struct sockaddr_ll of an Ethernet link */
const address = Buffer.from('110000030200000001000006aabbccddeeff0000', 'hex')

const packet = (n: number, bytes: number) =>
  new CapturedPacket(address, Buffer.alloc(bytes, n), bytes, BigInt(n) * 1_000_000n)

const source = (packets: CapturedPacket[], name = 'alpha') => ({
  node: { netns: { name } },
  link: 'eth0',
  packets: () => packets,
})

t.test('a capture that was closed holds nothing of the script’s any more', t => {
  const captures = new TakenCaptures()
  const packets = [packet(1, 60), packet(3, 60)]
  const close = captures.add(source(packets))
  packets.push(packet(4, 60))
  t.equal(captures.told()[0]?.packets.length, 3, 'while it runs it is read anew')
  close()
  packets.push(packet(9, 60))
  t.strictSame(
    captures.told()[0]?.packets.map(({ atMs, lengthBytes }) => [atMs, lengthBytes]),
    [
      [0, 60],
      [2, 60],
      [3, 60],
    ],
  )
  close()
  t.equal(captures.told()[0]?.packets.length, 3, 'closing it again changes nothing')
  t.end()
})

t.test('the script’s capture is let go: it may hold 64 MiB', async t => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const captures = new TakenCaptures()
  const taken = (isClosed: boolean) => {
    const capture = source([packet(1, 60)])
    const close = captures.add(capture)
    if (isClosed) close()
    return new WeakRef(capture)
  }
  const [running, closed] = [taken(false), taken(true)]
  await setImmediate()
  collectGarbage()
  t.ok(running.deref(), 'not while it runs')
  t.notOk(closed.deref())
  t.equal(captures.told()[1]?.packets.length, 1)
})

t.test('all captures of a lab together are bounded: the older ones say how much is gone', t => {
  const captures = new TakenCaptures()
  for (let n = 0; n < 40; n++) {
    const packets = Array.from({ length: 10 }, (_, k) => packet(k, 100_000))
    captures.add(source(packets, `node${n}`))()
  }
  const told = captures.told()
  t.equal(told.length, 40)
  const bytes = told.reduce((sum, { pcap }) => sum + pcap.length * 0.75, 0)
  t.ok(bytes <= 16 << 20)
  t.ok(bytes > 12 << 20)
  t.match(told[0], { packets: [], omittedPackets: 10 })
  t.match(told.at(-1), { omittedPackets: 0 })
  t.equal(told.at(-1)?.packets.length, 10)
  t.end()
})

t.test('bytes that are no packet are told all the same', t => {
  const captures = new TakenCaptures()
  const odd = Array.from({ length: 500 }, (_, n) => {
    const bytes = Buffer.from(
      Array.from({ length: n % 90 }, (_, k) => (n * 7919 + k * 104729) & 255),
    )
    return new CapturedPacket(address, bytes, bytes.length, BigInt(n))
  })
  captures.add(source(odd))()
  t.equal(captures.told()[0]?.packets.length, 500)
  t.end()
})
