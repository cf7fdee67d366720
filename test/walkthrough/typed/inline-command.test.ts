import t from 'tap'
import { rows, typed } from './typed-listing.ts'

const left = (markdown: string) =>
  typed(markdown).leftAlone.map(({ line, what }) => `${line} ${what}`)

void t.test('a paragraph or an item of a list that is nothing but a command is typed', t => {
  t.strictSame(
    rows(
      typed(
        '1. `sudo ip netns add red`\n2. `$ ping -c 1 192.0.2.1`.\n   - **`ip link set lo up`**\n\n`ip netns list`\n\n```\nred\n```\n',
      ),
    ),
    [
      ['sudo ip netns add red'],
      ['ping -c 1 192.0.2.1'],
      ['ip link set lo up'],
      ['ip netns list', 'red'],
    ],
  )
  t.match(typed('a\n\n- `ip route add default via 192.0.2.1`\n').commands, {
    length: 1,
    0: { line: 3, lastLine: 3, before: ['a'], prompt: undefined },
  })
  t.end()
})

void t.test('other inline code is not', t => {
  for (const text of [
    'The `ip netns list` command',
    '`veth.conf`',
    '`ip netns add`',
    '`tcpdump`',
    '`ip netns add NAME`',
    '`ip link set <device> up`',
    '`ip netns exec ...`',
    '`ip link` `ip route`',
    '## `ip netns list`',
    '| a |\n|---|\n| `ip netns list` |',
  ]) {
    const read = typed(`- ${text}\n\n${text}\n`)
    t.strictSame(read.commands, [], text)
    t.strictSame(read.leftAlone, [], text)
  }
  t.end()
})

void t.test('a change that is asked for in a sentence or a table is told, and not made', t => {
  t.strictSame(left('a\n\nRun `ip netns add red`, `ip netns add blue` and `ip netns list`.\n'), [
    '3 a command outside of a listing',
  ])
  t.strictSame(left('| a | b |\n|---|---|\n| `echo 1 > /proc/sys/net/ipv4/ip_forward` | c |\n'), [
    '3 a command outside of a listing',
  ])
  t.strictSame(left('`sysctl -w net.ipv4.ip_forward=1` forwards\n'), [
    '1 a command outside of a listing',
  ])
  t.strictSame(left('Elsewhere (where `ip link set a up` is the same) it works\n'), [])
  t.strictSame(left('`ip netns add red` makes it\n\n```\nsudo ip netns add red\n```\n'), [])
  t.end()
})
