import t from 'tap'
import type { Prompt } from '../../../src/walkthrough/typed/typed.ts'
import { listing, typed } from './typed-listing.ts'

const prompts: [line: string, prompt: Prompt, text: string][] = [
  ['$ ip link', { text: '$' }, 'ip link'],
  ['$ip link', { text: '$' }, 'ip link'],
  ['# ip link', { text: '#' }, 'ip link'],
  ['% ip link', { text: '%' }, 'ip link'],
  ['> ip link', { text: '>' }, 'ip link'],
  ['[root@node1 ~]# ip link', { text: '[root@node1 ~]#', user: 'root', host: 'node1' }, 'ip link'],
  ['[root@node1 ~]#ip link', { text: '[root@node1 ~]#', user: 'root', host: 'node1' }, 'ip link'],
  ['[root@node1 ~] ip link', { text: '[root@node1 ~]', user: 'root', host: 'node1' }, 'ip link'],
  ['[[email protected] ~]# ip link', { text: '[[email protected] ~]#' }, 'ip link'],
  ['user@host:~$ ip link', { text: 'user@host:~$', user: 'user', host: 'host' }, 'ip link'],
  ['root@host:/# ip link', { text: 'root@host:/#', user: 'root', host: 'host' }, 'ip link'],
  [
    '(venv) a@b:~/c (main) $ ls -l',
    { text: '(venv) a@b:~/c (main) $', user: 'a', host: 'b' },
    'ls -l',
  ],
  ['node1:~ # ip link', { text: 'node1:~ #', host: 'node1' }, 'ip link'],
  ['bash-5.1# ip link', { text: 'bash-5.1#' }, 'ip link'],
  ['bash$ ip link', { text: 'bash$' }, 'ip link'],
  ['/ # ip link', { text: '/ #' }, 'ip link'],
  ['[/]$ ip link', { text: '[/]$' }, 'ip link'],
  ['notes/a$ ip link', { text: 'notes/a$' }, 'ip link'],
  ['host1$ ip link', { text: 'host1$', host: 'host1' }, 'ip link'],
  ['host1$ip link', { text: 'host1$', host: 'host1' }, 'ip link'],
  ['host1# pwd; ip link', { text: 'host1#', host: 'host1' }, 'pwd; ip link'],
  ['router1> ip link', { text: 'router1>', host: 'router1' }, 'ip link'],
  ['(console 1)$ ip link', { text: '(console 1)$', host: 'console 1' }, 'ip link'],
  ['➜  ~ ip link', { text: '➜  ~' }, 'ip link'],
  ['➜  ~ git:(main) ✗ ip link', { text: '➜  ~ git:(main) ✗' }, 'ip link'],
  ['❯ ip link', { text: '❯' }, 'ip link'],
  ['[1.2]# ip link', { text: '[1.2]#' }, 'ip link'],
  ['[12] $ ip link', { text: '[12] $' }, 'ip link'],
  ['[3] root@node1:~# ip link', { text: 'root@node1:~#', user: 'root', host: 'node1' }, 'ip link'],
  ['[10.0.0.1]# ip link', { text: '[10.0.0.1]#', host: '10.0.0.1' }, 'ip link'],
  [
    '[ root@node1 ~]# ip link',
    { text: '[ root@node1 ~]#', user: 'root', host: 'node1' },
    'ip link',
  ],
]

for (const [line, prompt, text] of prompts) {
  void t.test(`the prompt of ${line}`, t => {
    const [command] = typed(`\`\`\`\n${line}\n\`\`\``).commands
    t.strictSame(command?.prompt, prompt)
    t.equal(command?.text, text)
    t.end()
  })
}

for (const line of ['cd /tmp; X=1', 'pwd; echo $X', 'true && ip link', 'cd; ls']) {
  void t.test(`# ${line} is typed where # is a prompt`, t => {
    const { commands } = typed(`\`\`\`console\n# ip netns add a\n# ${line}\n# ip link\n\`\`\``)
    t.strictSame(
      commands.map(({ text }) => text),
      ['ip netns add a', line, 'ip link'],
    )
    t.end()
  })
}

void t.test('a prompt of two lines names its host in the first', t => {
  const [command] = typed('```\n┌──(root㉿node1)-[~]\n└─# ip link\n```').commands
  t.strictSame(command?.prompt, { text: '└─#', host: 'node1' })
  t.end()
})

void t.test('a prompt names a namespace where the document makes one of that name', t => {
  const { commands } = typed(
    '```\n$ ip netns add ns1\nns1> ip link\nhost1> ip link\nnamespace ns1> ip a\n```',
  )
  t.strictSame(
    commands.map(({ prompt }) => prompt),
    [
      { text: '$' },
      { text: 'ns1>', namespace: 'ns1' },
      { text: 'host1>', host: 'host1' },
      { text: 'namespace ns1>', namespace: 'ns1' },
    ],
  )
  t.end()
})

void t.test('a sign that stands elsewhere too is no prompt', t => {
  t.strictSame(listing('cat > hosts'), [['cat > hosts']])
  t.strictSame(listing('$ exit # leave it'), [['exit # leave it']])
  t.strictSame(listing('tcpdump -i br0\n    10.0.0.1 > 10.0.0.2: ICMP echo request'), [
    ['tcpdump -i br0', '    10.0.0.1 > 10.0.0.2: ICMP echo request'],
  ])
  t.end()
})

void t.test('# is a prompt where commands stand behind it and nowhere else', t => {
  t.strictSame(listing('# ip link set br0 up\n# ping does not go through yet\n# ip route'), [
    ['ip link set br0 up'],
    ['ip route'],
  ])
  t.strictSame(listing('# ip link add br0 type bridge\nbrctl addbr br0'), [['brctl addbr br0']])
  t.strictSame(listing('$ brctl addbr br0\n# ip link add br0 type bridge'), [['brctl addbr br0']])
  t.strictSame(listing('## ip link\n# 首先启动抓包\nsudo tcpdump -i br0'), [
    ['sudo tcpdump -i br0'],
  ])
  t.end()
})

void t.test('behind a shell that becomes root, # is its prompt', t => {
  t.strictSame(listing('$ sudo -i\n# ip link set br0 up\n# now it is up'), [
    ['sudo -i'],
    ['ip link set br0 up'],
  ])
  t.end()
})

void t.test('where prompts are, a line without one is output', t => {
  t.strictSame(listing('$ cat setup.sh\n#!/bin/sh\n# two of them\nip netns add a\n$ ls'), [
    ['cat setup.sh', '#!/bin/sh', '# two of them', 'ip netns add a'],
    ['ls'],
  ])
  t.end()
})

void t.test('a command that lacks the prompt of the others is one where nothing prints it', t => {
  t.strictSame(listing('sudo ip netns add a\nhost1$ ip netns\na'), [
    ['sudo ip netns add a'],
    ['ip netns', 'a'],
  ])
  t.end()
})

void t.test('empty prompts, ^C and the word that a shell ends with are nothing', t => {
  t.strictSame(
    listing(
      '$ ping 10.0.0.1\nPING 10.0.0.1\n^C\n--- 10.0.0.1 ping statistics ---\n$ \n$ exit\nexit\n$',
    ),
    [['ping 10.0.0.1', 'PING 10.0.0.1', '--- 10.0.0.1 ping statistics ---'], ['exit']],
  )
  t.strictSame(listing('$ nc -l 80\n^C2 lines'), [['nc -l 80', '2 lines']])
  t.strictSame(listing('➜  ~ ip link\n➜  ~\n➜  /tmp\n➜  ~ ls'), [['ip link'], ['ls']])
  t.end()
})

void t.test('what is said of a ping by hand is no output of it', t => {
  for (const line of ['Not Reachable!', 'it wont work', "doesn't respond", 'works!']) {
    t.match(typed(`\`\`\`\nping 10.0.0.1\n\n${line}\n\`\`\``).commands, [
      { shown: undefined, after: [line] },
    ])
  }
  t.strictSame(listing('$ curl 10.0.0.1\nworks!'), [['curl 10.0.0.1', 'works!']])
  t.strictSame(listing('$ ping 10.0.0.1\nping: unknown host'), [
    ['ping 10.0.0.1', 'ping: unknown host'],
  ])
  t.end()
})

void t.test('that there is no output is none', t => {
  for (const line of ['(no output)', '[No output]', '> (no output)  # no links yet']) {
    t.strictSame(listing(`$ ip netns\n${line}\n$ ip link\n${line}`), [['ip netns'], ['ip link']])
  }
  t.end()
})

void t.test('what sudo asks is no output', t => {
  const asked = ['[sudo] password for a: ', '[sudo] Passwort für a:', '[sudo] a 的密码：']
  for (const line of asked) {
    t.strictSame(listing(`$ sudo ip netns\n${line}\nns1`), [['sudo ip netns', 'ns1']])
  }
  t.end()
})

void t.test('a paragraph that begins with a prompt is a listing that lacks its fence', t => {
  t.match(typed('1. a\n\n    root@a:~# ip link\n    root@a:~# ip route\n').commands, {
    length: 2,
    0: { line: 3, text: 'ip link' },
    1: { line: 4, text: 'ip route' },
  })
  t.strictSame(typed('a $ sign\n\n# ip link\n').commands, [])
  t.end()
})

void t.test('where nothing is fenced, paragraphs that begin with a command are listings', t => {
  const text = `# namespaces

sudo ip netns add red
sudo ip netns add blue

# look

ip netns list
blue
red

ping -c 1 127.0.0.1
PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.

--- 127.0.0.1 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms

This is what ping says.
`
  t.match(typed(text).commands, [
    { line: 3, text: 'sudo ip netns add red', headings: ['namespaces'] },
    { line: 4 },
    { line: 8, text: 'ip netns list', shown: ['blue', 'red'], headings: ['look'] },
    { line: 12, shown: { length: 4 }, after: ['This is what ping says.'] },
  ])
  t.strictSame(typed(`${text}\n\`\`\`\nip link\n\`\`\`\n`).commands.length, 1)
  t.strictSame(typed('ip link shows the links.\n\nip link set a up\n\nip addr\n').commands, [])
  t.end()
})

void t.test('and so is one with a prompt further down, from there on', t => {
  t.match(
    typed('root@a:~# ping -c 1 127.0.0.1\nPING 127.0.0.1\n\n--- 127.0.0.1 ping statistics ---')
      .commands,
    [{ shown: ['PING 127.0.0.1', '', '--- 127.0.0.1 ping statistics ---'] }],
  )
  t.match(typed('---- the first host\n[root@a ~]# ip netns\nns1\n[root@a ~]# ip link\n').commands, {
    length: 2,
    0: { line: 2, text: 'ip netns', shown: ['ns1'], before: ['---- the first host'] },
    1: { line: 4, text: 'ip link' },
  })
  t.end()
})

void t.test(
  'what is typed and not run is nothing, and neither is a sentence behind a prompt',
  t => {
    t.strictSame(
      listing('[root@a ~]# ip link^C\n[root@a ~]# 设置veth1的地址\n[root@a ~]# ip route'),
      [['ip route']],
    )
    t.end()
  },
)

void t.test('a comment above the next prompt is none of what the last command shows', t => {
  t.strictSame(listing('$ cat /proc/sys/net/ipv4/ip_forward\n0\n\n# now on\n$ ip link'), [
    ['cat /proc/sys/net/ipv4/ip_forward', '0'],
    ['ip link'],
  ])
  t.end()
})

void t.test('a command without a prompt, apart from the output above it, is one', t => {
  t.strictSame(listing('$ ping 192.0.2.1\nPING 192.0.2.1\n\niptables -F\n# ip link'), [
    ['ping 192.0.2.1', 'PING 192.0.2.1'],
    ['iptables -F'],
  ])
  t.end()
})
