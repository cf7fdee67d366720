import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const dig = `
; <<>> DiG 9.18.28 <<>> web.example
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1

;; QUESTION SECTION:
;web.example.			IN	A

;; ANSWER SECTION:
web.example.		300	IN	A	192.0.2.7
web.example.		300	IN	A	192.0.2.8

;; Query time: 3 msec
;; SERVER: 127.0.0.53#53(127.0.0.53) (UDP)
;; WHEN: Sat Nov 21 21:07:20 UTC 2026
;; MSG SIZE  rcvd: 72
`
const nslookup = `Server:		127.0.0.53
Address:	127.0.0.53#53

Non-authoritative answer:
Name:	web.example
Address: 192.0.2.7
`
const same: [what: string, command: string, shown: string, seen: string][] = [
  [
    'dig by another server, another day, in another order',
    'dig web.example',
    dig
      .replace('300	IN	A	192.0.2.7', '9	IN	A	192.0.2.8')
      .replace('300	IN	A	192.0.2.8', '9	IN	A	192.0.2.7')
      .replace('4711', '1')
      .replaceAll('127.0.0.53', '8.8.8.8'),
    dig,
  ],
  ['dig +short', 'dig +short web.example', '192.0.2.7', '192.0.2.7\n'],
  [
    'nslookup by another server',
    'nslookup web.example',
    nslookup.replaceAll('127.0.0.53', '8.8.8.8'),
    nslookup,
  ],
  [
    'nslookup of busybox',
    'nslookup web.example',
    'Server:    8.8.8.8\nAddress 1: 8.8.8.8 dns.google\n\nName:      web.example\nAddress 1: 192.0.2.7 web.example',
    nslookup,
  ],
  [
    'host',
    'host web.example',
    'web.example has address 192.0.2.7',
    'web.example has address 192.0.2.7\n',
  ],
  ['getent', 'getent hosts web', '192.0.2.7       web', '192.0.2.7 web\n'],
]
for (const [what, command, shown, seen] of same) {
  t.test(`as shown: ${what}`, async t => {
    t.same(told(command, shown, seen).differences, [])
  })
}

const others: [what: string, command: string, shown: string, seen: string, expected: string[]][] = [
  [
    'another address',
    'dig web.example',
    dig,
    changed(dig, 'A	192.0.2.8', 'A	192.0.2.9'),
    ['A of web.example'],
  ],
  [
    'one address less',
    'dig web.example',
    dig,
    changed(dig, /web.*192\.0\.2\.8\n/, ''),
    ['A of web.example'],
  ],
  [
    'one address more',
    'dig web.example',
    changed(dig, /web.*192\.0\.2\.8\n/, ''),
    dig,
    ['A of web.example'],
  ],
  ['another status', 'dig web.example', dig, changed(dig, 'NOERROR', 'NXDOMAIN'), ['status']],
  [
    'no server',
    'dig web.example',
    ';; connection timed out; no servers could be reached',
    dig,
    ['failure', 'status', 'A of web.example', 'A of web.example'],
  ],
  ['another short answer', 'dig +short web.example', '192.0.2.7', '192.0.2.8\n', ['answer']],
  [
    'another address by nslookup',
    'nslookup web.example',
    nslookup,
    changed(nslookup, '192.0.2.7', '192.0.2.8'),
    ['address of web.example'],
  ],
  [
    'no such name',
    'nslookup web.example',
    "** server can't find web.example: NXDOMAIN",
    nslookup,
    ['status', 'address of web.example'],
  ],
  [
    'another address by host',
    'host web.example',
    'web.example has address 192.0.2.7',
    'web.example has address 192.0.2.8\n',
    ['answer for web.example'],
  ],
  ['another entry', 'getent hosts web', '192.0.2.7 web', '192.0.2.8 web\n', ['entry']],
]
for (const [what, command, shown, seen, expected] of others) {
  t.test(`it differs when there is ${what}`, async t => {
    t.same(differing(command, shown, seen), expected)
  })
}

t.test('of the addresses that wget found, the one that it takes counts', async t => {
  const wget = (addresses: string) =>
    `Resolving web.example (web.example)... ${addresses}\nConnecting to web.example (web.example)|192.0.2.7|:80... connected.`
  const differ = (shown: string, seen: string) =>
    differing('wget http://web.example/', wget(shown), wget(seen))
  t.same(differ('192.0.2.7, 192.0.2.8, 2001:db8::7', '192.0.2.7'), [])
  t.same(differ('2001:db8::7, 192.0.2.7', '192.0.2.7'), [])
  t.same(differ('192.0.2.9', '192.0.2.7'), ['address of web.example'])
  t.same(differ('2001:db8::7', '2001:db8::8'), ['address of web.example'])
})
