import t from 'tap'
import { shownLines } from '../../../../src/walkthrough/compare/interfaces/shown-lines.ts'
import { WRAP } from '../../../../src/walkthrough/typed/typed.ts'
import { compared } from './compared.ts'

const COMMANDS = [
  'ip link',
  'ip -j addr',
  'ip route',
  'ip neigh',
  'ip netns',
  'ip rule',
  'ip tunnel',
  'ip maddr',
  'bridge link',
  'bridge fdb',
  'bridge vlan',
  'brctl show',
  'brctl showmacs br0',
  'brctl showstp br0',
  'ifconfig',
  'ifconfig -s',
  'route -n',
  'netstat -rn',
  'netstat -an',
  'arp',
  'arp -a',
  'ss -tanp',
  'sysctl -a',
  'cat /proc/sys/net/ipv4/ip_forward',
  'ethtool -i x',
]
const NAMES = [
  '日本語',
  '👩‍🚀',
  '__proto__',
  'constructor',
  'a]]>b',
  '</script>',
  '::error::x',
  '\u202Erev',
  '\uD800',
  '%0A',
  '|`',
]
const SHAPES = [
  (name: string) =>
    `2: ${name}@if7: <UP> mtu ${name} state ${name} master ${name}\n    inet ${name}/24 scope ${name}\n    ${name} id 1`,
  (name: string) => `${name} via ${name} dev ${name} ${name}\n\tnexthop via ${name}`,
  (name: string) => `${name}\t8000.526975ea2730\tno\t${name}\n\t\t${name}`,
  (name: string) => `${name} (10.0.0.1) at ${name} on ${name}\n10.0.0.1 dev ${name} ${name}`,
  (name: string) => `tcp 0 0 ${name}:${name} ${name} ${name}\nLISTEN 0 0 ${name} ${name} ${name}`,
  (name: string) =>
    `${name}: flags=<${name}> mtu 1\n inet ${name} inet6 ${name}\n${name} = ${name}`,
  (name: string) =>
    `[{"ifname":"${name}","flags":7,"addr_info":{"local":[]},"linkinfo":[7]},null,3]`,
  (name: string) => `${name}${WRAP}${name}\r\n\u001B[31m${name}\u001B[0m\u0000\u0007`,
]

t.test('whatever a document and a program print, there is an answer', async t => {
  let answers = 0
  for (const command of COMMANDS) {
    for (const name of NAMES) {
      for (const shape of SHAPES) {
        const [shown, other] = [shape(name), shape('eth0')]
        for (const seen of [shown, other, '', name]) {
          const result = compared(command, shown, seen)
          if (result === undefined) continue
          answers++
          const said = [...result.differences, ...result.explained]
          const words = said.flatMap(({ what, shown = '', seen = '' }) => [what, shown, seen])
          if (words.some(word => typeof word !== 'string')) t.fail(`${command}: ${words.join()}`)
        }
      }
    }
  }
  t.ok(answers > 1000, `${answers} of them compared`)
})

t.test('a listing is as shown where it is beside itself, whatever it says', async t => {
  for (const command of COMMANDS) {
    for (const name of NAMES) {
      for (const shape of SHAPES.slice(0, -1)) {
        const result = compared(command, shape(name), shape(name))
        const isSame = result === undefined || result.differences.length === 0
        if (!isSame) t.same(result.differences, [], `${command}: ${shape(name)}`)
      }
    }
  }
})

t.test('long listings and long lines take no long time', async t => {
  const routes = Array.from(
    { length: 3000 },
    (_, i) => `default via 10.0.${i >> 8}.${i & 255} dev eth${i}`,
  )
  const listings = [
    routes.join('\n'),
    `a${' '.repeat(300_000)}b`,
    `${'1'.repeat(300_000)}<`,
    `2: ${'x'.repeat(300_000)}`,
    `? (1.1.1.1) at ${' x'.repeat(100_000)}`,
  ]
  let answers = 0
  for (const command of COMMANDS) {
    for (const listing of listings) {
      if (compared(command, listing, listing.replaceAll('eth', 'ens')) !== undefined) answers++
    }
  }
  // Where they took the square of their length, tap's limit of 30 seconds would end this.
  t.ok(answers > 0)
})

t.test('what a page wrapped is one word or two, by what was seen and what is known', async t => {
  const rows: [shown: string, seen: string, line: string][] = [
    [`state U${WRAP}NKNOWN`, 'state DOWN', 'state UNKNOWN'],
    [`state${WRAP}UP`, '', 'state UP'],
    [`<UP>${WRAP}mtu 1500`, '', '<UP> mtu 1500'],
    [`mtu${WRAP}1500`, '', 'mtu 1500'],
    [`mtu 15${WRAP}00`, 'mtu 1500', 'mtu 1500'],
    [`my${WRAP}br0`, 'dev mybr0', 'mybr0'],
    [`172.18.${WRAP}0.1/16`, '', '172.18.0.1/16'],
    [`a ${WRAP}b`, '', 'a b'],
  ]
  for (const [shown, seen, line] of rows) t.same(shownLines([shown], seen), [line])
})
