import t from 'tap'
import { compared, testListings } from './compared.ts'

const NEW = `veth02: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.168.88.12  netmask 255.255.255.0  broadcast 192.168.88.255
        inet6 2001:db8::12  prefixlen 64  scopeid 0x0<global>
        inet6 fe80::fca2:57ff:fe1c:67df  prefixlen 64  scopeid 0x20<link>
        ether fe:a2:57:1c:67:df  txqueuelen 1000  (Ethernet)
        RX packets 15  bytes 1146 (1.1 KB)
        RX errors 0  dropped 0  overruns 0  frame 0
        TX packets 11  bytes 866 (866.0 B)
        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0

`

testListings({
  interfaces: {
    command: 'ifconfig veth02',
    seen: NEW,
    spellings: {
      'in Chinese': NEW.replace('(Ethernet)', '(以太网)').replace('1146 (1.1 KB)', '7 (7.0 B)'),
      'of old net-tools': `veth02    Link encap:Ethernet  HWaddr 0a:a2:57:1c:67:df
          inet addr:192.168.88.12  Bcast:192.168.88.255  Mask:255.255.255.0
          inet6 addr: fe80::8a2:57ff:fe1c:67df/64 Scope:Link
          inet6 addr: 2001:db8::12/64 Scope:Global
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
          RX packets:15 errors:0 dropped:0 overruns:0 frame:0
          TX packets:11 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:1000
          RX bytes:1146 (1.1 KB)  TX bytes:866 (866.0 B)
          Interrupt:177 Base address:0x1400`,
      'of old net-tools in German': `veth02    Link encap:Ethernet  Hardware Adresse 0a:a2:57:1c:67:df
          inet Adresse:192.168.88.12  Bcast:192.168.88.255  Maske:255.255.255.0
          inet6-Adresse: 2001:db8::12/64 Gültigkeitsbereich:Global
          inet6-Adresse: fe80::8a2:57ff:fe1c:67df/64 Gültigkeitsbereich:Verbindung
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metrik:1
          RX packets:15 errors:0 dropped:0 overruns:0 frame:0
          Kollisionen:0 Sendewarteschlangenlänge:1000`,
      'of old net-tools in Chinese, indentation lost': `veth02 Link encap:以太网 硬件地址 0a:a2:57:1c:67:df
inet 地址:192.168.88.12 广播:192.168.88.255 掩码:255.255.255.0
inet6 地址: 2001:db8::12/64 Scope:Global
UP BROADCAST RUNNING MULTICAST MTU:1500 跃点数:1
接收数据包:15 错误:0 丢弃:0 过载:0 帧数:0
碰撞:0 发送队列长度:1000`,
      'of old net-tools in Spanish': `veth02    Link encap:Ethernet  direcciónHW 0a:a2:57:1c:67:df
          Direc. inet:192.168.88.12  Difus.:192.168.88.255  Másc:255.255.255.0
          Dirección inet6: 2001:db8::12/64 Alcance:Global
          ACTIVO DIFUSIÓN FUNCIONANDO MULTICAST  MTU:1500  Métrica:1
          Paquetes RX:15 errores:0 perdidos:0 overruns:0 frame:0`,
      'without broadcast': NEW.replace('  broadcast 192.168.88.255', ''),
    },
    changes: [
      ['192.168.88.12', '192.168.88.13', 'veth02 address'],
      ['255.255.255.0', '255.255.0.0', 'veth02 address'],
      [
        'broadcast 192.168.88.255',
        'broadcast 192.168.255.255',
        'veth02 192.168.88.12/24 broadcast',
      ],
      ['<UP,', '<', 'veth02 flags'],
      ['RUNNING,', '', 'veth02 flags'],
      ['mtu 1500', 'mtu 1400', 'veth02 mtu'],
      ['2001:db8::12', '2001:db8::13', 'veth02 IPv6 address'],
      [
        '        inet 192.168.88.12  netmask 255.255.255.0  broadcast 192.168.88.255\n',
        '',
        'veth02 192.168.88.12/24',
      ],
    ],
  },
  'a table of interfaces': {
    command: 'ifconfig -s',
    seen: `Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
lo              65536        0      0      0 0             0      0      0      0 LRU
mybr0            1500       18      0      0 0            13      0      1      0 BMRU
`,
    spellings: {
      'of old net-tools': `Iface   MTU Met   RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
mybr0  1500 0        18      0      0 0            13      0      0      0 BMRU`,
      'other counts': `Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
mybr0            1500       99      9      0 0           777      0      1      0 BMRU`,
      'in another order': `Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
mybr0            1500       18      0      0 0            13      0      1      0 BMRU
lo              16436        0      0      0 0             0      0      0      0 LRU`,
    },
    changes: [
      ['BMRU', 'BM', 'mybr0 flags'],
      ['1500', '1400', 'mybr0 mtu'],
    ],
  },
})

t.test('a point-to-point link has a peer, and a mask of its own', async t => {
  const seen = `tun0: flags=4305<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST>  mtu 1500
        inet 10.0.0.1  netmask 255.255.255.255  destination 10.0.0.2
        unspec 00-00-00-00-00-00-00-00  txqueuelen 500  (UNSPEC)
`
  const old = `tun0      Link encap:UNSPEC  HWaddr 00-00-00-00-00-00-00-00
          inet addr:10.0.0.1  P-t-P:10.0.0.2  Mask:255.255.255.255
          UP POINTOPOINT RUNNING NOARP MULTICAST  MTU:1500  Metric:1`
  t.same(compared('ifconfig tun0', old, seen), { differences: [], explained: [], leftOut: [] })
  t.match(
    compared('ifconfig tun0', old.replace('addr:10.0.0.1', 'addr:10.0.0.3'), seen)?.differences,
    [{ what: 'tun0 address', shown: '10.0.0.3/32', seen: '10.0.0.1/32' }],
  )
})

t.test('interfaces that a document leaves out are told', async t => {
  t.same(
    compared('ifconfig', NEW, `${NEW}lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n`)?.leftOut,
    ['lo'],
  )
})

t.test('of old net-tools flags and MTU count', async t => {
  const old = `veth02    Link encap:Ethernet  HWaddr 0a:a2:57:1c:67:df
          inet addr:192.168.88.12  Bcast:192.168.88.255  Mask:255.255.255.0
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
          ...`
  const alone = (spelling: string) => compared('ifconfig veth02', spelling, NEW)?.differences
  t.same(alone(old), [], 'addresses that `...` stands for aside')
  t.same(alone(old.replace('UP ', '')), [
    { what: 'veth02 flags', shown: 'RUNNING', seen: 'UP,RUNNING' },
  ])
  t.same(alone(old.replace('1500', '1400')), [{ what: 'veth02 mtu', shown: '1400', seen: '1500' }])
  t.same(alone(old.replace(/\n.*\.{3}$/, '')), [
    { what: 'veth02 2001:db8::12/64', seen: '2001:db8::12/64' },
  ])
})
