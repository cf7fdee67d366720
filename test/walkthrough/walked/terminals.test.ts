import '../../sandboxed.ts'
import t from 'tap'
import { partOf, verdicts, walked } from './planned.ts'

t.setTimeout(600_000)

const second = { terminal: '2' }
const shell = { kind: 'shell' } as const
const exit = { text: 'exit', kind: 'exit' } as const

t.test('each terminal has a shell of its own', async t => {
  const steps = await walked(
    partOf([
      { text: 'X=one; cd /tmp; ip netns add a' },
      { text: 'ip netns exec a bash', ...shell },
      { text: 'Y=inner; ip link set lo up' },
      { text: 'X=two; cd /srv', ...second },
      { text: 'ip -br link show eth0', shown: ['eth0  UP'], ...second },
      { text: 'echo "$X$Y" $PWD', shown: ['two /srv'], ...second },
      { text: 'echo "$Y" $PWD; ip netns identify', shown: ['inner /tmp', 'a'] },
      exit,
      { text: 'echo "$X$Y" $PWD', shown: ['one /tmp'] },
      { text: 'echo in the third', shown: ['in the third'], terminal: '3' },
    ]),
  )
  t.same(
    verdicts(steps),
    'ran ran ran ran as-shown as-shown as-shown ran as-shown as-shown'.split(' '),
  )
})

t.test('one that is ended has a new shell; the others are as they were', async t => {
  const steps = await walked(
    partOf([
      { text: 'X=kept' },
      { text: 'X=lost', ...second },
      { text: 'kill -9 $$', expects: 'any', ...second },
      { text: 'echo "<$X>"', shown: ['<>'], ...second },
      { text: 'sleep 1000', expects: 'any', ...second },
      { text: 'echo again', shown: ['again'], ...second },
      { text: 'echo "<$X>"', shown: ['<kept>'] },
    ]),
    { isStrict: false, commandMs: 2000 },
  )
  t.same(verdicts(steps).toSpliced(2, 1), [
    'ran',
    'ran',
    'as-shown',
    'failed: it was not over in time, and was ended',
    'as-shown',
    'as-shown',
  ])
})

t.test('what runs in one until it is stopped sees what is sent in another', async t => {
  const steps = await walked(
    partOf([
      { text: 'ip netns add a; ip link add v0 type veth peer name v1 netns a' },
      { text: 'ip addr add 10.0.0.1/24 dev v0; ip link set v0 up' },
      { text: 'ip -n a addr add 10.0.0.2/24 dev v1; ip -n a link set v1 up' },
      { text: 'ip netns exec a bash', ...shell, ...second },
      {
        text: 'tcpdump -ni v1 icmp',
        kind: 'until-stopped',
        endsAfter: 5,
        shown: [
          '12:00:00.000000 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64',
        ],
        ...second,
      },
      { text: 'ping -c 1 10.0.0.2', shown: ['1 packets transmitted, 1 received, 0% packet loss'] },
      { text: 'ip -br addr show v1', shown: ['v1@if9  UP  10.0.0.2/24'], ...second },
    ]),
  )
  t.same(
    steps.map(({ number, verdict }) => `${number} ${verdict}`),
    ['1 ran', '2 ran', '3 ran', '4 ran', '6 as-shown', '5 as-shown', '7 as-shown'],
  )
})

t.test('one that cannot be opened is told', async t => {
  const part = partOf([
    { text: 'mount -t tmpfs none /.tnet/out', expects: 'any' },
    { text: 'echo hello', expects: 'any', ...second },
  ])
  await t.rejects(walked(part), {
    code: 'TNET_MACHINE_FAILED',
    message: 'could not open another terminal on a simulated machine',
    facts: { said: /ENOENT/ },
  })
})
