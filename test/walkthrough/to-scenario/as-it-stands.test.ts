import t from 'tap'
import { bodyOf, document, scenarioOf, stepOf } from './written.ts'

const others: { what: string; lines: string[]; written: string[] }[] = [
  {
    what: 'rules of a firewall, without sudo',
    lines: ['$ sudo iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE'],
    written: ['await host.$`iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE`'],
  },
  {
    what: 'what is piped and redirected',
    lines: ['$ ip addr | grep inet', "$ sudo bash -c 'echo hello > /tmp/x'"],
    written: ['await host.$`ip addr | grep inet`', "await host.$`bash -c 'echo hello > /tmp/x'`"],
  },
  {
    what: 'files of the machine, which a walk has of its own',
    lines: [
      '$ mkdir -p /etc/netns/app',
      '$ echo nameserver 9.9.9.9 | sudo tee /etc/netns/app/resolv.conf',
      "$ echo hello >> '/srv/web/a b'",
      '$ rm -rf /',
      '$ mkdir -p /tmp/x; ls /etc >/dev/null 2>&1',
    ],
    written: [
      "// line 4, left out: a scenario has the machine's files: mkdir -p /etc/netns/app",
      "// line 5, left out: a scenario has the machine's files: echo nameserver 9.9.9.9 | sudo tee /etc/netns/app/resolv.conf",
      "// line 6, left out: a scenario has the machine's files: echo hello >> '/srv/web/a b'",
      "// line 7, left out: a scenario has the machine's files: rm -rf /",
      'await host.$`mkdir -p /tmp/x`',
      'await host.$`ls /etc >/dev/null 2>&1`',
    ],
  },
  {
    what: 'what connects to names out there, by address',
    lines: [
      '$ curl -s http://Example.com/a | grep -c example.com',
      '$ curl -s -o /dev/null -w "%{http_code}" http://example.com',
      '$ curl -sH "Host: example.com" example.com:80 | cat',
      '$ echo example.com',
    ],
    written: [
      'await host.$`curl -s http://198.51.100.1/a | grep -c example.com`',
      'await host.$`curl -s -o /dev/null -w "%{http_code}" http://198.51.100.1`',
      'await host.$`curl -sH "Host: example.com" 198.51.100.1:80 | cat`',
      'await host.$`echo example.com`',
    ],
  },
  {
    what: 'programs in the background, and where they run',
    lines: [
      '$ ip netns add a',
      '$ cd /tmp && ip netns exec a python3 -m http.server 8000 &',
      '$ echo 1; ip netns exec a python3 -m http.server 8001 &',
      '$ sleep 1 && yes &',
      '$ echo a',
    ],
    written: [
      "await a.spawn('bash', ['-c', 'cd /tmp && python3 -m http.server 8000'], { ready: { port: 8000 } })",
      'await host.$`echo 1`',
      "await a.spawn('python3', ['-m', 'http.server', '8001'], { ready: { port: 8001 } })",
      "await host.spawn('bash', ['-c', 'sleep 1 && yes'])",
      'await host.$`echo a`',
    ],
  },
  {
    what: 'servers in namespaces that only a loop names',
    lines: [
      '$ for i in 1 2; do ip netns add ns$i; done',
      '$ cd /tmp && ip netns exec ns2 python3 -m http.server 8000 &',
      '$ ip netns exec ns1 bash',
      '# python3 -m http.server 8001 &',
    ],
    written: [
      'await host.$`for i in 1 2; do ip netns add ns$i; done`',
      "await host.spawn('bash', ['-c', 'cd /tmp && ip netns exec ns2 python3 -m http.server 8000'])",
      "await host.$`until ip netns exec ns2 ss -Hltn 'sport = :8000' | grep -q .; do sleep 0.1; done`",
      `await host.spawn('bash', ['-c', "ip netns exec ns1 bash -c 'python3 -m http.server 8001'"])`,
      "await host.$`until ip netns exec ns1 ss -Hltn 'sport = :8001' | grep -q .; do sleep 0.1; done`",
    ],
  },
  {
    what: 'what a template would read otherwise',
    lines: ['$ echo "`date` ${HOME} \\$1 \\\\n"'],
    written: ['await host.$`echo "\\`date\\` \\${HOME} \\\\$1 \\\\\\\\n"`'],
  },
  {
    what: 'links that the lab does not make that way',
    lines: ['$ ip link add dummy0 type dummy', '$ ip link add br9 type bridge vlan_filtering 1'],
    written: [
      'await host.$`ip link add dummy0 type dummy`',
      'await host.$`ip link add br9 type bridge vlan_filtering 1`',
    ],
  },
  {
    what: 'loops, and namespaces that they make',
    lines: [
      '$ for i in 1 2; do',
      '>   ip netns add ns$i',
      '> done',
      '$ ip netns exec ns1 ip link set lo up',
    ],
    written: [
      'await host.$`for i in 1 2; do\n  ip netns add ns$i\ndone`',
      'await host.$`ip netns exec ns1 ip link set lo up`',
    ],
  },
  {
    what: 'variables, with what sets them',
    lines: [
      '$ NS=blue',
      '$ export DEV=v9',
      '$ ip netns add $NS',
      '$ ip link add $DEV type veth peer name ${DEV}p',
    ],
    written: [
      'await host.$`NS=blue\nexport DEV=v9\nip netns add $NS`',
      "await host.veth('v9', { name: 'v9p' })",
    ],
  },
  {
    what: 'functions, with those that they call',
    lines: [
      '$ in_blue() { ip netns exec blue "$@"; }',
      '$ show() { in_blue ip link; }',
      '$ unused() { reboot; }',
      '$ show',
      '$ shown_not_at_all',
    ],
    written: [
      'await host.$`in_blue() { ip netns exec blue "$@"; }\nshow() { in_blue ip link; }\nshow`',
      'await host.$`shown_not_at_all`',
    ],
  },
  {
    what: 'a server, in the folder that it serves',
    lines: [
      '$ ip netns add web',
      '$ cd /srv',
      '$ cd www',
      '$ ip netns exec web python3 -m http.server 80 > /tmp/log 2>&1 &',
      '$ cd',
      '$ python3 -m http.server > /tmp/log &',
      '$ tail -f /tmp/log | ip netns exec web nc -l 81 &',
    ],
    written: [
      "await web.spawn('bash', ['-c', 'cd /srv\\ncd www\\npython3 -m http.server 80 > /tmp/log 2>&1'], { ready: { port: 80 } })",
      "await host.spawn('bash', ['-c', 'python3 -m http.server > /tmp/log'], { ready: { port: 8000 } })",
      "await host.spawn('bash', ['-c', 'tail -f /tmp/log | ip netns exec web nc -l 81'])",
    ],
  },
  {
    what: 'what is looked at, and is not there',
    lines: ['$ cat /tmp/nothing', 'cat: /tmp/nothing: No such file or directory', '$ cat /tmp/x'],
    written: [
      'await host.$({ nothrow: true })`cat /tmp/nothing`',
      '// shown, and not checked:',
      '// | cat: /tmp/nothing: No such file or directory',
      'await host.$`cat /tmp/x`',
    ],
  },
  {
    what: 'namespaces that go and come again',
    lines: ['$ ip netns add a', '$ ip netns del a', '$ ip netns add a', '$ ip -n a link set lo up'],
    written: [
      'await host.$`ip netns add a`',
      'await host.$`ip netns del a`',
      'await host.$`ip netns add a`',
      'await host.$`ip -n a link set lo up`',
    ],
  },
]

for (const { what, lines, written } of others) {
  t.test(`everything else is typed as it stands: ${what}`, t => {
    t.strictSame(
      stepOf(document(...lines))
        .join('\n')
        .replace(/ *\n */g, '\n'),
      written.join('\n').replace(/ *\n */g, '\n'),
    )
    t.end()
  })
}

t.test('what is typed in another terminal is typed where that one is', async t => {
  const text = `# Two windows

Terminal 1:

\`\`\`console
$ ip netns add blue
$ ip netns exec blue bash
# X=hello
\`\`\`

Terminal 2:

\`\`\`console
$ ip addr add 10.0.0.1/24 dev eth0
\`\`\`

Terminal 1:

\`\`\`console
# ip addr add 10.0.0.2/24 dev lo
# exit
\`\`\`
`
  const body = bodyOf(scenarioOf(text))
  t.ok(body.includes("await (await host.link('eth0')).addAddress('10.0.0.1/24')"), body.join('\n'))
  t.ok(body.includes("await (await blue.link('lo')).addAddress('10.0.0.2/24')"))
})

t.test('a process of the document is nobody in a scenario', async t => {
  const steps = stepOf(
    document(
      '$ unshare -n sleep 100 &',
      '[1] 2543',
      '$ ip link add v0 type veth peer name v1',
      '$ ip link set v1 netns 2543',
      '$ kill 2543',
    ),
  )
  const left = steps.filter(line => line.includes('processes have other numbers here'))
  t.ok(steps.includes("await host.spawn('bash', ['-c', 'unshare -n sleep 100'])"), steps.join('\n'))
  t.match(left, [/line 7, .*ip link set v1 netns 2543/, /line 8, .*kill 2543/], steps.join('\n'))
})
