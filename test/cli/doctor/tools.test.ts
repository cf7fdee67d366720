import t from 'tap'
import { isSupportedNode } from '../../../src/cli/doctor/examine.ts'
import { versionIn } from '../../../src/cli/doctor/tools.ts'

for (const [said, version] of [
  ['ip utility, iproute2-6.1.0, libbpf 1.1.2', '6.1.0'],
  ['ip utility, iproute2-ss200127', undefined],
  ['ping from iputils 20221126\nlibcap: yes, IDN: yes', '20221126'],
  ['curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1', '7.88.1'],
  ['iptables v1.8.9 (nf_tables)', '1.8.9 (nf_tables)'],
  ['iptables-restore v1.8.4 (legacy)', '1.8.4 (legacy)'],
  ['nftables v1.0.6 (Lester Gooch #5)', '1.0.6'],
  ['tcpdump version 4.99.3\nlibpcap version 1.10.3', '4.99.3'],
  ['socat by Gerhard Rieger\nsocat version 1.7.4.4 on 06 Nov 2022', '1.7.4.4'],
  ['bridge-utils, 1.7', '1.7'],
  ['GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)', '5.2.15(1)'],
  ['etcd Version: 3.4.23\nGit SHA: Not provided', '3.4.23'],
  ['', undefined],
] as const) {
  t.equal(versionIn(said), version, JSON.stringify(said))
}

for (const [version, isSupported] of [
  ['v18.20.8', false],
  ['v20.18.3', false],
  ['v20.19.0', true],
  ['v20.20.2', true],
  ['v22.1.0', true],
  ['v24.0.0', true],
] as const) {
  t.equal(isSupportedNode(version), isSupported, version)
}
