import t from 'tap'
import type { FrontMatter } from '../../../src/walkthrough/document/front-matter.ts'
import { planOf } from './small-document.ts'

const link = (name: string, mtu: number) => `2: ${name}: <BROADCAST,MULTICAST,UP> mtu ${mtu} qdisc`

function mtusOf(listing: string, frontMatter?: FrontMatter): string {
  const [part] = planOf(`\`\`\`\n${listing}\n\`\`\``, frontMatter).parts
  return part!.hosts.map(({ name, mtu }) => `${name} ${mtu ?? 'as usual'}`).join(', ')
}

const listings: [what: string, listing: string, mtus: string][] = [
  ['ip link', `$ ip link show eth0\n${link('eth0', 1450)} fq`, 'host 1450'],
  ['ip link of the usual', `$ ip link show eth0\n${link('eth0', 1500)} fq`, 'host as usual'],
  [
    'the card that is used, of several',
    `$ ip a\n${link('ens4', 9001)}\n${link('ens5', 1460)}\n$ tcpdump -i ens5`,
    'host 1460',
  ],
  ['the card of a machine that is a container', `$ ip a\n${link('eth0@if7', 1410)}`, 'host 1410'],
  ['ifconfig', '$ ifconfig\neth0: flags=4163<UP,BROADCAST>  mtu 9001', 'host 9001'],
  [
    'old ifconfig',
    '$ ifconfig\neth0      Link encap:Ethernet\n          UP BROADCAST  MTU:1450  Metric:1\nlo        Link encap:Local\n          UP LOOPBACK  MTU:65536  Metric:1',
    'host 1450',
  ],
  ['a namespace', `$ ip netns exec a ip link\n${link('eth0', 1450)}`, 'host as usual'],
  [
    'what the document has made',
    `$ ip link add eth0 type veth peer name b\n$ ip link\n${link('eth0', 1450)}`,
    'host as usual',
  ],
  [
    'what the document has set',
    `$ ip link set dev eth0 mtu 1400\n$ ip link\n${link('eth0', 1400)}`,
    'host as usual',
  ],
  [
    'what it is before the document sets it',
    `$ ip link\n${link('eth0', 1450)}\n$ ip link set dev eth0 mtu 1400\n$ ip link\n${link('eth0', 1400)}`,
    'host 1450',
  ],
  [
    'each of two machines',
    `[root@a ~]# ip link\n${link('eth0', 9001)}\n[root@b ~]# ip link\n${link('eth0', 1500)}`,
    'a 9001, b as usual',
  ],
  ['nonsense', `$ ip link show eth0\n${link('eth0', 5)}`, 'host as usual'],
]
for (const [what, listing, mtus] of listings) {
  t.test(`the MTU of a machine's link: ${what}`, async t => t.equal(mtusOf(listing), mtus))
}

t.test('front matter says it, and a guess says what to write instead', async t => {
  const listing = `$ ip link show eth0\n${link('eth0', 1450)} fq`
  t.equal(mtusOf(listing, { hosts: { host: { mtu: 9000 } } }), 'host 9000')
  t.equal(mtusOf(listing, { hosts: { host: { mtu: 1500 } } }), 'host 1500')
  const { guesses } = planOf(`\`\`\`\n${listing}\n\`\`\``)
  const instead = 'hosts: { host: { mtu: 1500 } }'
  t.has(guesses.at(-1), { text: 'eth0 has MTU 1450', line: 3, why: 'it is shown', instead })
})
