import t from 'tap'
import { planOf } from './small-document.ts'

const typed = (text: string) =>
  planOf(text).parts[0]!.steps.map(({ number, terminal = '', namespace = '', kind, ...step }) =>
    [
      number,
      terminal === '' ? '' : `#${terminal}`,
      step.host === 'host' ? '' : step.host,
      namespace,
      kind === 'command' ? '' : kind,
      step.isRepeat && '*',
    ]
      .filter(word => word !== '' && word !== undefined)
      .join(' '),
  )

/** What is typed in two shells in turn, below words that say in which. */
const inTurn = (...words: [string, string, string, string]) => `
${words[0]}
\`\`\`
$ ip netns exec ns1 bash
$ ip link set v1 up
\`\`\`
${words[1]}
\`\`\`
$ ip netns exec ns2 bash
$ ip link set v2 up
\`\`\`
${words[2]}
\`\`\`
$ ping -c 1 10.0.0.2
$ exit
\`\`\`
${words[3]}
\`\`\`
$ ip neigh
$ exit
$ ip link
\`\`\``

const ways: [how: string, ...words: Parameters<typeof inTurn>][] = [
  ['numbers', 'Terminal 1:', 'Terminal 2:', 'Terminal 1:', 'Terminal 2:'],
  ['ordinals', 'In one shell:', 'In a second terminal:', 'In the first terminal:', 'In the other:'],
  ['the other', '', 'In a new window:', 'In the other window:', 'In the other window:'],
  ['Chinese', '终端1：', '打开另一个终端：', '回到第一个终端', '在第二个终端里'],
  ['Chinese of one more', '', '再打开一个终端', '在终端1中执行：', '在终端 2 里执行'],
  [
    'Japanese',
    'ターミナル1で実行します。',
    '別のターミナルを開き、',
    'ターミナル1に戻ります。',
    'もう一つのターミナルで：',
  ],
  ['Japanese counts', '1つ目の端末で', '2つ目の端末で', '元の端末で', '2つ目の端末で'],
  ['Korean', '', '새 터미널에서', '첫 번째 터미널에서', '두 번째 터미널에서'],
  ['Russian', '', 'В ещё одном терминале:', 'В первом терминале:', 'Во втором терминале:'],
  ['Spanish', '', 'En una nueva terminal:', 'En la primera terminal:', 'En la otra terminal:'],
  [
    'French',
    '',
    'Dans un nouveau terminal :',
    'Dans le premier terminal :',
    "Dans l'autre terminal :",
  ],
  ['German', '', 'In einem zweiten Terminal:', 'Im ersten Terminal:', 'Im anderen Terminal:'],
  [
    'German of one more',
    '',
    'Ein weiteres Terminal öffnen:',
    'Im ersten Terminal:',
    'Im anderen Terminal:',
  ],
]
for (const [how, ...words] of ways) {
  t.test(`two shells that are open at once are told apart by ${how}`, async t => {
    const steps = typed(inTurn(...words))
    t.same(steps.slice(0, 6), ['1 shell', '2', '3 #2 shell', '4 #2', '5', '6 exit'])
    if (how === 'ordinals') return
    t.same(steps.slice(6), ['7 #2', '8 #2 exit', '9 #2'])
  })
}

t.test('another than the second, where a shell is open as well, is a third', async t => {
  const words = (third: string) =>
    typed(inTurn('', 'In another terminal:', third, 'Back in the second terminal:'))
  const third = ['5 #3', '6 #3 not-run', '7 #2', '8 #2 exit', '9 #2']
  t.same(words('In another terminal, on the host:').slice(4), third)
  t.same(words('Open a new terminal:').slice(4), third)
  t.same(words('In the other terminal:').slice(4, 6), ['5', '6 exit'])
})

t.test('prompts that name terminals name no machines', async t => {
  const text = `
\`\`\`
[me@term1 ~]# ip netns exec ns1 bash
[me@term1 ~]# ip link
[me@term2 ~]# ip netns exec ns2 bash
[me@term2 ~]# ip link
[me@term1 ~]# ip addr
[me@term1 ~]# exit
[me@term2 ~]# ip addr
\`\`\``
  t.same(typed(text), ['1 shell', '2', '3 #2 shell', '4 #2', '5', '6 exit', '7 #2'])
})

t.test('a shell that is alone is one that is typed into', async t => {
  t.same(typed(inTurn('', '', '', '')).slice(0, 5), ['1 shell', '2', '3 shell', '4', '5'])
})

t.test('what is typed beside a shell is typed on the machine itself', async t => {
  const text = `
\`\`\`
$ ip netns exec ns1 bash
$ ip link
\`\`\`
In another terminal:
\`\`\`
$ ip link set v1 netns ns1
\`\`\`
Back in the first terminal:
\`\`\`
$ ip link
\`\`\``
  t.same(typed(text), ['1 shell', '2', '3 #2', '4'])
})

t.test('a terminal that only captures changes nothing', async t => {
  const text =
    'In another terminal:\n```\n$ tcpdump -i br0\n```\nBack in the first terminal:\n```\n$ ping -c 1 10.0.0.2\n```'
  t.same(typed(text), ['1 until-stopped', '2'])
})

t.test('shells of two machines are open at once without more words', async t => {
  const text = `
\`\`\`
[root@node1 ~]# ip netns exec ns1 bash
[root@node1 ~]# ip link
[root@node2 ~]# ip link
[root@node2 ~]# exit
[root@node1 ~]# ip addr
[root@node1 ~]# exit
\`\`\``
  t.same(typed(text), [
    '1 node1 shell',
    '2 node1',
    '3 node2',
    '4 node2 not-run',
    '5 node1',
    '6 node1 exit',
  ])
})

t.test('shells in shells that are never left are left one by one', async t => {
  const text = `
## One
\`\`\`
$ ip netns exec ns1 bash
ns1> bash
sub> ip link
$ ip netns list
\`\`\``
  t.same(typed(text), ['1 shell', '2 shell', '3 sub', '2 exit *', '1 exit *', '4'])
})

t.test('an exit of another shell than the one that is open leaves that one alone', async t => {
  const text = `
\`\`\`
$ ip netns exec a bash
a> ip link
$ ip netns exec b bash
b> ip link
a> exit
b> ip addr
b> exit
\`\`\``
  t.same(typed(text), ['1 shell', '2', '1 exit *', '3 shell', '4', '5 a not-run', '6', '7 exit'])
  t.match(
    planOf(text).parts[0]!.steps[5]!.reason,
    /run in a, as its prompt says: there is no shell/,
  )
})

t.test('a capture is started before its packets where its terminal is by then', async t => {
  const enters = '\n$ ip netns exec ns1 bash'
  const text = (before: string, after: string) => `
In terminal 2:
\`\`\`
$ ip netns list${before}
\`\`\`
In terminal 1:
\`\`\`
$ ping -c 1 10.0.0.2
\`\`\`
In terminal 2:
\`\`\`
$ ip neigh${after}
$ tcpdump -ni v1
12:00:00.000000 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64
\`\`\`
In terminal 1:
\`\`\`
$ ip link
\`\`\``
  t.same(typed(text(enters, '')).slice(1, 4), ['2 #2 shell', '5 #2 until-stopped', '3'])
  t.same(typed(text('', enters)).slice(1, 3), ['5 #2 ns1 until-stopped', '2'])
})

t.test('a shell in the place of another is left with it', async t => {
  const text = (shell: string) => `
\`\`\`
[me@one ~]# ip netns exec ns1 bash
[me@one ~]# ${shell}
[me@one ~]# exit
[me@one ~]# exit
\`\`\``
  t.same(
    typed(text('exec bash -l')),
    ['1 shell', '2 shell', '3 exit', '4 not-run'].map(step => step.replace(' ', ' one ')),
  )
  t.same(
    typed(text('bash -l')),
    ['1 shell', '2 shell', '3 exit', '4 exit'].map(step => step.replace(' ', ' one ')),
  )
})

t.test('a shell that asks which namespace it is in is in it', async t => {
  const enter = '$ ip netns exec ns1 bash\n$ ip link'
  t.same(typed(`\`\`\`\n${enter}\n$ ip netns identify $$\n\`\`\``), ['1 shell', '2', '3'])
  t.same(typed(`\`\`\`\n${enter}\n$ ip netns list\n\`\`\``), ['1 shell', '2', '1 exit *', '3'])
})
