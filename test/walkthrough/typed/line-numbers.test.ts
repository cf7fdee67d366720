import t from 'tap'
import { listing, mistakes, rows, typed } from './typed-listing.ts'

void t.test('line numbers are taken off, whatever stands behind them', t => {
  for (const numbered of [
    '1 # ip netns\n2 a',
    '1\tip netns\n2\ta',
    ' 8: ip netns\n 9: a',
    '01| ip netns\n02| a',
    '1. ip netns\n2. a',
    '9 ip netns\n10 a',
  ]) {
    t.strictSame(listing(numbered), [['ip netns', 'a']], numbered)
  }
  t.strictSame(listing('1 # iptables -A FORWARD -j ACCEPT'), [['iptables -A FORWARD -j ACCEPT']])
  t.end()
})

void t.test('indentation and empty lines behind the numbers stay', t => {
  t.strictSame(listing('1 # ip a\n2 1: lo: <UP> mtu 1\n3     link/loopback\n4\n5 end'), [
    ['ip a', '1: lo: <UP> mtu 1', '    link/loopback', '', 'end'],
  ])
  t.end()
})

void t.test(
  'a line without a number was wrapped by the page, in the middle of a word perhaps',
  t => {
    const text =
      '1 # ip link\n2 12: br0: <UP> mtu 1500 qdisc noqueue state U\n   NKNOWN mode DEFAULT'
    t.strictSame(listing(text), [
      ['ip link', '12: br0: <UP> mtu 1500 qdisc noqueue state U⏎NKNOWN mode DEFAULT'],
    ])
    t.strictSame(mistakes(`\`\`\`\n${text}\n\`\`\``), ['3: a page wrapped this line; read as one'])
    t.strictSame(listing('1 # ip link add a type veth\n  peer name b\n2 # ip link'), [
      ['ip link add a type veth peer name b'],
      ['ip link'],
    ])
    t.end()
  },
)

void t.test('more lines may be wrapped than not', t => {
  t.strictSame(
    listing(
      '1 # bridge link\n2 4: a: <UP> master br0 state d\n isabled\n3 5: b: <UP> state\n  x\n  y',
    ),
    [['bridge link', '4: a: <UP> master br0 state d⏎isabled', '5: b: <UP> state⏎x⏎y']],
  )
  t.end()
})

void t.test('numbers in a column of their own are left out', t => {
  t.strictSame(listing(' 1\n 2\n 3\nip netns add a\nip netns\na'), [
    ['ip netns add a'],
    ['ip netns', 'a'],
  ])
  t.end()
})

void t.test('nothing of that column is left over', t => {
  t.strictSame(typed('```\n1\n2\nip netns\na\n```').leftAlone, [])
  t.end()
})

void t.test('numbers that a program prints stay', t => {
  t.strictSame(listing('ip a\n1: lo: <UP> mtu 1\n2: eth0: <UP> mtu 2'), [
    ['ip a', '1: lo: <UP> mtu 1', '2: eth0: <UP> mtu 2'],
  ])
  t.strictSame(rows(typed('```\n$ seq 2\n```\n\nOutput:\n\n```\n1\n2\n```')), [['seq 2', '1', '2']])
  t.strictSame(
    rows(typed('```\n$ ip a\n```\n\n```\n1: lo: <UP> mtu 1\n2: eth0: <UP> mtu 2\n```')),
    [['ip a', '1: lo: <UP> mtu 1', '2: eth0: <UP> mtu 2']],
  )
  t.end()
})
