import { readFileSync } from 'node:fs'
import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const captured = (name: string) => readFileSync(new URL(`${name}.txt`, import.meta.url), 'utf8')

const layouts = ['plain', 'verbose', 'link', 'no-times', 'names', 'link-verbose']
for (const layout of layouts) {
  t.test(`packets in VXLAN, IPIP and GRE are the same in the layout "${layout}"`, async t => {
    for (const other of layouts) {
      const { differences } = told(
        'tcpdump -i eth0 -nn',
        captured(`tunnels-${other}`),
        captured(`tunnels-${layout}`),
      )
      const own = differences.filter(({ shown = '' }) => !/ARP|IP6|who-has|is-at/.test(shown))
      t.same(
        own.filter(({ shown }) => shown !== undefined),
        [],
        other,
      )
    }
  })
}

t.test('of a tunnel both ends, the kind and the number count', async t => {
  const lines = captured('tunnels-plain').split('\n')
  const at = lines.findIndex(line => line.startsWith('IP 10.0.42.1 >'))
  const vxlan = lines.slice(at - 1, at + 1).join('\n')
  const ipip = lines.find(line => line.includes('IP 172.30.1.1')) ?? ''
  const cases: [from: string, to: string, what: string][] = [
    ['vni 42', 'vni 43', 'tunnel of ICMP echo request'],
    ['192.0.2.2.4789', '192.0.2.3.4789', 'tunnel of ICMP echo request'],
    ['192.0.2.2.4789', '192.0.2.2.8472', 'tunnel of ICMP echo request'],
    ['> 10.0.42.2', '> 10.0.42.3', 'destination of ICMP echo request'],
  ]
  for (const [from, to, what] of cases) {
    t.same(differing('tcpdump', vxlan, changed(vxlan, from, to)), [what], to)
  }
  t.same(differing('tcpdump', vxlan, changed(vxlan, /2\.1\.\d+ >/, '2.1.40000 >')), [])
  t.same(differing('tcpdump', ipip, ipip), [])
  t.same(differing('tcpdump', ipip, changed(ipip, 'IP 192.0.2.1 > 192.0.2.2: ', '')), [
    'tunnel of ICMP echo request',
  ])
  t.same(
    differing(
      'tcpdump -e',
      '12:00:00.0 aa:bb:cc:dd:ee:01 > aa:bb:cc:dd:ee:02, ethertype 802.1Q (0x8100), length 102: vlan 10, p 0, ethertype IPv4, 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
      '12:00:00.0 aa:bb:cc:dd:ee:05 > aa:bb:cc:dd:ee:06, ethertype 802.1Q (0x8100), length 102: vlan 20, p 0, ethertype IPv4 (0x0800), 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64',
    ),
    ['VLAN of ICMP echo request'],
  )
})

t.test('with -i any it counts where a packet was seen, if both versions say so', async t => {
  const any = captured('any')
  const lines = any
    .split('\n')
    .filter(line =>
      /192\.168\.88\.1\d? .*\bICMP echo/.test(line.replace('114.114.114.114', '192.168.88.1 ')),
    )
  const shown = lines.join('\n')
  t.ok(lines.length >= 6)
  t.same(differing('tcpdump -i any', shown, shown), [])
  const before499 = shown.replace(/(\.\d+ )\S+ +(?:In|Out|P) +IP/g, '$1IP')
  t.not(before499, shown)
  t.same(differing('tcpdump -i any', before499, shown), [])
  t.same(
    differing('tcpdump -i any', shown, changed(shown, 'br-veth02 Out IP', 'br-veth09 Out IP')),
    ['interface of ICMP echo request'],
  )
  t.same(
    differing('tcpdump -i any', shown, changed(shown, 'br-veth02 Out IP', 'br-veth02 In  IP')),
    ['direction of ICMP echo request'],
  )
})

t.test('questions and answers of DNS count without their numbers', async t => {
  const shown = `12:00:00.1 IP 10.0.0.2.45678 > 10.0.0.1.53: 12345+ A? web.example. (29)
12:00:00.2 IP 10.0.0.1.53 > 10.0.0.2.45678: 12345 1/0/0 A 192.0.2.7 (45)`
  const seen = `12:00:07.1 IP 10.0.0.2.33333 > 10.0.0.1.53: 999+ [1au] A? web.example. (40)
12:00:07.2 IP 10.0.0.1.53 > 10.0.0.2.33333: 999* 1/0/1 A 192.0.2.7 (56)`
  t.same(differing('tcpdump', shown, seen), [])
  t.same(differing('tcpdump', shown, changed(seen, '192.0.2.7', '192.0.2.8')), [
    'kind of DNS answer A 192.0.2.7',
  ])
  t.same(differing('tcpdump', shown, changed(seen, 'A? web', 'A? www')), [
    'kind of DNS A? web.example',
  ])
})

t.test('payload that is shown has to be there', async t => {
  const seen = `12:00:00.1 IP 10.0.0.2.45678 > 10.0.0.1.7000: Flags [P.], seq 1:4, ack 1, win 63, length 6
E..:.@.@.@...
hello world
`
  t.same(differing('tcpdump -A', seen, seen), [])
  t.same(differing('tcpdump -A', changed(seen, 'E..:.@.@.@...', 'E..>Z.@.@.x..'), seen), [])
  t.same(differing('tcpdump -A', changed(seen, 'hello', 'goodbye'), seen), ['content'])
})

t.test('tshark prints ports behind the protocol, and numbers that say nothing', async t => {
  const shown = `    1 0.000000000 10.0.0.1 → 10.0.0.2 TCP 74 45678 → 80 [SYN] Seq=0 Win=64240 Len=0 MSS=1460
    2 0.000010000 10.0.0.2 → 10.0.0.1 TCP 74 80 → 45678 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0
    3 0.000020000 02:42:ac:11:00:03 → 02:42:ac:11:00:02 ARP 42 10.0.0.2 is at 02:42:ac:11:00:03
    4 0.000030000 10.0.0.1 → 10.0.0.2 DNS 74 Standard query 0x1a2b A web.example`
  const seen = shown
    .replaceAll('45678', '34567')
    .replaceAll('02:42:ac', '06:07:08')
    .replace('0x1a2b', '0xffff')
  t.same(differing('tshark -i br0', shown, seen), [])
  t.same(differing('tshark -i br0', shown, changed(seen, '→ 80 [', '→ 81 [')), [
    'destination of TCP 45678'.replace('45678', '[SYN]'),
  ])
  t.same(differing('tshark -i br0', shown, changed(seen, ' 80 → 34567', ' 81 → 34567')), [
    'source of TCP [SYN, ACK]',
  ])
  t.same(
    differing('tshark -i br0', shown, changed(seen, 'A web.example', 'AAAA web.example')).length,
    1,
  )
})

t.test('tshark says the same in its own way', async t => {
  const shown = `Capturing on 'br0'
    1 0.000000000 02:42:ac:11:00:02 → Broadcast    ARP 42 Who has 10.0.0.2? Tell 10.0.0.1
    2 0.000031000 10.0.0.1 → 10.0.0.2 ICMP 98 Echo (ping) request  id=0x03d8, seq=1/256, ttl=64
    3 0.000050000 10.0.0.2 → 10.0.0.1 ICMP 98 Echo (ping) reply    id=0x03d8, seq=1/256, ttl=64 (request in 2)`
  const seen = `  2   0.100031    10.0.0.1 -> 10.0.0.2    ICMP 98 Echo (ping) request  id=0x0001, seq=1/256, ttl=63
  3   0.100050    10.0.0.2 -> 10.0.0.1    ICMP 98 Echo (ping) reply    id=0x0001, seq=1/256, ttl=63`
  t.same(differing('tshark -i br0', shown, shown), [])
  t.same(differing('tshark -i br0', shown.split('\n').slice(2).join('\n'), seen), [])
  t.same(
    differing('tshark -i br0', shown, changed(shown, '3 0.000050000 10.0.0.2', '3 0.1 10.0.0.9')),
    ['source of ICMP Echo (ping) reply'],
  )
})
