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
  ['nft -v | head -1', 'nftables v1.1.3 (Commodore Bullmoose #4)', 'nftables v1.0.6 (x)'],
  ['sudo iptables --version 2>&1 | head -n1', 'iptables v1.6.1', 'iptables v1.8.9 (nf_tables)'],
  ['ip -V | cut -d, -f2', ' iproute2-ss200127', ' iproute2-6.1.0'],
  ["curl --version | head -n 1 | awk '{print $2}'", '7.81.0', '7.88.1'],
  ['python3 --version', 'Python 3.10.12', 'Python 3.11.2'],
  ['uname -r', '5.15.0-91-generic', '6.1.0-18-amd64'],
  ['uname -r | cut -d- -f1', '5.15.0', '6.1.0'],
  [
    'uname -a',
    'Linux box 5.15.0-91-generic #101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023 x86_64 GNU/Linux',
    'Linux host 6.1.0-18-arm64 #1 SMP Debian 6.1.76-1 (2024-02-01) aarch64 GNU/Linux',
  ],
  ['lsb_release -a', 'Distributor ID:\tUbuntu\nRelease:\t22.04', 'No LSB modules are available.'],
  ['lsb_release -cs', 'jammy', 'bookworm'],
  [
    'cat /etc/os-release',
    'NAME="Ubuntu"\nVERSION="22.04.3 LTS"',
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian',
  ],
  [
    'grep PRETTY_NAME /etc/os-release',
    'PRETTY_NAME="Ubuntu 22.04.3 LTS"',
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
  ],
  ['cat /etc/issue | head -1', 'Ubuntu 22.04.3 LTS \\n \\l', 'Debian GNU/Linux 12 \\n \\l'],
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
  t.same(differing('nft -v | head -1', 'nftables v1.1.3', 'sh: nft: not found'), ['output'])
  t.same(differing('cat /etc/os-release', 'ID=debian', 'cat: /etc/os-release: No such file'), [
    'output',
  ])
})

t.test('what another version counts for elsewhere is not lost', async t => {
  t.same(differing('cat /etc/version', 'v1.1.3', 'v1.0.6'), ['line 1'])
  t.same(differing('cat /etc/hostname', 'box', 'host'), ['line 1'])
  t.same(differing('uname -n', 'box', 'host'), ['line 1'])
  t.same(differing('ip -V | wc -c', '30', '41'), ['line 1'])
  t.same(differing('ip -V | xargs ./tool', 'v1.1', 'v1.2'), ['line 1'])
  t.same(differing('cat a | head -1', 'v1.1', 'v1.2'), ['line 1'])
  t.same(differing('mount -v', 'a on /a', 'b on /b'), ['line 1'])
  t.same(differing('./tool -v', 'listens on 10.0.0.1', 'listens on 10.0.0.2'), ['line 1'])
})

t.test('how a tool is called is no result, and is told', async t => {
  const now = 'Usage:\tip netns list\n\tip netns add NAME\n\tip [-all] netns exec [NAME] cmd ...'
  const old = 'Usage: ip netns list\n       ip netns add NAME\n       ip netns exec NAME cmd ...'
  t.match(told('ip netns help', old, now), {
    differences: [],
    explained: [{ what: 'usage of ip', shown: 'ip netns exec NAME cmd ...' }],
  })
  t.same(told('ip netns help', now.replace('\t', ' '), now).explained, [])
  t.not(differing('ip netns help', old.replace('ip', 'tc'), now).length, 0)
  t.not(differing('ip netns list', old, now).length, 0)
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
