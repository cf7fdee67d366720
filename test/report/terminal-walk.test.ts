import stringWidth from 'string-width'
import t from 'tap'
import type { RunEvent } from '../../src/runner/events.ts'
import * as streams from './streams.ts'
import { walking } from './streams/walking.ts'
import { began, plainText } from './terminal/playing.ts'
import { Screen } from './terminal/screen.ts'

const told = (events: readonly RunEvent[], columns = 120) =>
  plainText(events, { output: { columns, rows: 60 } })

t.test('a walkthrough reads as a session that somebody judged', async t => {
  const text = await told(streams.walkedWrong)
  t.equal(
    text.slice(0, text.indexOf('\n\n')),
    `常用的容器网络实现原理 documents/walkthrough-docker-bridge.md
  the fence of line 12 is never closed
  2.1 同主机容器网络通信
    ·   43 $ ip netns add netns_A
    ✓   56 $ ip link show mybr0
           explained: mybr0: a bridge without ports is DOWN since Linux 4.17
           a page wrapped line 58; read as one
    ✗  134 $ ip netns exec netns_A ping -c 2 172.18.0.3  # differs 2.0 s
           FORWARD drops it: policy DROP
           packet loss
             - 0% packet loss
             + 100% packet loss
           replies
             - 2 received
             + 0 received
           rtt
             - rtt min/avg/max/mdev
           route 10.9.0.0/16
             + 10.9.0.0/16 dev eth9
    ✗  140 $ ip link set eth7 up  # failed though the document shows success
           | Cannot find device "eth7"
    ✗  150 $ ip netns exec netns_A ping -c 1 google.com  # succeeded though the document shows failure
           line 99 says that it does not go through
           | 1 packets transmitted, 1 received, 0% packet loss
    -  160 $ docker run -d nginx  # not run: there is no Docker here
    ?  170 $ ip link add ipip0 type ipip local 192.0.2.1 remote 192.0.2.2
           cannot be judged here: ipip: not in this kernel (EOPNOTSUPP)
    ·  180 $ cat > /etc/motd <<'EOF' …
  8 commands: 7 run, 1 confirmed, 3 differ, 1 not run, 1 cannot be judged here in 2.1 s
  ExpectationError TNET_WALK_DIFFERS: 3 of 8 commands are not as the document shows
    hint    --until 3 --shell walks up to the first and lets you look around
    documents/walkthrough-docker-bridge.md:134 differs: $ ip netns exec netns_A ping -c 2 172.18.0.3
    documents/walkthrough-docker-bridge.md:140 failed though the document shows success: $ ip link set eth7 up
    documents/walkthrough-docker-bridge.md:150 succeeded though the document shows failure: $ ip netns exec netns_A ping -c 1 google.com`,
  )
})

t.test('a document that is called as its file is is named once', async t => {
  const name = 'walkthrough-veth-bridge-iptables.md'
  const untitled = streams.walked.map(event =>
    event.type === 'scenario-start' ? { ...event, name } : event,
  )
  t.match(await told(untitled), /^documents\/walkthrough-veth-bridge-iptables\.md\n/)
})

t.test('what is taken for granted comes first', async t => {
  t.match(
    await told(streams.walked),
    `容器网络 documents/walkthrough-veth-bridge-iptables.md
  taken for granted: eth0 has 172.22.36.202/20 (line 467: it is the source of a packet on eth0)
  taken for granted: 114.114.114.114 answers ping (line 391: it is pinged)
  taken for granted: FORWARD accepts (the document adds no rule to it)
  left alone: a drawing (line 170), Go (lines 566, 600)
  部署Bridge和Veth
    设置Bridge
      ·  211 $ sudo brctl addbr br01
`,
  )
})

t.test('prompts tell machines and namespaces apart, where there are several', async t => {
  const text = await told(streams.walkedHosts)
  t.match(text, '\n  machines: node1, node2\n')
  t.match(text, '\n    ·   12 node2 $ ip link add vxlan0 type vxlan id 42\n')
  t.match(
    text,
    '\n    fresh machines from here on: line 44 adds ns1 again\n    ·   44 node1 $ ip netns add ns1\n',
  )
  t.match(text, '\n    ·   46 node1 ns1 $ ip link set lo up\n')
})

t.test('colours say the same once more', async t => {
  const text = await plainText(streams.walkedWrong, { colour: 1, output: { columns: 120 } })
  t.match(text, '\x1b[31m  - 0% packet loss\x1b[39m')
  t.match(text, '\x1b[32m  + 100% packet loss\x1b[39m')
  t.match(text, '\x1b[33m-\x1b[39m \x1b[2m 160\x1b[22m')
  t.match(text, '\x1b[31m✗\x1b[39m \x1b[2m 134\x1b[22m')
})

t.test('the table has commands for walkthroughs, and expectations for scripts', async t => {
  const heads = async (events: readonly RunEvent[]) =>
    /│ scenario +│ ([^\n]*) │\n/.exec(await told(events))?.[1]?.replaceAll(/ +/g, ' ')
  t.equal(await heads(streams.walked), 'result │ steps │ commands │ time')
  t.equal(await heads(streams.walkedHosts), 'result │ steps │ expectations │ commands │ time')
  t.equal(await heads(streams.allPass), 'result │ steps │ expectations │ time')
  t.match(await told(streams.walkedHosts), /two-nodes.md │ passed │ +2 │ +│ +4 │/)
  t.match(await told(streams.walkedHosts), /shop.ts +│ passed │ +0 │ +1 │ +│/)
  t.match(await told(streams.walkedWrong), /│ failed, 3 wrong │/)
})

t.test(
  'no line of a command is wider than the terminal, nor is one cut where all of it fits',
  async t => {
    const run = new streams.Recording()
    const walk = walking(run, 'a.md', 'wide')
    walk.plan({ found: 90 })
    walk.heading('one', () => {
      for (let i = 1; i <= 90; i++) walk.walked({ line: i, command: `echo ${'日本'.repeat(i)}` })
    })
    walk.end()
    const events = run.end()
    for (const columns of [60, 80, 131]) {
      const lines = (await told(events, columns)).split('\n').filter(line => line.includes('echo'))
      t.equal(lines.length, 90)
      t.same(
        lines.filter(line => stringWidth(line) > columns),
        [],
      )
      for (const [i, line] of lines.entries()) {
        const isCut = line.endsWith('…')
        if (isCut) t.ok(stringWidth(line) > columns - 4, line)
        else t.ok(line.endsWith('日本'.repeat(i + 1)))
      }
    }
  },
)

t.test('a walk that broke off says how far it came', async t => {
  const text = await told(streams.walkCutOff)
  t.match(text, '\n  42 commands: 2 run, 0 confirmed, 1 differs, 40 not reached\n')
  t.match(text, '\n    ✗   30 $ brctl show  # differs\n')
  t.match(text, /│ failed, 1 wrong │ +1 │ +42 │/)
})

t.test('a thousand wrong commands are told, and twenty named again', async t => {
  const run = new streams.Recording()
  const walk = walking(run, 'a.md', 'wrong')
  walk.plan({ found: 1000, guesses: Array.from({ length: 99 }, () => ({ text: 'a', why: 'b' })) })
  for (let i = 1; i <= 1000; i++) {
    walk.walked({ line: i, command: `false ${i}`, verdict: 'failed', exitCode: 1 })
  }
  walk.end()
  const text = await plainText(run.end(), { output: { columns: 120, rows: 20 } })
  t.equal(text.match(/^ {2}✗ +\d+ \$ false/gm)?.length, 1000)
  t.match(
    text,
    '\n    a.md:20 failed though the document shows success: $ false 20\n    and 980 more\n',
  )
  t.match(text, '\n  taken for granted: 87 things more\n')
  t.match(text, /\nfailures:\n\n✗ wrong a\.md\n[^]*a\.md:20 failed/)
})

t.test('one of many that passed is a line with its counts', async t => {
  const text = await plainText(streams.walked, { detail: 'lines' })
  t.match(
    text,
    '✓ 容器网络 documents/walkthrough-veth-bridge-iptables.md 1.1 s, 8 commands: 8 run, 2',
  )
})

t.test('what runs now says how many commands are over', async t => {
  const run = new streams.Recording({ jobs: 2, scenarios: 1 })
  const walk = walking(run, 'a.md', 'a walk')
  walk.plan({ found: 42 })
  walk.one.openStep('a heading')
  walk.walked({ line: 1, command: 'true' }).walked({ line: 2, command: 'true' })
  const screen = new Screen(60, 10)
  const { reporter, time } = await began(screen, run)
  time.passTo(100)
  t.ok((await screen.visible()).includes('▸ 2/42 a walk a heading'))
  await reporter.close()
})
