import t from 'tap'
import { planWalk } from '../../../src/walkthrough/plan/plan-walk.ts'
import { inShort, planOf, smallDocument } from './small-document.ts'

const PACKET = '12:00:00.1 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64'
const steps = (text: string) => planOf(text).parts[0]!.steps
const order = (text: string) => inShort(steps(text))

t.test('a capture is stopped after the last of its listing that sends something', async t => {
  const text = `
\`\`\`
$ tcpdump -i br0
$ ping -c 1 10.0.0.2
$ ip neigh
$ ping -c 1 10.0.0.2
$ ip link
~ ${PACKET}
\`\`\``
  t.same(order(text).slice(0, 2), ['1 until-stopped until 3', '2 command'])
})

t.test(
  'a capture whose lines are shown later is stopped after what is sent until there',
  async t => {
    const text = `
\`\`\`
$ tcpdump -i br0
\`\`\`
\`\`\`
$ ping -c 1 10.0.0.2
$ ip neigh
\`\`\``
    t.same(order(text), ['1 until-stopped until 1', '2 command', '3 command'])
  },
)

t.test('a capture that is shown after the ping that it saw is started before it', async t => {
  const text = `
\`\`\`
$ ip link set br0 up
$ ping -c 1 10.0.0.2
\`\`\`
\`\`\`
$ ip neigh
$ tcpdump -i br0
${PACKET}
$ tcpdump -i eth0
\`\`\``
  t.same(order(text), [
    '1 command',
    '4 until-stopped until 3',
    '5 until-stopped until 3',
    '2 command',
    '3 command',
  ])
  t.match(steps(text)[1], { remarks: ['started before line 3, whose packets it shows'] })
  t.match(steps(text)[2], { remarks: ['started before line 3, whose packets it may see'] })
})

t.test('when something was changed since, the ping is run again', async t => {
  const text = `
\`\`\`
$ ping -c 1 10.0.0.2
1 packets transmitted, 0 received, 100% packet loss, time 0ms
$ sysctl -w net.ipv4.ip_forward=1
\`\`\`
\`\`\`
$ tcpdump -i br0
${PACKET}
$ tcpdump -i eth0
${PACKET}
\`\`\``
  t.same(order(text), [
    '1 command',
    '2 command',
    '3 until-stopped until 4',
    '4 until-stopped until 4',
    '1 again command',
  ])
  const [, , capture, , again] = steps(text)
  t.match(capture, { remarks: ['line 2 was run again: the packets are of that'] })
  t.match(again, { expects: 'any', remarks: ['line 2 was run again: the packets are of that'] })
})

t.test('a capture that is to be started first waits for what comes next', async t => {
  const text = (words: string) => `
\`\`\`
$ ping -c 1 10.0.0.2
\`\`\`
${words}
\`\`\`
$ tcpdump -i br0
${PACKET}
\`\`\`
Then:
\`\`\`
$ ping -c 1 10.0.0.2
\`\`\``
  t.same(order(text('In another terminal:'))[1], '2 until-stopped until 2')
  t.same(order(text('The packets:')), ['2 until-stopped until 1', '1 command', '3 command'])
})

t.test('what is changed meanwhile does not end it', async t => {
  const text = `
\`\`\`
$ ping -c 1 10.0.0.2
\`\`\`
In one terminal, capture:
\`\`\`
$ tcpdump -i br0
\`\`\`
and in another:
\`\`\`
$ ip route add 10.0.0.0/24 via 10.1.1.1
$ ping -c 1 10.0.0.2
\`\`\`
\`\`\`
$ ping -c 1 10.0.0.2
\`\`\``
  t.same(order(text).slice(0, 2), ['1 command', '2 until-stopped until 3'])
  t.same(order(text.replace('In one terminal, ', 'To '))[0], '2 until-stopped until 1')
})

t.test('a ping elsewhere is not what a capture saw', async t => {
  const text = `
\`\`\`
$ ping -c 1 10.0.0.2
$ ip link set br0 up
$ ping -c 1 10.9.9.9
$ tcpdump -i br0 host 10.0.0.2
${PACKET}
\`\`\``
  t.same(order(text).slice(2), ['3 command', '4 until-stopped until 4', '1 again command'])
})

t.test('several pings of one listing that a capture shows are all behind it', async t => {
  const text = `
\`\`\`
$ ping -c 1 10.0.0.1
$ ping -c 1 10.0.0.2
\`\`\`
\`\`\`
$ tcpdump -i br0
${PACKET}
\`\`\``
  t.same(order(text), ['3 until-stopped until 2', '1 command', '2 command'])
})

t.test('what was typed in the shell of a namespace is captured there', async t => {
  const text = `
\`\`\`
$ ping -c 1 10.0.0.2
$ ip netns exec ns1 bash
$ tcpdump -i veth1
${PACKET}
$ exit
\`\`\``
  t.same(order(text), ['3 until-stopped until 1', '1 command', '2 shell', '4 exit'])
  t.equal(steps(text)[0]!.namespace, 'ns1')
})

t.test('a capture in the background that shows packets is not stopped by the document', async t => {
  const text = (packet: string) => `
\`\`\`
$ tcpdump -i br0 &
$ ping -c 1 10.0.0.2
$ kill %1
${packet}
\`\`\``
  t.match(steps(text(`~ ${PACKET}`)), [
    { kind: 'until-stopped', endsAfter: 1, command: { text: 'tcpdump -i br0' } },
    { kind: 'command' },
    { kind: 'not-run', reason: 'the walk itself stops what line 2 starts' },
  ])
  t.same(order(text('')), ['1 command', '2 command', '3 command'])
})

t.test('a capture that nothing is sent for ends all the same', async t => {
  t.match(steps('```\n$ tcpdump -i br0\n$ ip link\n```'), [
    { endsAfter: 0, remarks: ['nothing is sent while it runs'] },
    {},
  ])
})

t.test('packets that are shown behind other commands are of those', async t => {
  const text = (packet: string) => `
Start a capture, and leave it running:
\`\`\`
$ ip netns exec web ip addr add 10.0.0.2/24 dev eth0
$ ip netns exec lap ip addr add 10.9.9.9/24 dev eth0
$ curl 10.0.0.2
\`\`\`
\`\`\`
$ tcpdump -i br0
listening on br0
\`\`\`
\`\`\`
$ ip netns exec lap curl 10.9.9.1:8080
$ sysctl -w net.ipv4.ip_forward=1
$ ip netns exec lap curl 10.9.9.1:8080
\`\`\`
\`\`\`
${packet}
\`\`\``
  const planned = (packet: string) => {
    const { document, typed } = smallDocument(text(packet))
    // What the document shows last is the capture's, as its reader finds.
    const capture = typed.commands.find(({ text }) => text.startsWith('tcpdump'))!
    const last = typed.commands.at(-1)!
    capture.shown = ['listening on br0', packet]
    delete last.shown
    return inShort(planWalk(document, typed).parts[0]!.steps)
  }
  const packet = '1 IP 10.9.9.9.33800 > 10.0.0.2.80: Flags [S], seq 1'
  t.same(planned(packet).slice(2), [
    '3 command',
    '4 until-stopped until 6',
    '5 command',
    '6 command',
    '7 command',
  ])
})

t.test('who sent packets is told by their source, where DNAT changed where to', async t => {
  const text = (source: string) => `
\`\`\`
$ ip netns exec lap ip addr add 10.9.9.9/24 dev eth0
$ ip netns exec lap curl 10.9.9.1:8080
$ curl 10.5.5.5
\`\`\`
\`\`\`
$ sysctl -w net.ipv4.ip_forward=1
$ tcpdump -i br0
1 IP ${source}.33800 > 10.0.0.2.80: Flags [S], seq 1
\`\`\``
  t.equal(order(text('10.9.9.9')).at(-1), '2 again command')
  t.equal(order(text('10.9.9.8')).at(-1), '5 until-stopped until 4')
})
