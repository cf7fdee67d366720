import t from 'tap'
import { compare } from '../../../../src/walkthrough/compare/compare.ts'

const packets = (...texts: string[]) =>
  texts.map((text, i) => `16:19:42.73942${i} ${text}`).join('\n')
const [asks, has] = [
  'ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28',
  'ARP, Reply 10.0.0.2 is-at fe:a2:57:1c:67:df, length 28',
]
const echo = (seq: number) =>
  `IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq ${seq}, length 64`
const reply = (seq: number) =>
  `IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq ${seq}, length 64`
const tcp = (flags: string, isBack = false) => {
  const ends = ['10.0.0.1.51234', '10.0.0.2.80']
  return `IP ${(isBack ? ends.toReversed() : ends).join(' > ')}: Flags [${flags}], seq 1, win 64240, length 0`
}
const vxlan = (from: number, to: number, text: string) =>
  `IP 192.0.2.${from}.41234 > 192.0.2.${to}.4789: VXLAN, flags [I] (0x08), vni 10\n${text}`

const compared = (shown: string, seen: string, isAnswered: boolean, command = 'tcpdump -ni br0') =>
  compare(command, { shown: shown.split('\n'), seen, exitCode: 0, isStrict: false, isAnswered })

const excerpts: [what: string, shown: string, seen: string, explained: string[]][] = [
  [
    'a request of several with their replies',
    packets(echo(1)),
    packets(echo(1), reply(1), echo(2), reply(2)),
    ['10.0.0.2 > 10.0.0.1: ICMP echo reply'],
  ],
  [
    'a question of ARP',
    packets(asks, echo(1)),
    packets(asks, has, echo(1), reply(1)),
    ['ARP 10.0.0.2 is-at', '10.0.0.2 > 10.0.0.1: ICMP echo reply'],
  ],
  [
    'the first packet of a TCP connection',
    packets(tcp('S')),
    packets(tcp('S'), tcp('S.', true), tcp('.'), tcp('F.'), tcp('F.', true)),
    [
      '10.0.0.2.80 > 10.0.0.1: TCP [S.]',
      '10.0.0.1 > 10.0.0.2.80: TCP [F.]',
      '10.0.0.2.80 > 10.0.0.1: TCP [F.]',
    ],
  ],
  [
    'a packet in a tunnel',
    packets(vxlan(1, 2, echo(1))),
    packets(vxlan(1, 2, echo(1)), vxlan(2, 1, reply(1))),
    ['10.0.0.2 > 10.0.0.1: ICMP echo reply'],
  ],
]
for (const [what, shown, seen, explained] of excerpts) {
  t.test(`where all is answered, a document may show no more than ${what}`, async t => {
    const { differences, explained: told } = compared(shown, seen, true)
    t.same(differences, [])
    t.same(
      told.map(one => one.what),
      explained,
    )
    t.match(told[0]?.explanation, /answer/)
    t.not(compared(shown, seen, false).differences.length, 0, 'elsewhere it counts')
  })
}

const counts: [what: string, shown: string, seen: string][] = [
  [
    'two requests are shown, and no reply',
    packets(echo(1), echo(2)),
    packets(echo(1), reply(1), echo(2), reply(2)),
  ],
  [
    'the answer is an error',
    packets(echo(1)),
    packets(echo(1), 'IP 10.0.0.2 > 10.0.0.1: ICMP host 10.0.0.9 unreachable, length 92'),
  ],
  ['the connection is refused', packets(tcp('S')), packets(tcp('S'), tcp('R.', true))],
  [
    'somebody else answers',
    packets(echo(1)),
    packets(echo(1), reply(1).replace('10.0.0.2 >', '10.0.0.3 >')),
  ],
  ['it comes before what is shown', packets(echo(1)), packets(reply(1), echo(1))],
  ['what is shown is not there', packets(echo(1)), packets(reply(1))],
  [
    'it comes by another way',
    packets(vxlan(1, 2, echo(1))),
    packets(vxlan(1, 2, echo(1)), vxlan(3, 1, reply(1))),
  ],
  ['nothing is shown', 'listening on br0, link-type EN10MB', packets(echo(1), reply(1))],
]
for (const [what, shown, seen] of counts) {
  t.test(`an answer counts, also where all is answered, when ${what}`, async t => {
    t.not(compared(shown, seen, true).differences.length, 0)
  })
}

t.test('of tshark a document may show as little', async t => {
  const request =
    '    1 0.000000000     10.0.0.1 → 10.0.0.2     ICMP 98 Echo (ping) request  id=0x0007, seq=1/256, ttl=64'
  const answer =
    '    2 0.000100000     10.0.0.2 → 10.0.0.1     ICMP 98 Echo (ping) reply    id=0x0007, seq=1/256, ttl=64'
  const seen = `${request}\n${answer}`
  t.same(compared(request, seen, true, 'tshark -i br0').differences, [])
  t.not(compared(request, seen, false, 'tshark -i br0').differences.length, 0)
})
