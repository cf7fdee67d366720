// Once, as an ordinary user: machines are the same for root; contained.test.ts is about that.
import '../../sandboxed.ts'
import t from 'tap'
import { partOf, verdicts, walked, type Line } from './planned.ts'

t.setTimeout(600_000)

t.test(
  'a failure after something that is not run, and that changes networks, is not judged',
  async t => {
    const lines: Line[] = [
      { text: 'ping -c 1 10.0.0.2', expects: 'failure' },
      { text: 'ping -c 1 198.51.100.7' },
      { text: 'ip addr add 10.0.0.1/24 dev br0' },
    ]
    const after = async (text: string) => {
      const planned: Partial<Line> = text.startsWith('docker') ? { kind: 'not-run' } : {}
      const [first, ...others] = await walked(partOf([{ text, ...planned }, ...lines]))
      t.equal(first?.verdict, 'not-run', text)
      return others.map(({ verdict }) => verdict)
    }
    t.same(await after('ovs-vsctl add-br br0'), ['cannot-judge', 'ran', 'cannot-judge'])
    t.same(await after('docker run -d --name web nginx'), ['cannot-judge', 'ran', 'cannot-judge'])
    t.same(await after('ovs-vsctl show'), ['as-shown', 'ran', 'failed'])
    t.same(await after('docker ps'), ['as-shown', 'ran', 'failed'])
    t.same(await after('apt-get install -y bridge-utils'), ['as-shown', 'ran', 'failed'])
  },
)

t.test('what works with a file that is fetched says nothing where it is not', async t => {
  const after = async (text: string, ...lines: string[]) => {
    const [first, ...others] = await walked(
      partOf([{ text, kind: 'not-run' }, ...lines.map(line => ({ text: line }))]),
    )
    t.equal(first?.verdict, 'not-run', text)
    return others.map(({ verdict }) => verdict)
  }
  const from = 'https://example.com'
  const box = ['ip link show nonesuch', 'chmod 755 ./box-1', 'ip link show nonesuch', 'ip link']
  const doubted = ['failed', 'cannot-judge', 'cannot-judge', 'ran']
  t.same(await after(`wget ${from}/pub/box-1?raw=true`, ...box), doubted)
  t.same(await after(`wget -qO box-1 ${from}/pub/box`, ...box), doubted)
  t.same(await after(`curl -LO ${from}/box-1`, ...box), doubted)
  t.same(await after(`curl -sSL -o /tmp/box-1 ${from}/`, ...box), doubted)
  t.same(await after(`git clone --depth 1 ${from}/a/box-1.git`, ...box), doubted)
  const shell = await walked(
    partOf([
      { text: `curl -o root.tar ${from}/`, kind: 'not-run' },
      { text: 'tar xf root.tar' },
      { text: 'chroot root/nonesuch', kind: 'shell' },
    ]),
  )
  t.same(shell[2]?.verdict, 'cannot-judge', 'a shell that is opened in it')
  t.same(await after(`curl ${from}/box-1`, ...box), ['failed', 'failed', 'failed', 'ran'])
})

t.test('a shell that cannot be opened after what was not run is nobody’s mistake', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip netns exec nope bash', kind: 'shell' },
      { text: 'docker run -d web', kind: 'not-run', reason: 'there is no docker' },
      { text: 'ip netns exec nope bash', kind: 'shell' },
    ]),
  )
  t.same(verdicts(steps), [
    'failed',
    'not-run: there is no docker',
    'cannot-judge: after line 2, which is not run here',
  ])
})

t.test('a shell that the document has and this machine has not is not run', async t => {
  const steps = await walked(
    partOf([
      { text: 'unshare --fork --uts ./busybox sh', kind: 'shell' },
      { text: 'hostname', shown: ['box'] },
    ]),
  )
  t.same(verdicts(steps), [
    'not-run: what it starts is not on this machine',
    'cannot-judge: after line 1, which is not run here',
  ])
})

t.test('nor is what comes after a script that the document does not show', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip addr show nonesuch' },
      { text: 'chmod +x setup.sh && ./setup.sh' },
      { text: 'ip addr show nonesuch' },
    ]),
  )
  t.same(verdicts(steps), [
    'failed',
    'not-run: the document does not show what is in setup.sh',
    'cannot-judge: after line 2, which is not run here',
  ])
})
