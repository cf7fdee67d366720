import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const traceroute = `traceroute to 198.51.100.2 (198.51.100.2), 30 hops max, 60 byte packets
 1  192.0.2.254  0.307 ms  0.252 ms  0.239 ms
 2  198.51.100.2  0.227 ms  0.202 ms  0.189 ms
`
const tracepath = ` 1?: [LOCALHOST]                      pmtu 1500
 1:  192.0.2.254                                           0.071ms\x20
 1:  192.0.2.254                                           0.009ms\x20
 2:  198.51.100.2                                          0.010ms reached
     Resume: pmtu 1500 hops 2 back 2\x20
`
const mtr = `Start: 2026-11-21T21:07:20+0000
HOST: vm                          Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 192.0.2.254                0.0%     2    0.0   0.0   0.0   0.0   0.0
  2.|-- 198.51.100.2               0.0%     2    0.1   0.1   0.1   0.1   0.0
`
const same: [what: string, command: string, shown: string, seen: string][] = [
  [
    'names beside addresses',
    'traceroute 198.51.100.2',
    traceroute.replace('192.0.2.254 ', '_gateway (192.0.2.254)'),
    traceroute,
  ],
  ['busybox', 'traceroute 198.51.100.2', changed(traceroute, '60 byte', '46 byte'), traceroute],
  [
    'a probe without an answer',
    'traceroute 198.51.100.2',
    changed(traceroute, '0.307 ms', '*'),
    traceroute,
  ],
  [
    'traceroute of before 2.0',
    'traceroute 198.51.100.2',
    changed(traceroute, '60 byte', '40 byte'),
    traceroute,
  ],
  [
    'dots',
    'traceroute 198.51.100.2',
    `${traceroute.split('\n').slice(0, 2).join('\n')}\n...`,
    traceroute,
  ],
  ['tracepath', 'tracepath 198.51.100.2', tracepath.replaceAll('0.0', '1.2'), tracepath],
  [
    'mtr',
    'mtr -r 198.51.100.2',
    mtr.replace('2026', '2019').replace('HOST: vm ', 'HOST: me '),
    mtr,
  ],
]
for (const [what, command, shown, seen] of same) {
  t.test(`as shown: ${what}`, async t => {
    t.same(told(command, shown, seen).differences, [])
  })
}

const others: [what: string, command: string, shown: string, seen: string, expected: string[]][] = [
  [
    'another router',
    'traceroute 198.51.100.2',
    traceroute,
    changed(traceroute, '192.0.2.254', '192.0.2.253'),
    ['hop 1'],
  ],
  [
    'no router',
    'traceroute 198.51.100.2',
    traceroute,
    changed(traceroute, /1 {2}192.*/, '1  * * *'),
    ['hop 1'],
  ],
  [
    'a longer way',
    'traceroute 198.51.100.2',
    traceroute,
    `${traceroute} 3  198.51.100.2  0.2 ms\n`,
    ['hop 3'],
  ],
  [
    'a shorter way',
    'traceroute 198.51.100.2',
    traceroute,
    changed(traceroute, / 2 .*\n/, ''),
    ['hop 2'],
  ],
  [
    'another target',
    'traceroute web',
    changed(traceroute, 'to 198.51.100.2', 'to web'),
    changed(traceroute, '(198.51.100.2)', '(198.51.100.3)'),
    ['target'],
  ],
  [
    'a refusal',
    'traceroute 198.51.100.2',
    traceroute,
    changed(traceroute, '0.189 ms', '0.189 ms !X'),
    ['refusal at hop 2'],
  ],
  [
    'a smaller MTU',
    'tracepath 198.51.100.2',
    tracepath,
    changed(tracepath, 'Resume: pmtu 1500', 'Resume: pmtu 1400').replace('pmtu 1500', 'pmtu 1400'),
    ['pmtu'],
  ],
  [
    'a router that mtr does not see',
    'mtr -r 198.51.100.2',
    mtr,
    changed(mtr, '192.0.2.254', '???        '),
    ['hop 1'],
  ],
  [
    'a line that nobody knows',
    'traceroute 198.51.100.2',
    `${traceroute}all is well`,
    traceroute,
    ['line'],
  ],
]
for (const [what, command, shown, seen, expected] of others) {
  t.test(`it is one difference when there is ${what}`, async t => {
    t.same(differing(command, shown, seen), expected)
  })
}

t.test('hops that do not answer beyond those that are shown are left out', async t => {
  const silent = changed(traceroute, / 2 .*\n/, ' 2  * * *\n')
  const longer = `${silent} 3  * * *\n 4  * * *\n`
  t.same(told('traceroute x', silent, longer), {
    differences: [],
    explained: [],
    leftOut: ['hop 3: *', 'hop 4: *'],
  })
})
