import t from 'tap'
import { dockerBridge, hostile, hosts, masquerade, several, vethPair } from './documents.ts'
import { toScenario } from '../../../src/walkthrough/to-scenario/to-scenario.ts'
import { partOf } from '../walked/planned.ts'
import { bodyOf, typeErrorsOf, scenarioOf } from './written.ts'

const all = { dockerBridge, masquerade, vethPair, hostile, several, hosts }

t.test('what it writes compiles, whatever a document says', t => {
  const named = scenarioOf(vethPair, 'a*/b\u2028.md')
  t.equal(typeErrorsOf([...Object.values(all).map(text => scenarioOf(text)), named]), '')
  t.match(
    typeErrorsOf(["import { expect } from 'tnet-lab'\nawait expect(1).toPing(2)\n"]),
    'TS2345',
  )
  t.end()
})

t.test(
  'a document without headings has a step for each listing, called as the words above it',
  t => {
    const steps = bodyOf(scenarioOf(dockerBridge)).filter(line => line.startsWith('await step('))
    t.strictSame(steps, [
      "await step('首先创建两个netns网路命名空间', async () => {",
      "await step('在 default 网络命名空间中创建网桥设备 mybr0，并分配 IP 地址172.18.0…', async () => {",
      "await step('将 veth 设备对放到网络命名空间 netns_A 中并配置 IP 启动', async () => {",
      "await step('接下来创建 netns_B 网络命名空间 veth 设备对', async () => {",
      "await step('需要额外增加一条 iptables 规则才能激活网桥设备 bridge 的转发功能', async () => {",
    ])
    t.end()
  },
)

t.test(
  'a capture stands around what it saw, and the internet is there as far as it is spoken of',
  t => {
    const scenario = scenarioOf(masquerade)
    const body = bodyOf(scenario)
    const order = [
      "await using onEth0 = await gateway.capture('eth0')",
      'await expect(ns02).toPing(outside)',
      "await expect(ns02).toCurl(`http://${exampleCom}/`, { body: 'hello' })",
      "await expect(onEth0).toSee('IP 172.22.36.202 > 114.114.114.114: ICMP echo request')",
      "await expect(onEth0).toSee('IP 114.114.114.114 > 172.22.36.202: ICMP echo reply')",
    ]
    t.strictSame(body.slice(-order.length), order)
    t.match(scenario, "const gateway = await uplink.join('gateway', '172.22.36.202/24')")
    t.match(scenario, "await internet.serve(80, () => 'hello\\n')")
    t.match(scenario, ' * - eth0 has 172.22.36.202/24: it is the source of a packet there')
    t.end()
  },
)

t.test('what runs over several headings is one step of the script', t => {
  const part = partOf([
    {
      text: 'tcpdump -i lo -nn',
      kind: 'until-stopped',
      endsAfter: 1,
      shown: [
        '12:00:00.000001 IP 127.0.0.1 > 127.0.0.1: ICMP echo request, id 1, seq 1, length 64',
      ],
    },
    { text: 'ping -c 1 127.0.0.1' },
    { text: 'ip link' },
  ])
  const headings = ['Capture', 'Ping', 'Look']
  for (const [i, { command }] of part.steps.entries()) command.headings = [headings[i] ?? '']
  const document = { file: 'a.md', title: 'a', frontMatter: {}, blocks: [], remarks: [] }
  const plan = { title: 'a', parts: [part], guesses: [], leftAlone: [] }
  t.strictSame(bodyOf(toScenario(plan, document)).slice(1), [
    "await step('Capture', async () => {",
    "await using onLo = await host.capture('lo')",
    "await expect(host).toPing('127.0.0.1')",
    "await expect(onLo).toSee('IP 127.0.0.1 > 127.0.0.1: ICMP echo request')",
    "await step('Look', async () => {",
    'await host.$`ip link`',
  ])
  t.end()
})

t.test('a host that needs no link to the outside has none', t => {
  t.match(scenarioOf(vethPair), "const host = await lab.host('host')")
  t.notMatch(scenarioOf(vethPair), 'uplink')
  t.end()
})

t.test('a shell in a namespace is that container until it is left', t => {
  t.match(scenarioOf(vethPair), 'await expect(ns1).toPing(ns2)')
  t.end()
})

t.test('what is walked on fresh machines is a scenario of its own', t => {
  const scenario = scenarioOf(several)
  t.match(scenario, "export default [\n  scenario('Several: First', async ({ lab")
  t.match(scenario, "\n  scenario('Several: Second', async ({ lab")
  t.match(scenario, /\n\]\n$/)
  t.end()
})

t.test('several machines are joined by a segment, with what the front matter says', t => {
  const scenario = scenarioOf(hosts)
  for (const line of [
    "const node1 = await uplink.join('node1', '192.0.2.1/24')",
    "const node2 = await uplink.join('node2', '192.0.2.2/24', { device: 'ens3' })",
    'await node2.$`iptables -P FORWARD DROP`',
    "await node1.sysctl('net.ipv4.ip_forward', 1)",
    'await node1.$`ip link add dummy0 type bridge`',
    "const a = await node1.container('a')",
    "await expect(a).toPing('10.9.9.9')",
    "await expect(node1).toPing('192.0.2.2')",
    'const line16 = await node1.$({ nothrow: true })`ip route add 10.0.0.0/8 via 192.0.2.2`',
    "if (line16.exitCode === 0) throw new Error('line16 works, and the document shows it failing')",
  ]) {
    t.ok(bodyOf(scenario).includes(line), line)
  }
  t.end()
})

t.test('nothing is left out without a word', t => {
  const scenario = scenarioOf(hostile)
  for (const said of [
    /\/\/ line \d+, not run: docker run hello \(/,
    /\/\/ line \d+, not translated: unshare -n bash/,
    /\/\/ line \d+, not translated, as nobody knows where it is typed: ip link/,
    /host\.\$`nsenter -t 1 -n ip link set lo up`/,
    /\/\/ line \d+, a matter of the machine: modprobe br_netfilter/,
    /\/\/ line \d+, left to the lab: sleep 1/,
    /spawn\('watch', \['ip', 'link'\]\)/,
    /cat <<END\n {2}lines \\\$\{stay\} lines\nEND/,
  ]) {
    t.match(scenario, said)
  }
  t.notMatch(scenario, /[\u202A-\u202E\u0007\u001B]/, 'nothing that an editor would not show')
  t.end()
})

t.test('whoever runs what a document types is told that its files are real', t => {
  const warning =
    ' * Read what it types before you run it: a walk keeps files apart, a scenario does not.'
  const said = (command: string) => scenarioOf(`\`\`\`\n$ ${command}\n\`\`\`\n`).split('\n')
  t.ok(said('./setup.sh --all').includes(warning))
  t.ok(said('nc -l 80 &').includes(warning))
  t.notOk(said('ip link add br0 type bridge').includes(warning))
  t.end()
})

t.test('a document without commands gives an empty scenario', t => {
  const scenario = scenarioOf('# Nothing\n')
  t.equal(typeErrorsOf([scenario]), '', scenario)
  t.end()
})
