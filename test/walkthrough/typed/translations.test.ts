import t from 'tap'
import { compare } from '../../../src/walkthrough/compare/compare.ts'
import { inEnglish } from '../../../src/walkthrough/typed/translations.ts'

const pings: Record<string, string> = {
  German: `PING 10.0.0.1 (10.0.0.1) 56(84) Bytes an Daten.
64 Bytes von 10.0.0.1: icmp_seq=1 ttl=64 Zeit=0.045 ms

--- 10.0.0.1 Ping-Statistiken ---
1 Pakete übertragen, 1 empfangen, 0% Paketverlust, Zeit 0ms
rtt min/avg/max/mdev = 0.045/0.045/0.045/0.000 ms`,
  'older German': `PING 10.0.0.1 (10.0.0.1) 56(84) Bytes Daten.
64 Bytes von 10.0.0.1: icmp_seq=1 ttl=64 Zeit=0.045 ms

--- 10.0.0.1 ping statistics ---
1 Pakete übertragen, 1 empfangen, 0% packet loss, time 0ms`,
  French: `PING 10.0.0.1 (10.0.0.1) 56(84) octets de données.
64 octets de 10.0.0.1 : icmp_seq=1 ttl=64 temps=0.045 ms

--- statistiques ping 10.0.0.1 ---
1 paquets transmis, 1 reçus, 0% packet loss, time 0ms`,
  Spanish: `PING 10.0.0.1 (10.0.0.1) 56(84) bytes de datos.
64 bytes desde 10.0.0.1: icmp_seq=1 ttl=64 tiempo=0.045 ms

--- 10.0.0.1 estadísticas ping ---
1 paquetes transmitidos, 1 recibidos, 0% pérdida de paquetes, tiempo 0ms`,
  Portuguese: `PING 10.0.0.1 (10.0.0.1) 56(84) bytes de dados.
64 bytes de 10.0.0.1: icmp_seq=1 ttl=64 tempo=0.045 ms

--- 10.0.0.1 estatísticas do ping ---
1 pacotes transmitidos, 1 recebidos, 0% perda de pacotes, tempo 0ms`,
  Chinese: `PING 10.0.0.1 (10.0.0.1) 56(84) 字节的数据。
64 字节，来自 10.0.0.1: icmp_seq=1 ttl=64 时间=0.045 毫秒

--- 10.0.0.1 ping 统计 ---
已发送 1 个包， 已接收 1 个包, 0% 包丢失, 耗时 0 毫秒
rtt min/avg/max/mdev = 0.045/0.045/0.045/0.000 ms`,
  Japanese: `PING 10.0.0.1 (10.0.0.1) 56(84) バイトのデータ
64 バイト応答 送信元 10.0.0.1: icmp_seq=1 ttl=64 時間=0.045ミリ秒

--- 10.0.0.1 ping 統計 ---
送信パケット数 1, 受信パケット数 1, 0% packet loss, time 0ms`,
  Russian: `PING 10.0.0.1 (10.0.0.1) 56(84) байт данных.
64 байт из 10.0.0.1: icmp_seq=1 ttl=64 время=0.045 мс

--- 10.0.0.1 статистика ping ---
1 пакетов передано, 1 получено, 0% потери пакетов, время 0мс`,
}
const answered = `PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.
64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.061 ms

--- 10.0.0.1 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 0.061/0.061/0.061/0.000 ms
`
const differences = (shown: string, seen: string) =>
  compare('ping -c 1 10.0.0.1', {
    shown: shown.split('\n'),
    seen,
    exitCode: 0,
    isStrict: false,
  }).differences.map(({ what }) => what)

for (const [language, shown] of Object.entries(pings)) {
  t.test(`a ping in ${language} is read as one in English`, async t => {
    t.same(differences(shown, answered), [])
    t.same(differences(shown.replaceAll('10.0.0.1', '10.0.0.2'), answered).slice(0, 1), ['target'])
    const lost = answered.replace('1 received, 0%', '0 received, 100%').replace(/^64.*\n/m, '')
    t.ok(differences(shown, lost).includes('packet loss'))
    t.ok(differences(shown.replace('ttl=64', 'ttl=63'), answered).length > 0)
  })
}

t.test('a line that differs is told in the words of the document', async t => {
  const shown = ['cat: x: 权限不够']
  const compared = compare('cat x y', {
    shown,
    seen: 'cat: y: Permission denied',
    exitCode: 1,
    isStrict: false,
  })
  t.match(compared.differences, [{ shown: 'cat: x: 权限不够', seen: 'cat: y: Permission denied' }])
  const same = compare('cat x y', {
    shown,
    seen: 'cat: x: Permission denied',
    exitCode: 1,
    isStrict: false,
  })
  t.same(same.differences, [])
})

const said: [given: string, english: string][] = [
  ['RTNETLINK answers: 文件已存在', 'RTNETLINK answers: File exists'],
  ['ping: connect: Das Netzwerk ist nicht erreichbar', 'ping: connect: Network is unreachable'],
  ['ping: google.com: 域名解析暂时失败', 'ping: google.com: Temporary failure in name resolution'],
  ['bash: brctl : commande introuvable', 'bash: brctl : command not found'],
  ['bash: brctl: 未找到命令', 'bash: brctl: command not found'],
  [
    '来自 10.0.0.1 icmp_seq=1 目标主机不可达',
    'From 10.0.0.1 icmp_seq=1 Destination Host Unreachable',
  ],
  [
    'Von 10.0.0.1 icmp_seq=1 Zielhost nicht erreichbar',
    'From 10.0.0.1 icmp_seq=1 Destination Host Unreachable',
  ],
  [
    'curl: (7) Failed to connect to 10.0.0.1 port 80: Conexión rehusada',
    'curl: (7) Failed to connect to 10.0.0.1 port 80: Connection refused',
  ],
  ['64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms', ''],
  ['64 bytes from fe80::1%eth0: icmp_seq=1 ttl=64 time=0.045 ms', ''],
  ['2 packets transmitted, 2 received, +2 duplicates, 0% packet loss, time 0ms', ''],
  ['--- 10.0.0.1 ping statistics ---', ''],
  ['--- a.example ping ---', '--- a.example ping statistics ---'],
  ['/dev/sda1  100  50  50  50% /包', ''],
  ['-- 中文 --', ''],
]
for (const [given, english] of said) {
  t.test(`"${given}"`, async t => {
    t.equal(inEnglish(given), english === '' ? given : english)
  })
}
