import '../../sandboxed.ts'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import { partOf, verdicts, walked } from './planned.ts'

t.setTimeout(600_000)

const unreachable = ['From 10.0.0.1 icmp_seq=1 Destination Host Unreachable']

t.test('one ping waits until it is known that nobody answers ARP, where that is shown', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip netns add a; ip link add v0 type veth peer name v1 netns a' },
      { text: 'ip -n a link set lo up; ip -n a link set v1 up; ip link set v0 up' },
      { text: 'ip -n a addr add 10.0.0.1/24 dev v1; ip -n a route add 10.9.9.0/24 via 10.0.0.8' },
      { text: 'ip netns exec a ping -c 1 10.0.0.9', expects: 'failure', shown: unreachable },
      { text: 'ip netns exec a ping -c 1 10.9.9.9', expects: 'failure', shown: unreachable },
      { text: 'ip netns exec a ping -c 1 10.9.9.7', expects: 'failure' },
    ]),
  )
  for (const { seen, command } of steps.slice(3, 5)) t.match(seen, unreachable[0], command)
  t.notMatch(steps[5]?.seen, unreachable[0])
})

function mayOpenTun(): boolean {
  try {
    fs.closeSync(fs.openSync('/dev/net/tun', 'r+'))
    return true
  } catch {
    return false
  }
}

t.test('TUN and TAP devices are there for whoever may make them here', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip tuntap add dev tap0 mode tap; ip link set tap0 up' },
      { text: 'ip netns add a; ip netns exec a ip tuntap add dev tun0 mode tun' },
      { text: 'timeout 1 socat TUN,tun-name=tun1 /dev/null; [ $? = 124 ]' },
    ]),
  )
  const reason = /^cannot-judge: \/dev\/net\/tun may not be opened here: .*Permission denied/
  for (const verdict of verdicts(steps)) t.match(verdict, mayOpenTun() ? 'ran' : reason)
  t.equal(steps.length, 3)
})

t.test('the switches of its links are there to be written to in /sys', async t => {
  const hairpin = '/sys/class/net/v0/brport/hairpin_mode'
  const steps = await walked(
    partOf([
      { text: 'ip link add br0 type bridge; ip link add v0 type veth; ip link set v0 master br0' },
      { text: `echo 1 > ${hairpin}` },
      { text: `cat ${hairpin}`, shown: ['1'] },
      { text: 'echo 1 > /sys/class/net/br0/bridge/no_such_switch' },
      { text: 'ip netns add a; ip -n a link add br1 type bridge' },
      { text: 'ip netns exec a sh -c "echo 0 > /sys/class/net/br1/bridge/multicast_snooping"' },
    ]),
  )
  const lacks =
    /^cannot-judge: this kernel lacks what it needs: .*no_such_switch: Permission denied/
  const expected = ['ran', 'ran', 'as-shown', lacks, 'ran', 'ran']
  for (const [i, verdict] of verdicts(steps).entries()) t.match(verdict, expected[i])
  t.equal(steps.length, expected.length)
})

t.test("the real machine's /etc/netns is not the simulated one's", async t => {
  // Laid over /etc in this test's mount namespace alone.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-lab-test-'))
  t.teardown(() => fs.rmSync(folder, { recursive: true, force: true }))
  execFileSync('sh', [
    '-ec',
    `mount -t tmpfs none "$1"; mkdir -p "$1/work" "$1/etc/netns/a"
    echo nameserver 192.0.2.99 >"$1/etc/netns/a/resolv.conf"
    mount -t overlay none -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/work" /etc`,
    'sh',
    folder,
  ])
  t.teardown(() => execFileSync('umount', ['-l', '/etc', folder]))
  const steps = await walked(
    partOf([
      { text: 'ip netns add a' },
      { text: 'ip netns exec a cat /etc/resolv.conf' },
      { text: 'mkdir -p /etc/netns/a' },
      { text: "echo 'nameserver 9.9.9.9' > /etc/netns/a/resolv.conf" },
      { text: 'ip netns exec a cat /etc/resolv.conf', shown: ['nameserver 9.9.9.9'] },
    ]),
  )
  t.strictSame(verdicts(steps), ['ran', 'ran', 'ran', 'ran', 'as-shown'])
  t.notMatch(steps[1]?.seen, '192.0.2.99')
})

t.test(
  'what watch shows is what its command prints, whole and with or without its title',
  async t => {
    const link = '5: v0@if2: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT'
    const lines = [link, '    link/ether 0a:0b:0c:0d:0e:0f brd ff:ff:ff:ff:ff:ff link-netns a']
    const watching = (text: string, shown: string[]) => ({
      text,
      shown,
      kind: 'until-stopped' as const,
      endsAfter: 4,
    })
    const title = 'Every 0.5s: ip link show v0      box: Sun Nov 22 10:00:00 2026'
    const steps = await walked(
      partOf([
        { text: 'ip netns add a; ip link add v0 type veth peer name v1 netns a' },
        watching('watch -n 0.5 ip link show v0', [title, '', ...lines]),
        watching(`sudo watch -dn0.5 -t 'ip link show v0'`, lines),
        watching('watch -n 0.5 ip link show v0', [link.replace('mtu 1500', 'mtu 1400')]),
        { text: 'ip netns' },
      ]),
    )
    const found = new Map(steps.map(({ number, verdict }) => [number, verdict]))
    t.same(
      [2, 3, 4].map(number => found.get(number)),
      ['as-shown', 'as-shown', 'differs'],
    )
    t.match(
      steps.find(({ number }) => number === 2)?.seen,
      /^Every 0\.5s: ip link show v0\n\n\d+: v0/,
    )
  },
)

t.test('what goes with a namespace is gone when the next command is typed', async t => {
  const again = [
    { text: 'ip netns add a' },
    { text: 'ip netns add b' },
    { text: 'ip link add v0 type veth peer name v1 netns a' },
    { text: 'ip netns del a' },
    { text: 'ip netns del b' },
    { text: 'ip link add v0 type veth peer name v1' },
    { text: 'ip link del v0' },
  ]
  const steps = await walked(partOf(Array.from({ length: 10 }, () => again).flat()))
  t.same(new Set(verdicts(steps)), new Set(['ran']))
})

t.test('the child of what unshares in the background is there for the next command', async t => {
  const jobs = Array.from({ length: 12 }, (_, i) => [
    { text: 'unshare --fork --pid sleep 100 &', shown: [`[${i + 1}] ${7000 + i}`] },
    { text: 'pgrep -P $! | wc -l', shown: ['1'] },
  ])
  const steps = await walked(partOf(jobs.flat()))
  t.same(new Set(verdicts(steps)), new Set(['as-shown']))
})
