import t from 'tap'
import { compared, testListings } from './compared.ts'

const LINK = `
2: mybr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 52:69:75:ea:27:30 brd ff:ff:ff:ff:ff:ff
4: vethA@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master mybr0 state UP mode DEFAULT group default qlen 1000
    link/ether 52:69:75:ea:27:30 brd ff:ff:ff:ff:ff:ff link-netns ns1
`

testListings({
  links: {
    command: 'ip link',
    seen: LINK,
    spellings: {
      'of another machine, in another order': `
9: vethA@if12: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast master mybr0 state UP qlen 500
    link/ether 0a:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid 3 promiscuity 1
    altname enp0s3
7: mybr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noop state UP
    link/ether 0a:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff`,
      'without the other end of a veth, as before Linux 4.1': `
7: mybr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
9: vethA: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast master mybr0 state UP qlen 1000`,
      'of one line a device': LINK.replaceAll('\n    ', '\\    '),
      'without its indentation': LINK.replaceAll(/\n +/g, '\n'),
      'with what `-s` and colours add': LINK.replace('vethA', '\u001B[36mvethA\u001B[0m').concat(
        '    RX:  bytes packets errors dropped  missed   mcast\n      426   5  0  0  0  0\n',
      ),
      'with words left out at the end of a line': LINK.replaceAll(/ qdisc.*/g, ' ...'),
    },
    changes: [
      ['<BROADCAST,MULTICAST,UP,LOWER_UP> mtu', '<BROADCAST,MULTICAST> mtu', 'mybr0 flags'],
      ['BROADCAST,MULTICAST', 'NO-CARRIER,MULTICAST', 'mybr0 flags'],
      ['BROADCAST,MULTICAST', 'BROADCAST,PROMISC', 'mybr0 flags'],
      ['BROADCAST,MULTICAST', 'BROADCAST,NOARP', 'mybr0 flags'],
      ['BROADCAST,MULTICAST', 'BROADCAST,SLAVE', 'mybr0 flags'],
      ['state UP mode', 'state DOWN mode', 'mybr0 state'],
      ['mtu 1500', 'mtu 1400', 'mybr0 mtu'],
      ['master mybr0', 'master other', 'vethA master'],
      ['master mybr0 ', '', 'vethA master'],
      ['noqueue state', 'noqueue master other state', 'mybr0 master'],
      ['vethA@if3', 'vethA@vethpA', 'vethA peer'],
      ['vethA@if3', 'vethA', 'vethA peer'],
      ['2: mybr0:', '2: br0:', 'mybr0'],
    ],
  },
  'links in brief': {
    command: 'ip -br l',
    seen: `
lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>
vethA@if3        UP             52:69:75:ea:27:30 <BROADCAST,MULTICAST,UP,LOWER_UP>
`,
    spellings: {
      'one device': 'vethA@if8 UP 0a:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP>',
      'without flags': 'vethA@if3        UP             52:69:75:ea:27:30',
      'the other order': `
vethA@if3  UP       52:69:75:ea:27:31 <MULTICAST,BROADCAST,UP,LOWER_UP>
lo         UNKNOWN  00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>`,
    },
    changes: [
      ['UP      ', 'DOWN    ', 'vethA state'],
      ['MULTICAST,UP,LOWER_UP', 'MULTICAST,UP', 'vethA flags'],
      ['vethA@if3', 'vethB@if3', 'vethA'],
      ['@if3', '@vethp', 'vethA peer'],
    ],
  },
})

t.test('an abbreviated command is the same command', async t => {
  const changed = LINK.replace('1500', '1400')
  for (const command of [
    'ip l',
    'ip li',
    'ip -o link sh',
    'ip link show type veth',
    'ip -s -s l',
    'ip -n ns1 l',
  ]) {
    t.same(compared(command, LINK, changed)?.differences.length, 1, command)
  }
})

t.test('a state that was seen UNKNOWN is not DOWN', async t => {
  const [shown, seen] = ['UNKNOWN', 'DOWN'].map(
    state => `2: br0: <BROADCAST> mtu 1500 state ${state}`,
  )
  t.same(compared('ip link show br0', shown ?? '', seen ?? '')?.differences, [
    { what: 'br0 state', shown: 'UNKNOWN', seen: 'DOWN' },
  ])
})

t.test('a bridge without ports has no carrier where udev runs', async t => {
  const line = (flags: string, state: string, name = 'br0') =>
    `3: ${name}: <${flags},BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state ${state}`
  const seen = line('LOWER_UP', 'UNKNOWN')
  const shown = line('NO-CARRIER', 'DOWN')
  t.match(compared('ip link', shown, seen), {
    differences: [],
    explained: [{ what: 'br0 flags' }, { what: 'br0 state', explanation: /^udev/ }],
  })
  t.match(compared('ip link', shown, line('LOWER_UP', 'UP'))?.differences, { length: 2 })
  t.match(compared('ip link', line('NO-CARRIER', 'UP'), seen)?.differences, { length: 2 })
  const tap = compared(
    'ip link',
    line('NO-CARRIER', 'DOWN', 'tap0'),
    line('LOWER_UP', 'UNKNOWN', 'tap0'),
  )
  t.match(tap?.differences, { length: 2 }, 'of a tap it says whether somebody has it open')
})

t.test(
  'LOWERLAYERDOWN is DOWN: which of them a veth says depends on when the kernel looked',
  async t => {
    const [shown = '', seen = '', up = ''] = ['LOWERLAYERDOWN', 'DOWN', 'UP'].map(
      state => `2: veth0@if3: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state ${state}`,
    )
    t.same(compared('ip link show veth0', shown, seen)?.differences, [])
    t.same(compared('ip link show veth0', seen, shown)?.differences, [])
    t.match(compared('ip link show veth0', shown, up)?.differences, [{ what: 'veth0 state' }])
  },
)

t.test('strictly, queues and groups count, and MACs and numbers still do not', async t => {
  const other = LINK.replaceAll('52:69:75', '0a:0b:0c').replace('2: my', '7: my')
  t.same(compared('ip link', other, LINK, { isStrict: true })?.differences, [])
  t.match(
    compared('ip link', LINK.replace('noqueue', 'fq_codel'), LINK, { isStrict: true })?.differences,
    [{ what: 'mybr0 qdisc', shown: 'fq_codel', seen: 'noqueue' }],
  )
})

t.test('lines that say nothing known have to be there as they stand', async t => {
  const result = compared('ip link', `${LINK.trim()}\n这是一个网桥`, LINK)
  t.same(result?.differences, [{ what: 'line 5', shown: '这是一个网桥' }])
})

t.test('what is no listing is left to others', async t => {
  t.equal(compared('ip link', 'eth0\nlo', LINK), undefined)
  t.equal(compared('ip link', '', LINK), undefined)
  t.equal(compared('ip link', '...', LINK), undefined)
  t.equal(compared('echo hello', 'hello', 'hello'), undefined)
})

t.test('the namespace of the other end counts by name, a number of it does not', async t => {
  const seen = `5: vethA@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 52:69:75:ea:27:30 brd ff:ff:ff:ff:ff:ff link-netns blue
`
  const shownAs = (end: string) => seen.replace('link-netns blue', end)
  for (const same of ['link-netns blue', 'link-netnsid 0', '', 'link-netns ...']) {
    t.same(compared('ip link show vethA', shownAs(same), seen)?.differences, [], same)
  }
  t.same(compared('ip link show vethA', seen, shownAs('link-netnsid 3'))?.differences, [])
  t.same(
    compared('ip link show vethA', shownAs('link-netnsid 1'), shownAs('link-netnsid 3'))
      ?.differences,
    [],
  )
  const green = { what: 'vethA link-netns', shown: 'green', seen: 'blue' }
  t.same(compared('ip addr', shownAs('link-netns green'), seen)?.differences, [green])
  const oneLine = (text: string) => text.trim().replace('\n', '\\')
  t.same(compared('ip -o link', oneLine(shownAs('link-netns green')), oneLine(seen))?.differences, [
    green,
  ])
})
