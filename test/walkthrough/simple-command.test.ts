import t from 'tap'
import { simpleCommands } from '../../src/walkthrough/compare/simple-command.ts'

const cases: [text: string, simple: ReturnType<typeof simpleCommands>][] = [
  [
    'sudo ip netns exec ns1 ping -c 1 10.0.0.1 | tail -1',
    [
      { program: 'ping', args: ['-c', '1', '10.0.0.1'], namespace: 'ns1' },
      { program: 'tail', args: ['-1'] },
    ],
  ],
  ['ip -n ns1 addr show', [{ program: 'ip', args: ['addr', 'show'], namespace: 'ns1' }]],
  ['ip -4 -n ns1 addr', [{ program: 'ip', args: ['-4', 'addr'], namespace: 'ns1' }]],
  ['ip netns exec ns1 ip link', [{ program: 'ip', args: ['link'], namespace: 'ns1' }]],
  ['ip netns add ns1', [{ program: 'ip', args: ['netns', 'add', 'ns1'] }]],
  ['ip netns exec ns1 bash', [{ program: 'bash', args: [], namespace: 'ns1' }]],
  [
    'sudo -u root FOO=1 /sbin/brctl addbr br0 # the bridge',
    [{ program: 'brctl', args: ['addbr', 'br0'] }],
  ],
  ['sudo -i', [{ program: 'sudo', args: ['-i'] }]],
  ['timeout -k 1 5 tcpdump -i br0', [{ program: 'tcpdump', args: ['-i', 'br0'] }]],
  ['nsenter -t 42 -n ip addr', [{ program: 'ip', args: ['addr'] }]],
  ['nsenter --net=/run/netns/a ip addr', [{ program: 'ip', args: ['addr'] }]],
  ['echo 1 > /proc/sys/net/ipv4/ip_forward', [{ program: 'echo', args: ['1'] }]],
  ['nc -l 80 >/dev/null 2>&1 &', [{ program: 'nc', args: ['-l', '80'] }]],
  [
    'cat <<EOF\nip link\nEOF\nip addr',
    [
      { program: 'cat', args: [] },
      { program: 'ip', args: ['addr'] },
    ],
  ],
  [
    'wc -w <<< word\nip addr',
    [
      { program: 'wc', args: ['-w'] },
      { program: 'ip', args: ['addr'] },
    ],
  ],
  ['ip addr \\\n  show', [{ program: 'ip', args: ['addr', 'show'] }]],
  ['ping -c 1 $ADDR', [{ program: 'ping', args: ['-c', '1', '$ADDR'] }]],
  [
    'iptables -A OUTPUT ! -d 127.0.0.0/8',
    [{ program: 'iptables', args: ['-A', 'OUTPUT', '!', '-d', '127.0.0.0/8'] }],
  ],
  ['', []],
  ['# only a comment', []],
]

for (const [text, simple] of cases) {
  t.test(`of ${JSON.stringify(text)}`, async t => {
    t.same(simpleCommands(text), simple)
  })
}
