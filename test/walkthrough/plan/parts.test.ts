import t from 'tap'
import { planOf } from './small-document.ts'

const begins = (text: string) => planOf(text).parts.map(({ line }) => line)
const section = (title: string, ...commands: string[]) =>
  `## ${title}\n\`\`\`\n${commands.map(text => `$ ${text}`).join('\n')}\n\`\`\`\n`
const VETH = ['ip netns add ns1', 'ip link add veth0 type veth peer name veth1']

t.test('a document is one part', async t => {
  t.same(begins(section('One', ...VETH) + section('Two', 'ip netns exec ns1 ip link')), [1])
  t.same(begins(''), [1])
})

t.test('a thing that is made again begins on a fresh machine, at the heading above', async t => {
  const text = section('One', ...VETH) + section('Two', 'ip link', ...VETH)
  t.same(begins(text), [1, 6])
  t.equal(planOf(text).parts[1]!.why, 'line 9 makes ns1, which line 3 made already')
})

t.test('of headings between the same commands, the last of the highest rank', async t => {
  const text = section('One', ...VETH) + '# Chapter\n## Words\n### More\n' + section('Two', ...VETH)
  t.same(begins(text), [1, 6])
})

t.test('not where something that was made before is used', async t => {
  t.same(
    begins(section('One', ...VETH) + section('Two', 'ip netns add ns1', 'ip link set veth0 up')),
    [1],
  )
  const listed =
    section('One', ...VETH) + section('Two', 'ip link add veth0 type dummy', 'ip netns list\nns1')
  t.same(begins(listed), [1], 'being shown is being used')
})

t.test('at the last heading that allows it', async t => {
  const text =
    section('One', ...VETH) +
    section('Two', 'ip link add br0 type bridge') +
    section('Three', 'ip link set br0 up', ...VETH)
  t.same(begins(text), [1, 6])
})

t.test('not where the document shows that making it again fails', async t => {
  const text =
    section('One', 'ip netns add ns1') +
    section('Two', 'ip netns add ns1\nCannot create namespace file: File exists')
  t.same(begins(text), [1])
})

const gone: [what: string, command: string][] = [
  ['deleted', 'ip netns del ns1'],
  ['deleted with its other end', 'ip link del veth0'],
]
for (const [what, command] of gone) {
  t.test(`what is ${what} is not made again`, async t => {
    const end = command.includes('netns')
      ? [command, 'ip link del veth0']
      : [command, 'ip netns del ns1']
    t.same(begins(section('One', ...VETH, ...end) + section('Two', ...VETH)), [1])
  })
}

t.test('a cut that would not part the two is none', async t => {
  t.same(begins(section('One', 'ip route') + section('Two', ...VETH, 'ip netns add ns1')), [1])
})

t.test('what is gone is not needed', async t => {
  const gone = section('One', 'brctl addbr br0', 'brctl delbr br0', ...VETH)
  t.same(begins(gone + section('Two', 'ip link show br0', ...VETH)), [1, 8])
})

t.test('a namespace takes along what was moved into it, and the other ends of that', async t => {
  const text = (end: string) =>
    section('One', ...VETH, 'ip link set veth1 netns ns1', end) + section('Two', VETH[1]!)
  t.same(begins(text('ip netns del ns1')), [1])
  t.same(begins(text('ip link')), [1, 8])
})

t.test('the same name in another namespace is another thing', async t => {
  const rename = (ns: string) => [
    `ip netns add ${ns}`,
    `ip link add v${ns} type veth peer name p${ns}`,
    `ip link set p${ns} netns ${ns}`,
    `ip netns exec ${ns} ip link set p${ns} name eth0`,
  ]
  t.same(begins(section('One', ...rename('a')) + section('Two', ...rename('b'))), [1])
})

t.test('a link to the outside that has another address is another machine', async t => {
  const shows = (address: string) =>
    `ip addr show eth0\n2: eth0: <UP>\n    inet ${address}/24 scope global eth0`
  const text = section('One', shows('10.0.0.5')) + section('Two', shows('10.0.9.9'))
  const { parts } = planOf(text)
  t.same(
    parts.map(({ hosts }) => hosts[0]!.prefix),
    ['10.0.0.5/24', '10.0.9.9/24'],
  )
  t.equal(parts[1]!.why, 'line 11 shows 10.0.9.9 on eth0, where line 5 has 10.0.0.5')
  t.same(begins(section('One', shows('10.0.0.5')) + section('Two', shows('10.0.0.5'))), [1])
})

t.test('a bridge of what else runs on a machine may have any address', async t => {
  const shows = (device: string, address: string) =>
    `ip addr show ${device}\n3: ${device}: <UP>\n    inet ${address}/16 scope global ${device}`
  const text = (device: string) =>
    section('One', shows(device, '172.17.0.1')) + section('Two', shows(device, '172.18.0.1'))
  t.same(begins(text('docker0')), [1])
  t.same(begins(text('ens5')), [1, 7])
})

t.test('a setting that is made again is no reason by itself', async t => {
  const on = 'sysctl -w net.ipv4.ip_forward=1'
  t.same(begins(section('One', on) + section('Two', on)), [1])
})

t.test('unless something says that it was not there', async t => {
  const on = 'sysctl -w net.ipv4.ip_forward=1'
  const off = 'sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0'
  const fails = 'ping -c 1 10.0.0.9\n1 packets transmitted, 0 received, 100% packet loss'
  t.same(begins(section('One', on) + section('Two', off, on)), [1, 5])
  t.same(
    begins(
      section('One', on) + section('Two', fails, 'echo 1 > /proc/sys/net/ipv4/conf/all/forwarding'),
    ),
    [1, 5],
  )
  t.same(
    begins(
      section('One', on) +
        '## Two\n说明没有开启ip_forward\n' +
        section('Three', on).replace('## Three\n', ''),
    ),
    [1, 5],
  )
})

t.test('a document without headings is never cut', async t => {
  t.same(begins(section('One', ...VETH, ...VETH).replace('## One\n', '')), [1])
})

t.test('a document of many thousand commands is planned at once', async t => {
  const text = Array.from({ length: 5000 }, (_, i) =>
    section(
      `S${i}`,
      `ip netns add ns${i % 700}`,
      `ping -c 1 10.${i % 200}.3.4`,
      `tcpdump -i br${i}`,
    ),
  ).join('')
  const { parts } = planOf(text)
  t.ok(parts.length > 5)
})
