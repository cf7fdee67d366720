import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const refused = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0
curl: (7) Failed to connect to 192.0.2.2 port 81 after 0 ms: Couldn't connect to server
`
const timedOut = 'curl: (28) Connection timed out after 1001 milliseconds\n'
const verbose = `*   Trying 192.0.2.2:80...
* Connected to 192.0.2.2 (192.0.2.2) port 80 (#0)
> GET / HTTP/1.1
> Host: 192.0.2.2
> User-Agent: curl/7.88.1
> Accept: */*
>\x20
* HTTP 1.0, assume close after body
< HTTP/1.0 200 OK
< Server: SimpleHTTP/0.6 Python/3.11.7
< Date: Sat, 21 Nov 2026 21:00:35 GMT
< Content-type: text/html; charset=utf-8
< Content-Length: 6
<\x20
{ [6 bytes data]
* Closing connection 0
hello
`
const wget = `--2026-11-21 21:07:36--  http://192.0.2.2/
Connecting to 192.0.2.2:80... connected.
HTTP request sent, awaiting response... 200 OK
Length: 6 [text/html]
Saving to: ‘STDOUT’
hello

     0K                                                       100% 1000K=0s

2026-11-21 21:07:36 (1000 KB/s) - written to stdout [6/6]
`
const telnet = `Trying 192.0.2.2...
Connected to 192.0.2.2.
Escape character is '^]'.
220 ready
Connection closed by foreign host.
`

const same: [what: string, command: string, shown: string, seen: string][] = [
  ['a body', 'curl 192.0.2.2', 'hello', 'hello\n'],
  [
    'a body below a progress meter',
    'curl 192.0.2.2',
    'hello',
    `${refused.split('\n').slice(0, 2).join('\n')}\n\r100     6  100     6    0     0   1000      0 --:--:-- --:--:-- --:--:--  1000\nhello\n`,
  ],
  [
    'a refusal by curl 7.29',
    'curl 192.0.2.2:81',
    'curl: (7) Failed connect to 192.0.2.2:81; Connection refused',
    refused,
  ],
  [
    'a refusal by curl 7.68',
    'curl 192.0.2.2:81',
    'curl: (7) Failed to connect to 192.0.2.2 port 81: Connection refused',
    refused,
  ],
  ['a refusal by curl 7.19', 'curl 192.0.2.2:81', "curl: (7) couldn't connect to host", refused],
  [
    'a refusal by curl 8.12',
    'curl 192.0.2.2:81',
    'curl: (7) Failed to connect to 192.0.2.2 port 81 after 2036 ms: Could not connect to server',
    refused,
  ],
  [
    'a time-out by curl 7.88',
    'curl -m 1 192.0.2.2',
    'curl: (28) Failed to connect to 192.0.2.2 port 80 after 3001 ms: Timeout was reached',
    timedOut,
  ],
  ['a time-out by curl 7.61', 'curl -m 1 192.0.2.2', 'curl: (28) connect() timed out!', timedOut],
  [
    "the kernel's time-out",
    'curl 192.0.2.2',
    'curl: (7) Failed to connect to 192.0.2.2 port 80: Connection timed out',
    timedOut,
  ],
  [
    'a name that does not resolve',
    'curl web',
    'curl: (6) Could not resolve host: web; Name or service not known',
    'curl: (6) Could not resolve host: web\n',
  ],
  [
    'curl -v with another date and server',
    'curl -v 192.0.2.2',
    verbose
      .replace('(#0)', '')
      .replace('21:00:35', '11:11:11')
      .replace(/Server: .*/, 'Server: nginx/1.18.0')
      .replace('HTTP/1.0 200', 'HTTP/1.1 200'),
    verbose,
  ],
  [
    'curl -v with more headers',
    'curl -v 192.0.2.2',
    verbose.replace(
      '< Content-Length: 6',
      '< ETag: "5e9"\n< Connection: keep-alive\n< Accept-Ranges: bytes\n< Content-Length: 612',
    ),
    verbose,
  ],
  ['the body of curl -v', 'curl -v 192.0.2.2', 'hello', verbose],
  [
    'wget of another day',
    'wget -O- 192.0.2.2',
    wget
      .replaceAll('2026-11-21 21:07:36', '2019-01-01 00:00:00')
      .replace('1000K', '2.3M')
      .replace(/[‘’]/g, "'"),
    wget,
  ],
  [
    'busybox wget',
    'wget -O- 192.0.2.2',
    'Connecting to 192.0.2.2 (192.0.2.2:80)\nhello\n-                    100% |********************************|     6  0:00:00 ETA',
    wget,
  ],
  [
    'telnet',
    'telnet 192.0.2.2 25',
    telnet.replace('Connection closed by foreign host.\n', ''),
    telnet,
  ],
  [
    'nc of OpenBSD beside nc.traditional',
    'nc -zv 192.0.2.2 80',
    'Connection to 192.0.2.2 80 port [tcp/http] succeeded!',
    '(UNKNOWN) [192.0.2.2] 80 (http) open\n',
  ],
  [
    'Ncat',
    'nc -zv 192.0.2.2 80',
    'Ncat: Version 7.50 ( https://nmap.org/ncat )\nNcat: Connected to 192.0.2.2:80.',
    'Connection to 192.0.2.2 80 port [tcp/*] succeeded!\n',
  ],
  [
    'a refusal by nc.traditional',
    'nc -zv 192.0.2.2 81',
    '(UNKNOWN) [192.0.2.2] 81 (?) : Connection refused',
    'nc: connect to 192.0.2.2 port 81 (tcp) failed: Connection refused\n',
  ],
  [
    'a refusal by Ncat',
    'nc -zv 192.0.2.2 81',
    'Ncat: Connection refused.',
    'nc: connect to 192.0.2.2 port 81 (tcp) failed: Connection refused\n',
  ],
  [
    'a listening nc of before 2019',
    'nc -lv 7000',
    'Listening on [0.0.0.0] (family 0, port 7000)\nConnection from 192.0.2.1 45678 received!\nhello',
    'Listening on 0.0.0.0 7000\nConnection received on 192.0.2.1 34567\nhello\n',
  ],
  [
    'a listening nc.traditional',
    'nc -lvp 7000',
    'listening on [any] 7000 ...\nconnect to [192.0.2.2] from (UNKNOWN) [192.0.2.1] 44832\nhello',
    'Listening on 0.0.0.0 7000\nConnection received on 192.0.2.1 34567\nhello\n',
  ],
]
for (const [what, command, shown, seen] of same) {
  t.test(`as shown: ${what}`, async t => {
    t.same(told(command, shown, seen).differences, [])
  })
}

const others: [what: string, command: string, shown: string, seen: string, differing: string[]][] =
  [
    ['another body', 'curl 192.0.2.2', 'hello', 'goodbye\n', ['line 1']],
    ['it is refused', 'curl 192.0.2.2:81', 'hello', refused, ['connection to 192.0.2.2 port 81']],
    [
      'it is not refused',
      'curl 192.0.2.2:81',
      'curl: (7) Failed to connect to 192.0.2.2 port 81: Connection refused',
      'hello\n',
      ['connection to 192.0.2.2 port 81'],
    ],
    [
      'it is dropped and not refused',
      'curl 192.0.2.2:81',
      'curl: (7) Failed to connect to 192.0.2.2 port 81: Connection refused',
      timedOut,
      ['connection to 192.0.2.2 port 81'],
    ],
    [
      'it is refused at another port',
      'curl 192.0.2.2:81',
      'curl: (7) Failed to connect to 192.0.2.2 port 82: Connection refused',
      refused,
      ['connection'],
    ],
    [
      'another status',
      'curl -v 192.0.2.2',
      verbose,
      changed(verbose, '200 OK', '404 Not Found'),
      ['HTTP status'],
    ],
    [
      'another request',
      'curl -v 192.0.2.2',
      verbose,
      changed(verbose, 'GET /', 'GET /x'),
      ['request'],
    ],
    [
      'another server',
      'curl -v 192.0.2.2',
      verbose,
      changed(verbose, /192\.0\.2\.2 \(192\.0\.2\.2\)/, '192.0.2.2 (192.0.2.3)'),
      ['connection'],
    ],
    [
      'another body of curl -v',
      'curl -v 192.0.2.2',
      verbose,
      changed(verbose, 'hello', 'goodbye'),
      ['line 1'],
    ],
    [
      'another type',
      'curl -v 192.0.2.2',
      verbose,
      changed(verbose, 'text/html', 'text/plain'),
      ['header content-type'],
    ],
    [
      'wget is refused',
      'wget -O- 192.0.2.2',
      wget,
      '--2026-11-21 21:07:36--  http://192.0.2.2/\nConnecting to 192.0.2.2:80... failed: Connection refused.\n',
      ['connection to 192.0.2.2 port 80'],
    ],
    [
      'wget finds nothing',
      'wget -O- 192.0.2.2',
      wget,
      changed(wget, '200 OK', '404 Not Found'),
      ['HTTP status'],
    ],
    [
      'telnet is refused',
      'telnet 192.0.2.2 25',
      telnet,
      'Trying 192.0.2.2...\ntelnet: Unable to connect to remote host: Connection refused\n',
      ['connection to 192.0.2.2'],
    ],
    [
      'a port is closed',
      'nc -zv 192.0.2.2 80',
      'Connection to 192.0.2.2 80 port [tcp/http] succeeded!',
      'nc: connect to 192.0.2.2 port 80 (tcp) failed: Connection refused\n',
      ['connection to 192.0.2.2 port 80'],
    ],
    [
      'somebody else connects',
      'nc -lv 7000',
      'Listening on 0.0.0.0 7000\nConnection received on 192.0.2.1 34567',
      'Listening on 0.0.0.0 7000\nConnection received on 192.0.2.9 34567\n',
      ['connection from'],
    ],
    ['nothing comes', 'curl 192.0.2.2', 'hello', '', ['output']],
  ]
for (const [what, command, shown, seen, expected] of others) {
  t.test(`it is one difference when ${what}`, async t => {
    t.same(differing(command, shown, seen), expected)
  })
}

t.test('why it failed is told', async t => {
  t.same(told('curl 192.0.2.2:81', 'hello', timedOut).differences, [
    { what: 'connection', shown: 'hello', seen: 'timed out' },
  ])
})
