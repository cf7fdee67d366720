import t from 'tap'
import { isLeftOut } from '../../../src/walkthrough/compare/lines.ts'
import { differing } from './text/told.ts'

const marks = [
  '...',
  '  ……',
  '[...]',
  '{ ... }',
  '7 ...',
  '# ...',
  '。。。',
  '<snip>',
  '--snip--',
  '[output omitted]',
  '（省略）',
  '(中略)',
]
const lines = ['..', '.', '...and more', '7', 'a ...', '# a', '***', '---', 'E..E....', '']

t.test('lines that stand for others, in whatever way a document says it', async t => {
  for (const mark of marks) t.ok(isLeftOut(mark), mark)
  for (const line of lines) t.notOk(isLeftOut(line), JSON.stringify(line))
})

const outputs: [command: string, output: string][] = [
  [
    'ip addr',
    `1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN
2: a: <BROADCAST> mtu 1500 qdisc noop state DOWN
3: b: <BROADCAST> mtu 1500 qdisc noop state DOWN`,
  ],
  ['ip route', '10.0.0.0/24 dev a\n10.0.1.0/24 dev a\n10.0.2.0/24 dev b'],
  ['iptables -S', '-P FORWARD DROP\n-A FORWARD -i a -j ACCEPT\n-A FORWARD -i b -j ACCEPT'],
  ['./script', 'one\ntwo\nthree'],
]
for (const [command, output] of outputs) {
  t.test(`what such a line stands for may be there: ${command}`, async t => {
    const [first = '', , last = ''] = output.split('\n')
    for (const mark of marks) {
      t.same(differing(command, [first, mark, last].join('\n'), output), [], mark)
    }
    t.not(differing(command, [first, 'of course', last].join('\n'), output).length, 0)
  })
}
