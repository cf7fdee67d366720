import t from 'tap'
import { judge } from '../../src/walkthrough/judge.ts'
import type { PlannedStep } from '../../src/walkthrough/plan/walk-plan.ts'
import type { TypedCommand } from '../../src/walkthrough/typed/typed.ts'

const REQUEST = '16:19:42.739421 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64'
const REPLY = '16:19:42.739422 IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq 1, length 64'

function step(
  number: number,
  text: string,
  { before = [], after = [], shown, ...more }: Partial<PlannedStep & TypedCommand> = {},
): PlannedStep {
  const place = { line: number, lastLine: number, listing: 1, headings: [], mistakes: [] }
  const command = { ...place, text, before, after, ...(shown === undefined ? {} : { shown }) }
  return {
    number,
    command,
    host: 'host',
    kind: 'command',
    expects: 'success',
    remarks: [],
    ...more,
  }
}

const capture = (more: Partial<PlannedStep & TypedCommand> = {}) =>
  step(1, 'tcpdump -ni eth0 icmp', {
    kind: 'until-stopped',
    expects: 'any',
    endsAfter: 1,
    shown: [REQUEST],
    ...more,
  })
const ping = (more: Partial<PlannedStep> = {}) => step(2, 'ping -c 1 10.0.0.2', more)
const judged = (steps: readonly [PlannedStep, ...PlannedStep[]]) =>
  judge(
    steps[0],
    { exitCode: 0, wasStopped: true, output: `${REQUEST}\n${REPLY}\n` },
    { isStrict: false, steps },
  )

const clearing: [isWanted: boolean, text: string][] = [
  [false, 'ip netns del a &>/dev/null'],
  [false, 'ip link delete br0 2>/dev/null; ip netns delete a >/dev/null 2>&1'],
  [false, 'iptables -t nat -F 2> /dev/null'],
  [true, 'ip netns del a'],
  [true, 'ip netns del a >/dev/null'],
  [true, 'ip link add br0 type bridge 2>/dev/null'],
]
for (const [isWanted, text] of clearing) {
  t.test(`${text} ${isWanted ? 'is to work' : 'may find nothing'}`, async t => {
    const ran = { exitCode: 1, wasStopped: false, output: '' }
    const { verdict } = judge(step(1, text), ran, { isStrict: false, steps: [] })
    t.equal(verdict, isWanted ? 'failed' : 'ran')
  })
}

t.test('a capture of a ping that works may show the request alone', async t => {
  const { verdict, explained } = judged([capture(), ping()])
  t.equal(verdict, 'as-shown')
  t.match(explained, [{ what: '10.0.0.2 > 10.0.0.1: ICMP echo reply', seen: REPLY }])
})

const inVain: [why: string, steps: readonly [PlannedStep, ...PlannedStep[]]][] = [
  ['the ping fails', [capture(), ping({ expects: 'failure' })]],
  [
    'the ping that is typed again fails',
    [
      capture({ number: 3 }),
      ping({ isRepeat: true, expects: 'any' }),
      ping({ expects: 'failure' }),
    ],
  ],
  [
    'one of two pings fails',
    [capture({ endsAfter: 2 }), ping(), ping({ number: 3, expects: 'failure' })],
  ],
  [
    'the words behind it say that nothing comes',
    [capture({ after: ['There is no reply.'] }), ping()],
  ],
  ['the words before it say so', [capture({ before: ['The ping gets no answer.'] }), ping()]],
  ['nobody pings', [capture(), step(2, 'ip link set eth0 up')]],
  ['the ping comes later', [capture({ endsAfter: 0 }), ping()]],
]
for (const [why, steps] of inVain) {
  t.test(`that its ping is answered is a difference where ${why}`, async t => {
    t.match(judged(steps), { verdict: 'differs', differences: [{ seen: REPLY }] })
  })
}

t.test(
  'a program that is called as every object of JavaScript has something is missing as others',
  t => {
    const output = 'bash: line 1: constructor: command not found'
    t.match(
      judge(
        step(1, 'constructor -n'),
        { exitCode: 127, wasStopped: false, output },
        { isStrict: false },
      ),
      {
        verdict: 'not-run',
        reason: /^this machine has no constructor$/,
      },
    )
    t.end()
  },
)

const cleaning: [verdict: string, text: string][] = [
  ['ran', 'ip netns del ns1 2>/dev/null'],
  ['ran', 'sudo ip link delete br0 &> /dev/null'],
  ['ran', 'iptables -t nat -D POSTROUTING -j MASQUERADE >/dev/null 2>&1'],
  ['ran', 'brctl delbr br0 2> /dev/null'],
  ['ran', 'ip link show br0 && {\n  ip link del br0 2>/dev/null\n}'],
  ['failed', 'ip netns del ns1'],
  ['failed', 'ip netns add ns1 2>/dev/null'],
  ['failed', 'ip netns del ns1 >/dev/null'],
]
for (const [verdict, text] of cleaning) {
  t.test(`that nothing was there to be removed: ${verdict}, by ${text}`, async t => {
    const ran = { exitCode: 1, wasStopped: false, output: '' }
    t.match(judge(step(1, text), ran, { isStrict: false }), { verdict })
  })
}

const lacking: [what: string, text: string, output: string][] = [
  [
    'ip tunnel',
    'ip tunnel add t mode ipip local 192.0.2.1 remote 192.0.2.2',
    'add tunnel "tunl0" failed: No such device',
  ],
  ['ip link', 'ip link add t type ipip', 'Error: Unknown device type.'],
  [
    'ip route',
    'ip route add 10.8.0.0/16 encap mpls 100',
    'Error: lwt encapsulation type not supported.',
  ],
  ['ip xfrm', 'ip xfrm state add proto esp spi 1', 'Error: Requested type not found.'],
  ['tc filter', 'tc filter add dev v0 parent 1: handle 1 fw', 'Error: TC classifier not found.'],
  ['tc action', 'tc actions add action police', 'Error: Failed to load TC action module.'],
  [
    'ip fou',
    'ip fou add port 5555 ipproto 4',
    'RTNETLINK answers: No such file or directory\nError talking to the kernel',
  ],
]
for (const [what, text, output] of lacking) {
  t.test(`what the kernel lacks is known by what ${what} says`, async t => {
    const only = step(1, text)
    const ran = { exitCode: 1, wasStopped: false, output }
    t.match(judge(only, ran, { isStrict: false, steps: [only] }), {
      verdict: 'cannot-judge',
      reason: /this kernel lacks what it needs/,
    })
  })
}

t.test('an address that the shell took for a program is no program that is missing', t => {
  const said = [
    ['ip route add \n192.0.2.1', 'bash: line 1: 192.0.2.1: command not found'],
    ['ip netns exec [name] [command]', 'exec of "[command]" failed: No such file or directory'],
  ]
  for (const [text = '', output = ''] of said) {
    const ran = { exitCode: 127, wasStopped: false, output }
    t.equal(judge(step(1, text), ran, { isStrict: false }).verdict, 'failed', text)
  }
  t.end()
})

t.test('whom a command names is known by the whole name', t => {
  const outside = ['example.com', 'www.example.com', 'ww.example.com'].map((name, n) => ({
    address: `198.51.100.${n + 1}`,
    names: [name],
    http: `hello from ${name}\n`,
  }))
  const judged = (text: string) =>
    judge(
      step(1, text),
      { exitCode: 35, wasStopped: false, output: '' },
      { isStrict: false, outside },
    ).reason
  t.match(judged('curl -s https://www.example.com/'), ' www.example.com was reached')
  t.match(judged("curl -s 'https://example.com'"), ' example.com was reached')
  t.match(judged('curl -s https://198.51.100.3:443'), ' ww.example.com was reached')
  t.equal(judged('curl -s https://10.0.0.2/'), undefined, 'a server of the document')
  t.end()
})

t.test('a namespace that is taken for granted may be listed before it is used', async t => {
  const listed = step(1, 'ip netns ls', { shown: ['a'] })
  const ran = { exitCode: 0, wasStopped: false, output: 'b\na\n' }
  const { verdict, explained } = judge(listed, ran, {
    isStrict: false,
    namespaces: new Set(['b']),
  })
  t.equal(verdict, 'as-shown')
  t.match(explained, [{ what: 'namespace b' }])
  t.equal(judge(listed, ran, { isStrict: false, namespaces: new Set(['c']) }).verdict, 'differs')
})

t.test('a word that is to be filled in is no mistake of what it stands in', async t => {
  const ran = { exitCode: 1, wasStopped: false, output: 'Cannot find device "VETH_NAME"\n' }
  const text = 'ip link set VETH_NAME up'
  t.match(judge(step(1, text), ran, { isStrict: false }), {
    verdict: 'not-run',
    reason: '"VETH_NAME" stands for something to fill in',
  })
  const usage = judge(step(1, text, { shown: ['[ master DEVICE ]'] }), ran, { isStrict: false })
  t.equal(usage.verdict, 'not-run')
  const shown = ['Cannot find device "VETH_NAME"']
  t.equal(judge(step(1, text, { shown }), ran, { isStrict: false }).verdict, 'as-shown')
})

t.test('an interface that is looked for by its number is another one here', async t => {
  const shown = ['4: veth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP']
  const ran = { exitCode: 1, wasStopped: false, output: '' }
  const found = (text: string) => judge(step(1, text, { shown }), ran, { isStrict: false })
  t.match(found('ip link | grep ^4'), { verdict: 'as-shown', explained: [{}] })
  t.equal(found("ip a | grep '4:'").verdict, 'as-shown')
  t.not(found('ip link | grep veth0').verdict, 'as-shown')
  t.not(found('ip link | grep ^5').verdict, 'as-shown')
  const down = { ...ran, exitCode: 0, output: '4: veth0@if3: <BROADCAST> mtu 1500 state DOWN\n' }
  const same = judge(step(1, 'ip link | grep ^4', { shown }), down, { isStrict: false })
  t.equal(same.verdict, 'differs')
})
