import t from 'tap'
import { planOf, typedOn } from './small-document.ts'

const hosts = (text: string) =>
  planOf(text).parts[0]!.hosts.map(({ name, device, prefix }) => `${name} ${device} ${prefix}`)

t.test('a document that names no machine has one, with an address of documentation', async t => {
  const plan = planOf('```\n$ ip netns add ns1\n```')
  t.match(plan.parts, [
    { hosts: [{ name: 'host', device: 'eth0', prefix: '192.0.2.1/24' }], gateway: '192.0.2.2' },
  ])
  t.strictSame(plan.guesses, [], 'which is nothing that anybody needs to be told')
})

t.test('that there is one machine is told where words name another', async t => {
  const guesses = (text: string) => planOf(text).guesses
  const listing = '\n```\n[root@node1 ~]# ip link\n```'
  t.strictSame(guesses(listing), [])
  t.strictSame(guesses(`On node 1:${listing}`), [])
  t.match(guesses(`On node 2:${listing}`), [
    {
      text: 'there is one machine, called node1',
      line: 3,
      why: /^words above it name node2/,
      instead: 'hosts: [node1]',
    },
  ])
  t.match(guesses(`On node 2:${listing.replace('[root@node1 ~]#', '$')}`), [
    { text: 'there is one machine, called host', why: /^words above it name node2/ },
  ])
})

t.test('prompts name the machines, and namespaces and containers are none', async t => {
  const text = `
\`\`\`
[root@node1 ~]# ip netns add ns1
[root@node2 ~]# ip link add br0 type bridge
[root@ns1 ~]# ip addr
[root@3f2a9c0d1b2e ~]# ip addr
[root@node1 ~]# ip link
ns1> ip addr
\`\`\``
  t.same(typedOn(text), ['1 node1', '2 node2', '3 node1', '4 node1', '5 node1', '6 node1 ns1'])
  t.same(hosts(text), ['node1 eth0 192.0.2.1/24', 'node2 eth0 192.0.2.2/24'])
})

t.test('a host name is the same in capitals: the first spelling is the machine’s', async t => {
  const text = `
\`\`\`
[root@Gateway ~]# ip link
[root@gateway ~]# ip addr
$ ssh GATEWAY
$ ip route
\`\`\``
  t.same(hosts(text), ['Gateway eth0 192.0.2.1/24'])
  t.same(typedOn(text), ['1 Gateway', '2 Gateway', '3 Gateway not run', '4 Gateway'])
})

const places: [what: string, first: string, second: string, names: string[]][] = [
  ['headings', '## Host A', '## Host B', ['host-a', 'host-b']],
  ['headings with more words', '## Set up on node 1', '## Set up on node 2', ['node1', 'node2']],
  ['sentences', 'On host A:', 'On host B we do the same.', ['host-a', 'host-b']],
  ['Chinese', '在主机A上执行', '在主机 B 上执行', ['host-a', 'host-b']],
  ['counted in Chinese', '在第一台机器上', '在第二台机器上', ['host1', 'host2']],
  ['German', 'Auf Host A:', 'Auf Host B:', ['host-a', 'host-b']],
  ['ordinals', 'On the first machine, run', 'on the second machine', ['host1', 'host2']],
  ['labels', 'Host 1:', 'Host 2:', ['host1', 'host2']],
  ['labels of two digits', '**Host 01**', '**Host 02**', ['host01', 'host02']],
  ['ordinals in Russian', 'На первом сервере:', 'На втором сервере:', ['server1', 'server2']],
  ['nodes in Russian', '## На узле 1', '## На узле 2', ['node1', 'node2']],
  ['Korean', '## 호스트 A 에서', '## 호스트 B 에서', ['host-a', 'host-b']],
  ['ordinals in Korean', '첫 번째 서버에서:', '두 번째 서버에서:', ['server1', 'server2']],
]
for (const [what, first, second, names] of places) {
  t.test(`machines are told apart by ${what}`, async t => {
    const text = `${first}\n\n\`\`\`\n$ ip link\n$ ip addr\n\`\`\`\n\n${second}\n\n\`\`\`\n$ ip route\n\`\`\`\n`
    t.same(typedOn(text), [`1 ${names[0]}`, `2 ${names[0]}`, `3 ${names[1]}`])
  })
}

const declared: [how: string, words: string, first: string, second: string][] = [
  [
    'headings, and a sentence',
    'There are alpha (192.0.2.11) and beta (192.0.2.12).',
    '## On alpha',
    '## On beta',
  ],
  [
    'headings, and a list',
    '- client: 192.0.2.11/24\n- server: 192.0.2.12/24',
    '## Client',
    '## 2. Server',
  ],
  [
    'sentences, and cells of a table',
    'puerta\neth0\n192.0.2.11\ncliente\neth0\n192.0.2.12',
    'En la puerta:',
    'Desde el cliente, probamos:',
  ],
]
for (const [how, words, first, second] of declared) {
  t.test(`machines are told apart by names of their own, that stand in ${how}`, async t => {
    const text = `${words}\n${first}\n\`\`\`\n$ ip link\n\`\`\`\n${second}\n\`\`\`\n$ ip link\n\`\`\``
    const [one, two] = planOf(text).parts[0]!.steps.map(({ host }) => host.toLowerCase())
    t.ok(one !== two && words.includes(one!) && words.includes(two!), `${one}, ${two}`)
  })
}

t.test(
  'names of their own are those of machines only with addresses, and where one goes',
  async t => {
    const text = (words: string, first: string, second: string) =>
      `${words}\n${first}\n\`\`\`\n$ ip link\n\`\`\`\n${second}\n\`\`\`\n$ ip link\n\`\`\``
    const both = 'alpha (192.0.2.11), beta (192.0.2.12)'
    t.equal(hosts(text('alpha and beta', '## On alpha', '## On beta')).length, 1)
    t.equal(hosts(text(both, '## On alpha', '## What alpha and beta say')).length, 1)
    t.equal(hosts(text(both, '## On alpha', 'Now ping beta:')).length, 1)
    const given = '\n```\n$ ip addr add 192.0.2.12/24 dev beta\n```'
    t.equal(hosts(text(both, '## On alpha', '## On beta') + given).length, 1)
    const made = '\n```\n$ ip netns add alpha\n$ ip netns add beta\n```'
    t.equal(hosts(text(both, '## On alpha', '## On beta') + made).length, 1)
  },
)

/** A command on each of two machines. */
const ONE_EACH = `## Host A
\`\`\`
$ ip link
\`\`\`
## Host B
\`\`\`
$ ip link
\`\`\``

t.test('a table of addresses above a heading sends nobody to its last machine', async t => {
  const text = `
Host A
192.0.2.11
Host B
192.0.2.12/24
${ONE_EACH}`
  t.same(typedOn(text), ['1 host-a', '2 host-b'])
  const named = text.replaceAll('Host A', 'gateway').replaceAll('Host B', 'client')
  t.same(typedOn(named), ['1 gateway', '2 client'])
})

t.test(
  'a machine that is only pinged, or a word that looks like a name, is nowhere to go',
  async t => {
    const text = (words: string) =>
      `## Host A\n\`\`\`\n$ ip link\n\`\`\`\n## Host B\n\`\`\`\n$ ip link\n\`\`\`\n## Host A\n\`\`\`\n$ ip addr\n\`\`\`\n${words}\n\`\`\`\n$ ping -c 1 10.0.0.1\n\`\`\``
    t.equal(typedOn(text('Now ping host B:'))[3], '4 host-a')
    t.equal(typedOn(text('Der Gast erreicht Host B noch nicht:'))[3], '4 host-a')
    t.equal(typedOn(text('Ping it from host B:'))[3], '4 host-b')
    const article = text('').replace('$ ip addr', '# on the host a ping is heard\n$ ip addr')
    t.same(hosts(article.replaceAll(/## Host [AB]/g, '')), ['host eth0 192.0.2.1/24'])
    t.same(planOf('On the host a bridge is made:\n```\n$ ip link\n```').guesses, [])
  },
)

t.test('comments in a listing name the machine from there on', async t => {
  const text = '```\n# node1\n$ ip link\n# show it\n$ ip addr\n# node2\n$ ip link\n```'
  t.same(typedOn(text), ['1 node1', '2 node1', '3 node2'])
})

t.test('what is said of both machines is typed on each, and judged once', async t => {
  const text = `
${ONE_EACH}
## On both hosts
\`\`\`
$ ip link add br0 type bridge
\`\`\``
  const [part] = planOf(text).parts
  t.match(part!.steps.slice(2), [
    { number: 3, host: 'host-a', remarks: ['typed on host-a, host-b'] },
    { number: 3, host: 'host-b', isRepeat: true },
  ])
})

t.test('machines that are only talked about, or are namespaces, are none', async t => {
  t.same(hosts('Packets go from host A to host B.\n\n```\n$ ip link\n```'), [
    'host eth0 192.0.2.1/24',
  ])
  const simulated =
    '## Host 1\n```\n$ ip netns add h1\n$ ip netns exec h1 ip a\n```\n## Host 2\n```\n$ ip netns add h2\n```'
  t.same(hosts(simulated), ['host eth0 192.0.2.1/24'])
})

t.test('a sentence about several machines makes none', async t => {
  const text = (words: string) => `${words}\n\`\`\`\n$ ip netns exec x ping -c 1 10.0.0.1\n\`\`\`\n`
  t.same(hosts(text('On host A we ping host B.') + text('On host B we ping host A.')).length, 1)
  t.same(hosts(text('On host A we ping.') + text('On host B we ping.')).length, 2)
})

t.test('ssh goes to a machine until exit', async t => {
  const text = '```\n[root@node1 ~]# ip link\n$ ssh root@node2\n$ ip addr\n$ exit\n$ ip route\n```'
  t.same(typedOn(text), ['1 node1', '2 node1 not run', '3 node2', '4 node2 not run', '5 node1'])
  t.match(planOf(text).parts[0]!.steps[1]!.reason, /what follows is typed on node2/)
})

t.test('what is typed in a container is not run', async t => {
  const text = '```\n$ docker exec -it web sh\n$ ip addr\n$ exit\n$ ip link\n```'
  t.same(typedOn(text), ['1 host not run', '2 host not run', '3 host not run', '4 host'])
})

const engines: [opens: boolean, command: string][] = [
  [true, 'docker run --rm -it --network vxlan-net alpine'],
  [true, 'sudo docker run -ti --name=web alpine /bin/sh'],
  [true, 'kubectl exec -it web -- bash'],
  [true, 'kubectl run web -it --image=alpine -- sh'],
  [true, 'docker attach web'],
  [true, 'docker exec -ti -e A=1 web sh -l'],
  [true, 'kubectl exec web -it -- bash'],
  [false, 'docker exec -it web sh -c "ip addr"'],
  [false, 'docker run -d --net vxlan-net --ip 172.18.0.11 ubuntu sleep 3000'],
  [false, 'docker run -itd --name web alpine'],
  [false, 'docker exec -it web ip addr'],
  [false, 'docker run -it --rm alpine ping -c 1 10.0.0.1'],
  [false, 'docker network create vxlan-net'],
]
for (const [opens, command] of engines) {
  t.test(`${opens ? 'a shell' : 'none'} in a container: ${command}`, async t => {
    const text = `\`\`\`\n$ ${command}\n$ ip addr\n\`\`\``
    t.same(typedOn(text), ['1 host not run', opens ? '2 host not run' : '2 host'])
  })
}

t.test(
  'a shell that is never left is left where something is typed that belongs outside',
  async t => {
    const text =
      '```\n$ ip netns exec ns1 bash\n$ ip addr\n```\n\n```\n$ ip netns exec ns2 ip addr\n```'
    t.match(planOf(text).parts[0]!.steps, [
      { number: 1, kind: 'shell' },
      { number: 2, kind: 'command' },
      { number: 1, kind: 'exit', isRepeat: true, command: { text: 'exit' } },
      { number: 3, remarks: ['the shell of line 2 was left before it'] },
    ])
    const nested = '```\n$ ip netns exec ns1 bash\n$ ip netns exec ns2 ip addr\n$ exit\n```'
    t.same(typedOn(nested), ['1 host', '2 host', '3 host'], 'unless the document leaves it later')
  },
)

t.test('of several machines in a sentence, it is the one that it goes to', async t => {
  const text = (words: string) =>
    `## Host A\n\`\`\`\n$ ip link\n\`\`\`\n## Host B\n\`\`\`\n$ ip link\n\`\`\`\n${words}\n\`\`\`\n$ ping -c 1 10.0.0.1\n\`\`\``
  t.equal(typedOn(text('From host A, ping host B.'))[2], '3 host-a')
  t.equal(typedOn(text('现在在主机A上 ping 主机B'))[2], '3 host-a')
  t.equal(
    typedOn(text('Packets of host A reach host B.'))[2],
    '3 host-b',
    'talk leaves them where they are',
  )
  t.equal(typedOn(text('This is what comes from host A.'))[2], '3 host-b')
})

t.test('front matter wins', async t => {
  const text =
    '```\n[root@node1 ~]# ip addr show eth0\n2: eth0: <UP>\n    inet 10.0.0.5/24\n[root@node2 ~]# ip link\n```'
  const [part] = planOf(text, {
    hosts: { node1: { address: ['192.0.2.1/28'], device: 'ens3' }, node2: {} },
    gateway: ['192.0.2.14'],
    forward: 'DROP',
    namespaces: ['blue'],
    sysctls: { 'net.ipv4.ip_forward': '1' },
  }).parts
  t.match(part, {
    gateway: '192.0.2.14',
    hosts: [
      {
        name: 'node1',
        device: 'ens3',
        prefix: '192.0.2.1/28',
        forward: 'DROP',
        namespaces: ['blue'],
      },
      {
        name: 'node2',
        device: 'eth0',
        prefix: '192.0.2.2/28',
        sysctls: { 'net.ipv4.ip_forward': '1' },
      },
    ],
  })
})
