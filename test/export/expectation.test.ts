import t from 'tap'
import { testLine } from '../../src/export/sh/words.ts'
import { translate } from '../../src/export/translate/translate.ts'
import type { Expectation } from '../../src/runner/events.ts'
import { pair, pairTopology, recordingOf } from './told.ts'

/** What becomes of one expectation of two containers. */
function itemOf(told: Pick<Expectation, 'title' | 'command'> & Partial<Expectation>) {
  const { items } = translate(recordingOf([...pair, told], pairTopology))
  const item = items.findLast(({ kind }) => kind === 'check' || kind === 'left-out')
  if (item?.kind === 'check') {
    return `${item.isNegative ? 'not ' : ''}${testLine(item.test)}`
  }
  return item?.kind === 'left-out' ? `left out: ${item.reason}` : 'nothing'
}

const web = 'ip netns exec web'

const rows: [title: string, expected: string, command: string, line: string][] = [
  [
    'web pings app',
    'an echo reply',
    `${web} ping -n -c 1 -W 1 10.0.0.3`,
    `${web} ping -n -c 1 -W 1 10.0.0.3`,
  ],
  [
    'web pings app by name',
    'an echo reply',
    `${web} ping -n -c 1 -W 1 app`,
    `${web} ping -n -c 1 -W 1 10.0.0.3`,
  ],
  [
    'two of two must be answered',
    '2 echo replies',
    `${web} ping -n -c 2 -i 0.01 -W 1 10.0.0.3`,
    `${web} ping -n -c 2 -i 0.01 -W 1 -w 2 10.0.0.3`,
  ],
  [
    'web does not ping app',
    'no echo reply for 300 ms',
    `${web} ping -n -c 2 -i 0.01 -W 0.3 10.0.0.3`,
    `not ${web} ping -n -c 2 -i 0.01 -W 0.3 10.0.0.3`,
  ],
  [
    'do is a word of the shell',
    'an echo reply',
    `${web} ping -n -c 1 -W 1 -M do 10.0.0.3`,
    `${web} ping -n -c 1 -W 1 -M 'do' 10.0.0.3`,
  ],
  [
    'any answer',
    'an answer with a status from 200 to 299',
    `${web} curl -sS -i --max-time 1 http://app/`,
    `${web} curl -sS -f -o /dev/null --max-time 1 http://10.0.0.3/`,
  ],
  [
    'no answer at all',
    'no answer for 300 ms',
    `${web} curl -sS -i --max-time 0.3 http://10.0.0.3:81/`,
    `not ${web} curl -sS -o /dev/null --max-time 0.3 http://10.0.0.3:81/`,
  ],
  [
    'a body',
    `an answer with body "it's"`,
    `${web} curl -sS -i --max-time 1 http://10.0.0.3/`,
    `prints 'it'\\''s' ${web} curl -sS --max-time 1 http://10.0.0.3/`,
  ],
  [
    'a status',
    'an answer with status 404',
    `${web} curl -sS -i --max-time 1 http://10.0.0.3/`,
    `prints 404 ${web} curl -sS -o /dev/null -w '%{http_code}' --max-time 1 http://10.0.0.3/`,
  ],
  [
    'a pattern',
    'an answer with body /h\\u00e9llo/i',
    `${web} curl -sS -i --max-time 1 http://10.0.0.3/`,
    `matches '(?i)h\\x{00e9}llo' ${web} curl -sS --max-time 1 http://10.0.0.3/`,
  ],
  [
    'a header',
    'an answer with header x: "y"',
    `${web} curl -sS -i --max-time 1 http://10.0.0.3/`,
    'left out: only the scenario itself can look at headers, or at so long an answer',
  ],
  ['refused', 'refused', `${web} nc -vz -w 1 10.0.0.3 80`, 'connection refused web 10.0.0.3 80'],
  [
    'no neighbour',
    'no neighbour',
    `${web} nc -vz -w 1 10.0.0.9 80`,
    "connection 'host unreachable' web 10.0.0.9 80 4",
  ],
  [
    'not refused',
    'anything but "refused" for 300 ms',
    `${web} nc -vz -w 1 10.0.0.3 80`,
    'not connection refused web 10.0.0.3 80',
  ],
  [
    'UDP',
    'answered',
    `${web} nc -vu -w 1 10.0.0.3 53`,
    'left out: whether UDP is answered is for a program that knows the protocol',
  ],
  [
    'a link',
    'eth0: up, mtu 1450, master br0',
    'ip -n web -d link show dev eth0',
    `shows '<([^>]*,)?UP[,>]' ' mtu 1450 ' ' master br0 ' -- ip -n web -d link show dev eth0`,
  ],
  [
    'a link that is not',
    'no tun0 for 300 ms',
    'ip -n web -d link show dev tun0',
    'not ip -n web -d link show dev tun0',
  ],
  [
    'a link that is down',
    'eth0: not up',
    'ip -n web -d link show dev eth0',
    `shows '!<([^>]*,)?UP[,>]' -- ip -n web -d link show dev eth0`,
  ],
  [
    'a route',
    'default via 10.0.0.1 dev eth0',
    'ip -n web route show table 254',
    `shows '^default (.* )?via 10\\.0\\.0\\.1 (.* )?dev eth0( |$)' -- ip -n web route show table 254`,
  ],
  [
    'a route of a kind',
    'blackhole 10.244.0.4/30',
    'ip -n web route show table 254',
    `shows '^blackhole 10\\.244\\.0\\.4/30( |$)' -- ip -n web route show table 254`,
  ],
  [
    'a route to one',
    'no 10.244.0.5/32 for 300 ms',
    'ip -n web route show table 254',
    `not shows '^10\\.244\\.0\\.5( |$)' -- ip -n web route show table 254`,
  ],
  [
    'an address',
    '10.0.0.2/24 on eth0',
    'ip -n web addr show dev eth0',
    `shows 'inet6? 10\\.0\\.0\\.2/24( |$)' -- ip -n web addr show dev eth0`,
  ],
  [
    'a neighbour',
    'app (10.0.0.3) at 02:42:0a:00:00:03',
    'ip -n web neigh',
    `shows '^10\\.0\\.0\\.3 (.* )?lladdr 02:42:0a:00:00:03 ' -- ip -n web neigh`,
  ],
  [
    'a neighbour in vain',
    '10.0.0.9 on eth0, incomplete or failed',
    'ip -n web neigh',
    `shows '^10\\.0\\.0\\.9 dev eth0 (.* )?(INCOMPLETE|FAILED)' -- ip -n web neigh`,
  ],
  [
    'web and app all ping each other',
    'every pair as said',
    `${web} ping -n -c 1 -W 1 ADDRESS`,
    'pairs 2 web=10.0.0.2 app=10.0.0.3',
  ],
  [
    'web and app ping each other in 1 of 2 pairs',
    'every pair as said',
    `${web} ping -n -c 1 -W 1 ADDRESS`,
    'pairs 1 web=10.0.0.2 app=10.0.0.3',
  ],
  [
    'web, app, host and 3 more all ping each other',
    'every pair as said',
    `${web} ping -n -c 1 -W 1 ADDRESS`,
    'left out: the stream of events does not say between whom; read the scenario',
  ],
  [
    'a name',
    'an address',
    `${web} getent ahosts app`,
    'left out: names of nodes are in /etc/hosts files of the lab, which are not made here',
  ],
]

for (const [title, expected, command, line] of rows) {
  t.test(`as a shell looks at it: ${title}`, async t => {
    t.equal(itemOf({ title, expected, command }), line)
  })
}

t.test('a MAC that the kernel made up is asked for, and named by whose it is', async t => {
  const mac = 'd2:88:ec:62:cd:0a'
  const link = {
    name: 'eth0',
    kind: 'veth',
    isUp: true,
    mtu: 1500,
    mac,
    addresses: ['10.0.0.3/24'],
  }
  const nodes = pairTopology.nodes?.map(node =>
    node.id === 'app' ? { ...node, links: [link] } : node,
  )
  const expectation = {
    title: `web has neighbour 10.0.0.3 at ${mac}`,
    expected: `10.0.0.3 at ${mac}`,
    command: 'ip -n web neigh',
  }
  const { items } = translate(recordingOf([...pair, expectation], { nodes: nodes ?? [] }))
  const item = items.at(-1)
  t.match(item, { kind: 'check', title: 'web has neighbour 10.0.0.3 at the MAC of eth0 of app' })
  t.equal(
    item?.kind === 'check' ? testLine(item.test) : '',
    String.raw`shows '^10\.0\.0\.3 (.* )?lladdr '"$(mac_of app eth0)"' ' -- ip -n web neigh`,
  )
})
