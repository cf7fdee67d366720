import '../../sandboxed.ts'
import t from 'tap'
import { partOf, verdicts, walked } from './planned.ts'

t.setTimeout(600_000)

t.test('commands are typed one after the other into one shell', async t => {
  const steps = await walked(
    partOf([
      { text: 'ADDRESS=10.0.0.1; cd /tmp' },
      { text: 'echo "$ADDRESS in $PWD"', shown: ['10.0.0.1 in /tmp'] },
      { text: 'cat <<EOF\nthree\nEOF', shown: ['three'] },
      { text: 'if true; then\n  echo yes\nfi', shown: ['no'] },
      { text: 'false' },
      { text: "echo 'unclosed", expects: 'success' },
      { text: 'echo still here', shown: ['still here'] },
      { text: "alias there='echo over there'" },
      { text: 'there', shown: ['over there'] },
    ]),
  )
  t.equal(
    verdicts(steps).join(' '),
    'ran as-shown as-shown differs ran failed as-shown ran as-shown',
  )
})

t.test('how a command ended is what the next one reads of it', async t => {
  const steps = await walked(
    partOf([
      { text: 'false' },
      { text: 'echo $?', shown: ['1'] },
      { text: 'echo $?', shown: ['0'] },
      { text: '(exit 7)', expects: 'failure' },
      { text: 'echo "ended with $?"', shown: ['ended with 7'] },
    ]),
  )
  t.equal(verdicts(steps).join(' '), 'ran as-shown as-shown as-shown as-shown')
})

t.test('a bridge, two namespaces, and the way out', async t => {
  const steps = await walked(
    partOf([
      { text: 'sudo brctl addbr br0 && sudo ifconfig br0 10.0.0.1/24 up' },
      { text: 'ip netns add a; ip link add v0 type veth peer name v1 netns a' },
      { text: 'ip link set v0 master br0 up' },
      { text: 'ip -n a addr add 10.0.0.2/24 dev v1; ip -n a link set v1 up' },
      { text: 'ip -n a route add default via 10.0.0.1' },
      { text: 'ip netns exec a ping -c 1 10.0.0.1' },
      { text: 'ip netns exec a ping -c 1 198.51.100.7', expects: 'failure' },
      { text: 'sysctl -w net.ipv4.ip_forward=1' },
      { text: 'ip netns exec a ping -c 1 198.51.100.7', expects: 'failure' },
      { text: 'iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE' },
      { text: 'ip netns exec a ping -c 1 example.com' },
      { text: 'ip netns exec a curl -s http://example.com', shown: ['hello'] },
      { text: 'ping -c 1 nowhere.example.org', expects: 'failure' },
      { text: 'ping -c 1 10.9.9.9', expects: 'failure' },
    ]),
  )
  const expected = steps.map((_, i) => ([6, 8, 11, 12, 13].includes(i) ? 'as-shown' : 'ran'))
  t.same(
    steps.map(({ verdict }) => verdict),
    expected,
  )
  t.match(steps[6]?.reason, /forwarding is off on gateway host/)
  t.match(steps[8]?.reason, /internet has no route to 10\.0\.0\.2/)
  t.equal(steps[13]?.reason, 'nobody behind the gateway has 10.9.9.9, as far as the document tells')
})

t.test('why one that is stopped failed is told as well', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip netns add a' },
      { text: 'ip netns exec a ping 10.0.0.1', kind: 'until-stopped', endsAfter: 1 },
    ]),
  )
  t.same(verdicts(steps), ['ran', 'failed: a has no route to 10.0.0.1'])
})

t.test('a capture runs while the next commands do, until it has seen what is shown', async t => {
  const steps = await walked(
    partOf([
      {
        text: 'tcpdump -i eth0 -nn icmp',
        kind: 'until-stopped',
        endsAfter: 1,
        expects: 'any',
        shown: [
          'listening on eth0, link-type EN10MB (Ethernet), capture size 262144 bytes',
          '12:00:00.000001 IP 192.0.2.1 > 198.51.100.7: ICMP echo request, id 1, seq 1, length 64',
          '12:00:00.000002 IP 198.51.100.7 > 192.0.2.1: ICMP echo reply, id 1, seq 1, length 64',
        ],
      },
      { text: 'ping -c 1 198.51.100.7' },
    ]),
  )
  t.same(
    steps.map(({ number, verdict }) => [number, verdict]),
    [
      [2, 'ran'],
      [1, 'as-shown'],
    ],
  )
})

t.test('a shell in a namespace is typed into until it is left', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip netns add a' },
      { text: 'ip netns exec a bash', kind: 'shell' },
      { text: 'ip link set lo up; ip netns identify $$', shown: ['a'] },
      { text: 'exit', kind: 'exit' },
      { text: 'ip netns identify $$; echo left', shown: ['left'] },
    ]),
  )
  t.same(verdicts(steps), ['ran', 'ran', 'as-shown', 'ran', 'as-shown'])
})

t.test('what is typed ahead is told as itself, whatever the commands around it did', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip link add d0 type bridge' },
      { text: 'ip link add d0 type bridge' },
      { text: 'ip link show nope', expects: 'failure' },
      { text: 'sysctl net.ipv4.ip_forward', shown: ['net.ipv4.ip_forward = 1'] },
      { text: 'sysctl net.ipv4.ip_forward', shown: ['net.ipv4.ip_forward = 0'] },
      { text: 'ip link del d0' },
      { text: 'ip netns add a' },
      { text: 'ip netns exec a ip link set lo up' },
      { text: 'ip netns exec a ping -c 1 127.0.0.1' },
    ]),
  )
  t.equal(
    steps.map(({ verdict }) => verdict).join(' '),
    'ran failed as-shown differs as-shown ran ran ran ran',
  )
  t.same(
    steps.slice(0, 3).map(({ exitCode }) => exitCode),
    [0, 2, 1],
  )
  t.match(steps[1]?.seen, /File exists/)
  t.match(steps[2]?.seen, /"nope" does not exist/)
})

t.test('a brief command that never ends is ended, and what was typed ahead is not', async t => {
  const steps = await walked(
    partOf([
      { text: 'mkfifo /tmp/nobody-reads' },
      { text: 'echo 1 > /tmp/nobody-reads' },
      { text: 'echo 0 > /proc/sys/net/ipv4/ip_forward' },
      { text: 'sysctl -w net.ipv4.ip_forward=1' },
      { text: 'cat /proc/sys/net/ipv4/ip_forward', shown: ['1'] },
    ]),
    { isStrict: false, commandMs: 500 },
  )
  t.same(verdicts(steps), [
    'ran',
    'failed: it was not over in time, and was ended',
    'ran',
    'ran',
    'as-shown',
  ])
})

t.test('what only looks is asked again, after a while that the document lets pass too', async t => {
  const steps = await walked(
    partOf([
      { text: '(sleep 2.5; sysctl -w net.ipv4.ip_forward=1) >/dev/null &' },
      { text: 'sleep 1.5; sysctl net.ipv4.ip_forward', shown: ['net.ipv4.ip_forward = 1'] },
    ]),
  )
  t.same(verdicts(steps), ['ran', 'as-shown'])
})

t.test('nothing is typed ahead that is not to be run', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip link add d0 type bridge' },
      { text: 'echo typed > /opt/typed', number: 9 },
      { text: 'ls /opt', number: 2, shown: [''] },
    ]),
    { isStrict: false, until: 2 },
  )
  t.same(verdicts(steps), ['ran', 'as-shown'])
})
