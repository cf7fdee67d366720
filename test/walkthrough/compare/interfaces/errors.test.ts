import t from 'tap'
import { compared } from './compared.ts'

/** Spellings of one error in a row. */
const same: [command: string, ...spellings: string[]][] = [
  [
    'ip addr add 10.0.0.1/8 dev br0',
    'RTNETLINK answers: File exists',
    'Error: ipv4: Address already assigned.',
    'Error: ipv6: address already assigned.',
  ],
  [
    'ip link show nope',
    'Device "nope" does not exist.',
    'Cannot find device "nope"',
    'RTNETLINK answers: No such device',
  ],
  [
    'ip netns add ns1',
    'Cannot create namespace file "/run/netns/ns1": File exists',
    'Cannot create namespace file "/var/run/netns/ns1": File exists',
  ],
  [
    'ip netns exec nope ip a',
    'Cannot open network namespace "nope": No such file or directory',
    'Cannot open network namespace "nope": 没有那个文件或目录',
  ],
  ['ip foo', 'Object "foo" is unknown, try "ip help".', 'Object "foo" is unknown, try "ip help"'],
  [
    'ip route add default via 9.9.9.9',
    'RTNETLINK answers: Network is unreachable',
    'Error: Nexthop has invalid gateway.',
    'Error: ipv4: Nexthop has invalid gateway.',
  ],
  ['route add default gw 9.9.9.9', 'SIOCADDRT: Network is unreachable', 'SIOCADDRT: 网络不可达'],
  ['brctl addbr br0', "device br0 already exists; can't create bridge with the same name"],
  ['brctl show nope', 'bridge nope does not exist!'],
  ['ifconfig nope', 'nope: error fetching interface information: Device not found'],
  [
    'ifconfig',
    'bash: ifconfig: command not found',
    '-bash: ifconfig: command not found',
    'sh: 1: ifconfig: not found',
    'bash: ifconfig: 未找到命令',
    'sudo: ifconfig: command not found',
  ],
  [
    'sysctl net.bridge.bridge-nf-call-iptables',
    'sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory',
    'error: "net/bridge/bridge-nf-call-iptables" is an unknown key',
  ],
  [
    'ip link add x type foo',
    'Error: Unknown device type.',
    'RTNETLINK answers: Operation not supported',
  ],
  ['ip route del default', 'RTNETLINK answers: No such process'],
  ['ip link set x up', 'RTNETLINK answers: Operation not permitted'],
  [
    'ip link set x master y',
    'RTNETLINK answers: Device or resource busy',
    'Error: Device is already busy',
  ],
]

t.test('one error is as shown in all its spellings', async t => {
  for (const [command, ...spellings] of same) {
    for (const shown of spellings) {
      for (const seen of spellings) {
        t.same(compared(command, shown, `${seen}\n`)?.differences, [], `${shown} = ${seen}`)
      }
    }
  }
})

t.test('two errors are not', async t => {
  for (const [i, [command, shown = '']] of same.entries()) {
    const other = same[(i + 4) % same.length]?.[1] ?? ''
    t.same(compared(command, shown, other)?.differences, [{ what: 'error', shown, seen: other }])
  }
})

t.test('an error about somebody else is another error', async t => {
  const [shown, seen] = ['Cannot find device "veth0"', 'Cannot find device "veth1"']
  t.same(compared('ip link set veth0 up', shown, seen)?.differences, [
    { what: 'error', shown, seen },
  ])
})

t.test('an error on one side only is a difference that says so', async t => {
  const error = 'Device "br0" does not exist.'
  const listing = '2: br0: <BROADCAST,UP> mtu 1500 state UP\n'
  t.same(compared('ip link show br0', listing, error)?.differences, [
    { what: 'error', seen: error },
  ])
  t.same(compared('ip link show br0', error, listing)?.differences, [
    { what: 'error', shown: error },
  ])
  t.same(compared('ip link set br0 up', error, '')?.differences, [{ what: 'error', shown: error }])
})

t.test('an error besides a listing is not the listing\u2019s', async t => {
  const listing = 'LISTEN 0 5 0.0.0.0:80 0.0.0.0:*\n'
  t.same(
    compared('ss -tln', listing, `RTNETLINK answers: Invalid argument\n${listing}`)?.differences,
    [],
  )
})

t.test('how a tool is used, below its error, says nothing', async t => {
  const usage =
    'Object "foo" is unknown, try "ip help".\nUsage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n'
  t.same(compared('ip foo', 'Object "foo" is unknown, try "ip help".', usage)?.differences, [])
})
