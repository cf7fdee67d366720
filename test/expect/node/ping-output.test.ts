import t from 'tap'
import { readPing } from '../../../src/expect/node/ping-output.ts'
import type { Node } from '../../../src/lab/node.ts'

const from = { label: 'web', netns: { name: 'web' } } as Node
const question = { from, to: '192.0.2.9', count: 1, timeoutMs: 300, source: '' }

const statistics = (sent: number, received: number, more = '') =>
  `PING 192.0.2.9 (192.0.2.9) 56(84) bytes of data.\n${more}\n--- 192.0.2.9 ping statistics ---\n` +
  `${sent} packets transmitted, ${received} received, 0% packet loss, time 0ms\n`
const rtt = 'rtt min/avg/max/mdev = 0.017/0.024/0.031/0.001 ms\n'

const said: readonly [
  name: string,
  result: { exitCode: number | null; stdout?: string; stderr?: string },
  expected: object,
  count?: number,
][] = [
  [
    'a reply',
    { exitCode: 0, stdout: statistics(1, 1) + rtt },
    { ok: true, partly: true, received: 'an echo reply from 192.0.2.9 in 0.024 ms' },
  ],
  [
    'two replies',
    { exitCode: 0, stdout: statistics(2, 2) + rtt },
    { ok: true, partly: true, received: '2 echo replies from 192.0.2.9 in 0.024 ms each' },
    2,
  ],
  [
    'one reply of two',
    { exitCode: 0, stdout: statistics(2, 1) + rtt },
    { ok: false, partly: true, received: '1 of 2 echo replies within 300 ms' },
    2,
  ],
  [
    'silence',
    { exitCode: 1, stdout: statistics(1, 0) },
    { ok: false, partly: false, received: 'no echo reply within 300 ms' },
  ],
  [
    'an ICMP error',
    {
      exitCode: 1,
      stdout: statistics(1, 0, 'From 192.0.2.1 icmp_seq=1 Destination Host Unreachable\n'),
    },
    {
      ok: false,
      received: '192.0.2.1 says Destination Host Unreachable; no echo reply within 300 ms',
    },
  ],
  [
    'too long for its own link',
    {
      exitCode: 1,
      stdout: statistics(1, 0),
      stderr: 'ping: local error: message too long, mtu=1450\n',
    },
    {
      ok: false,
      received: 'too long for its own link or path: MTU 1450; no echo reply within 300 ms',
    },
  ],
  [
    'no route',
    { exitCode: 2, stderr: 'ping: connect: Network is unreachable\n' },
    { ok: false, received: 'nothing was sent: no route to 192.0.2.9' },
  ],
  [
    'a blackhole route',
    { exitCode: 2, stderr: 'ping: connect: Invalid argument\n' },
    { ok: false, received: 'nothing was sent: a blackhole route to 192.0.2.9' },
  ],
]

for (const [name, result, expected, count = 1] of said) {
  t.test(`ping says: ${name}`, async t => {
    const attempt = readPing({ stdout: '', stderr: '', ...result }, { ...question, count })
    t.match(attempt, expected)
    t.equal(attempt.unusable, undefined)
  })
}

const useless: readonly [string, exitCode: number | null, stderr: string, code: string][] = [
  ['an unknown option', 1, "ping: invalid argument: '300': out of range", 'TNET_PING_FAILED'],
  ['killed', null, '', 'TNET_PING_FAILED'],
  ['no right to ping', 2, 'ping: socket: Operation not permitted', 'TNET_PING_FAILED'],
  ['an unknown name', 2, 'ping: db: Name or service not known', 'TNET_NAME_UNKNOWN'],
]

for (const [name, exitCode, stderr, code] of useless) {
  t.test(`${name} says nothing about the network`, async t => {
    const { ok, unusable } = readPing({ exitCode, stdout: '', stderr }, question)
    t.equal(ok, false)
    t.match(unusable, { code })
  })
}

t.test('replies count for nothing when ping had to be killed', async t => {
  const result = { exitCode: null, stdout: statistics(1, 1) + rtt, stderr: '' }
  t.match(readPing(result, question).unusable, { code: 'TNET_PING_FAILED' })
})
