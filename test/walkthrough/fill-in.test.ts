import t from 'tap'
import { toFillIn } from '../../src/walkthrough/fill-in.ts'

const CASES: [word: string | undefined, text: string, output: string][] = [
  [
    'HOST1_ADDRESS/PREFIXLEN',
    'ip address add HOST1_ADDRESS/PREFIXLEN dev v0',
    'Error: any valid prefix is expected rather than "HOST1_ADDRESS/PREFIXLEN".',
  ],
  ['MACADDRESS', 'ip link set v0 address MACADDRESS', '"MACADDRESS" is invalid lladdr.'],
  ['PEER_IP', "ping 'PEER_IP'", 'ping: PEER_IP: Name or service not known'],
  ['网卡名', 'ip link set dev 网卡名 up', 'Cannot find device "网卡名"'],
  // What it complains of is something else, or a name like any other.
  [undefined, 'ip netns exec a ip link set dev 网卡名 up', 'Cannot open network namespace "a"'],
  [undefined, 'ip link set RED up', 'Cannot find device "RED"'],
  [undefined, 'ip link add v0 type dummy # 网卡名', 'Error: 网卡名'],
]
for (const [word, text, output] of CASES) {
  t.test(`${text}: ${output}`, async t => {
    t.equal(toFillIn(text, output), word)
  })
}
