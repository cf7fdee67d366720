import t from 'tap'
import { differing, told } from './told.ts'

const versions: [command: string, shown: string, seen: string][] = [
  ['nft -v', 'nftables v1.1.3 (Commodore Bullmoose #4)', 'nftables v1.0.6 (Lester Gooch #5)'],
  ['sudo iptables -V', 'iptables v1.6.1', 'iptables v1.8.9 (nf_tables)'],
  ['ip6tables --version', 'ip6tables v1.8.7 (nf_tables)', 'ip6tables v1.8.9 (nf_tables)'],
  ['ip -V', 'ip utility, iproute2-ss200127', 'ip utility, iproute2-6.1.0, libbpf 1.1.2'],
  ['ip netns exec red ip -Version', 'ip utility, iproute2-5.15.0', 'ip utility, iproute2-6.1.0'],
  ['bridge -V', 'bridge utility, 0.0', 'bridge utility, 6.1.0'],
  ['ping -V', 'ping utility, iputils-s20161105', 'ping from iputils 20221126\nlibcap: yes'],
  [
    'tcpdump --version',
    'tcpdump version 4.9.3\nlibpcap version 1.9.1 (with TPACKET_V3)',
    'tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\nOpenSSL 3.0.19 27 Jan 2026',
  ],
  [
    'nft -v; ip -V',
    'nftables v1.1.3\nip utility, iproute2-6.15.0',
    'nftables v1.0.6 (x)\nip utility, iproute2-6.1.0',
  ],
]
for (const [command, shown, seen] of versions) {
  t.test(`another version is no difference: ${command}`, async t => {
    t.same(told(command, shown, seen), { differences: [], explained: [], leftOut: [] })
  })
}

t.test('that a tool is not there is a difference', async t => {
  t.same(differing('nft -v', 'nftables v1.1.3', 'bash: nft: command not found'), ['output'])
  t.not(differing('nft -v', 'bash: nft: command not found', 'nftables v1.0.6').length, 0)
  const old = "nft: /lib/libc.so.6: version 'GLIBC_2.34' not found (required by nft)"
  t.same(differing('nft -v', old, 'nftables v1.0.6').length, 1)
  t.same(differing('nft -v', 'nftables v1.1.3', ''), ['output'])
})

t.test('what another version counts for elsewhere is not lost', async t => {
  t.same(differing('cat /etc/version', 'v1.1.3', 'v1.0.6'), ['line 1'])
  t.same(differing('mount -v', 'a on /a', 'b on /b'), ['line 1'])
  t.same(differing('./tool -v', 'listens on 10.0.0.1', 'listens on 10.0.0.2'), ['line 1'])
})

t.test('another backend of iptables is told', async t => {
  t.match(told('iptables -V', 'iptables v1.8.7 (legacy)', 'iptables v1.8.9 (nf_tables)'), {
    differences: [],
    explained: [{ what: 'backend of iptables', shown: 'legacy', seen: 'nf_tables' }],
  })
})

t.test('who wants every line as it stands gets the version too', async t => {
  t.same(told('nft -v', 'nftables v1.1.3', 'nftables v1.0.6', true).differences.length, 1)
})
