import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const fping = '192.0.2.2 is alive\n192.0.2.77 is unreachable\n'
const counted = `192.0.2.2 : [0], 64 bytes, 0.054 ms (0.054 avg, 0% loss)

192.0.2.2 : xmt/rcv/%loss = 1/1/0%, min/avg/max = 0.054/0.059/0.065
`
const arping = `ARPING 192.0.2.254 from 192.0.2.1 eth0
Unicast reply from 192.0.2.254 [B6:AD:51:AE:46:33]  0.539ms
Sent 1 probes (1 broadcast(s))
Received 1 response(s)
`
const iperf = `Connecting to host 192.0.2.2, port 5201
[  5] local 192.0.2.1 port 54064 connected to 192.0.2.2 port 5201
[ ID] Interval           Transfer     Bitrate         Retr  Cwnd
[  5]   0.00-1.00   sec  1.31 GBytes  11.3 Gbits/sec    8    475 KBytes
- - - - - - - - - - - - - - - - - - - - - - - - -
[ ID] Interval           Transfer     Bitrate         Retr
[  5]   0.00-1.00   sec  1.31 GBytes  11.3 Gbits/sec    8             sender
[  5]   0.00-1.00   sec  1.31 GBytes  11.2 Gbits/sec                  receiver

iperf Done.
`
const cases: [what: string, command: string, shown: string, seen: string, expected: string[]][] = [
  ['fping in another order', 'fping x', '192.0.2.77 is unreachable\n192.0.2.2 is alive', fping, []],
  ['fping with times', 'fping -e x', fping.replace('alive', 'alive (0.05 ms)'), fping, []],
  [
    'fping that does not reach',
    'fping x',
    fping,
    changed(fping, 'alive', 'unreachable'),
    ['192.0.2.2'],
  ],
  ['fping that reaches', 'fping x', fping, changed(fping, 'unreachable', 'alive'), ['192.0.2.77']],
  ['fping of one more', 'fping x', '192.0.2.2 is alive', fping, ['192.0.2.77']],
  [
    'fping with a count, of before 4.0',
    'fping -c 1 x',
    changed(counted, '64 bytes, 0.054', '84 bytes, 0.12'),
    counted,
    [],
  ],
  [
    'fping that loses',
    'fping -c 1 x',
    counted,
    changed(counted, '1/1/0%', '1/0/100%'),
    ['192.0.2.2'],
  ],
  ['fping with a line that nobody knows', 'fping x', `${fping}fine`, fping, ['line']],
  [
    'arping with another MAC',
    'arping x',
    changed(arping, 'B6:AD:51:AE:46:33', '00:11:22:33:44:55'),
    arping,
    [],
  ],
  [
    'arping by Habets',
    'arping x',
    'ARPING 192.0.2.254\n42 bytes from b6:ad:51:ae:46:33 (192.0.2.254): index=0 time=5.1 usec',
    arping.replace('Received 1 response(s)\n', ''),
    [],
  ],
  [
    'arping answered by another',
    'arping x',
    arping,
    changed(arping, 'from 192.0.2.254 [', 'from 192.0.2.253 ['),
    ['who answers'],
  ],
  [
    'arping without answer',
    'arping x',
    arping,
    'ARPING 192.0.2.254 from 192.0.2.1 eth0\nSent 1 probes (1 broadcast(s))\nReceived 0 response(s)',
    ['who answers', 'answers'],
  ],
  [
    'iperf3 with other figures',
    'iperf3 -c x',
    iperf.replaceAll('1.31 G', '94.1 M').replace('54064', '40000'),
    iperf,
    [],
  ],
  [
    'iperf3 to another server',
    'iperf3 -c x',
    iperf,
    iperf.replaceAll('192.0.2.2', '192.0.2.3'),
    ['server', 'connection'],
  ],
  [
    'iperf3 that fails',
    'iperf3 -c x',
    iperf,
    'iperf3: error - unable to connect to server: Connection refused',
    ['output'],
  ],
  [
    'iperf3 that fails in newer words',
    'iperf3 -c x',
    'iperf3: error - unable to connect to server: Connection refused',
    'iperf3: error - unable to connect to server - server may have stopped running or use a different port, firewall issue, etc.: Connection refused',
    [],
  ],
  [
    'iperf3 that is dropped',
    'iperf3 -c x',
    'iperf3: error - unable to connect to server: Connection refused',
    'iperf3: error - unable to connect to server: Connection timed out',
    ['failure'],
  ],
]
for (const [what, command, shown, seen, expected] of cases) {
  t.test(`${what} is ${expected.length === 0 ? 'as shown' : 'told'}`, async t => {
    t.same(differing(command, shown, seen), expected)
  })
}

t.test('both sides are told', async t => {
  t.same(told('fping x', fping, changed(fping, 'alive', 'unreachable')).differences, [
    { what: '192.0.2.2', shown: 'answers', seen: 'does not answer' },
  ])
})
