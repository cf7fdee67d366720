import t from 'tap'
import { compared, testListings } from './compared.ts'

testListings({
  'listening sockets': {
    command: 'ss -tlnp',
    seen: `State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      5            0.0.0.0:8000      0.0.0.0:*    users:(("python3",pid=82,fd=3))
LISTEN 0      128        127.0.0.1:631       0.0.0.0:*    users:(("cupsd",pid=83,fd=3))
`,
    spellings: {
      'of an old version': `State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port
LISTEN     0      128                       *:8000                     *:*      users:(("python",1234,3))
LISTEN     0      128               127.0.0.1:631                      *:*      users:(("cupsd",99,6))`,
      'one, without its process': 'LISTEN 0 5 0.0.0.0:8000 0.0.0.0:*',
      'another version of the program': `State Recv-Q Send-Q Local Address:Port Peer Address:Port Process
LISTEN 0 5 0.0.0.0:8000 0.0.0.0:* users:(("python3.11",pid=7,fd=3))
LISTEN 0 128 127.0.0.1%lo:631 0.0.0.0:* users:(("cupsd",pid=8,fd=9))`,
      'with protocols': `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port
tcp   LISTEN 0      5            0.0.0.0:8000      0.0.0.0:*    users:(("python3",pid=82,fd=3))`,
    },
    changes: [
      [':8000', ':8001', 'tcp port 8000'],
      ['0.0.0.0:8000', '127.0.0.1:8000', 'tcp port 8000 address'],
      ['python3', 'nginx', 'tcp port 8000 program'],
      ['LISTEN 0      5 ', 'UNCONN 0      5 ', 'tcp port 8000 state'],
    ],
  },
  'listening sockets of net-tools': {
    command: 'netstat -tlnp',
    seen: `Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:8000            0.0.0.0:*               LISTEN      82/python3
tcp6       0      0 ::1:631                 :::*                    LISTEN      83/cupsd
`,
    spellings: {
      'in Chinese': `激活Internet连接 (仅服务器)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp6       0      0 ::1:631                 :::*                    LISTEN      12/cupsd
tcp        0      0 0.0.0.0:8000            0.0.0.0:*               LISTEN      9/python`,
      'without programs': `(Not all processes could be identified)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:8000            0.0.0.0:*               LISTEN      -`,
      'in German': `Aktive Internetverbindungen (Nur Server)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 0.0.0.0:8000            0.0.0.0:*               LISTEN`,
    },
    changes: [
      [':8000', ':8001', 'tcp port 8000'],
      ['::1:631', ':::631', 'tcp port 631 address'],
      ['82/python3', '82/nc.openbsd', 'tcp port 8000 program'],
    ],
  },
  connections: {
    command: 'ss -tn',
    seen: `State Recv-Q Send-Q Local Address:Port   Peer Address:Port Process
ESTAB 0      0         10.0.0.2:45678       10.0.0.1:80
`,
    spellings: {
      'from another port': 'ESTAB 0 0 10.0.0.2:33333 10.0.0.1:80',
      'with waiting bytes': 'ESTAB 12 9 10.0.0.2:40000 10.0.0.1:80',
      'with headings':
        'State Recv-Q Send-Q Local Address:Port Peer Address:Port\nESTAB 0 0 10.0.0.2:50000 10.0.0.1:80',
    },
    changes: [
      ['ESTAB', 'TIME-WAIT', 'tcp 10.0.0.2:* to 10.0.0.1:80 state'],
      ['10.0.0.1:80', '10.0.0.1:81', 'tcp 10.0.0.2:* to 10.0.0.1:80'],
    ],
  },
})

t.test('UDP without a column for it is UDP', async t => {
  const seen = 'UNCONN 0 0 0.0.0.0:4789 0.0.0.0:*'
  t.same(
    compared('ss -uln', seen, '')?.differences.map(({ what }) => what),
    ['udp port 4789'],
  )
})
