import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { pcapFile } from '../../../src/kernel/packet/pcap.ts'
import { tcpdumpLines } from './tcpdump-lines.ts'

const packets = tcpdumpLines.map(([frame], i) => ({
  time: 1_700_000_000_123_456_789n + BigInt(i),
  bytes: Buffer.from(frame, 'hex'),
}))

t.test('a capture file begins with the magic number of nanoseconds', async t => {
  const file = pcapFile(packets.slice(0, 1))
  t.equal(file.readUInt32LE(0), 0xa1b23c4d)
  t.equal(file.readUInt32LE(20), 1)
  t.equal(file.readUInt32LE(24), 1_700_000_000)
  t.equal(file.readUInt32LE(28), 123_456_789)
  t.strictSame(file.subarray(40), packets[0]?.bytes)
})

t.test('a packet that was cut keeps its length', async t => {
  const file = pcapFile([{ time: 0n, bytes: Buffer.alloc(60), length: 1500 }])
  t.strictSame([file.readUInt32LE(32), file.readUInt32LE(36)], [60, 1500])
})

const skip = spawnSync('tcpdump', ['--version']).error === undefined ? false : 'no tcpdump here'

t.test('tcpdump reads it back', { skip }, async t => {
  const file = path.join(t.testdir({}), 'all.pcap')
  fs.writeFileSync(file, pcapFile(packets))
  const read = (...args: string[]) =>
    execFileSync('tcpdump', [...args, '-r', file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const lines = read('-nn', '-t', '-S')
  t.equal(lines, tcpdumpLines.map(([, line]) => `${line}\n`).join(''))
  const times = read('--nano', '-nn', '-tt', '-c', '2')
  t.match(times, /^1700000000\.123456789 [^]*\n1700000000\.123456790 /)
})
