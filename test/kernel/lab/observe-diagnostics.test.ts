import '../../sandboxed.ts'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import { Lab } from '../../../src/lab/lab.ts'
import {
  collectDiagnostics,
  type CollectedDiagnostic,
  type DiagnosticsOptions,
} from '../../../src/lab/observe/collect-diagnostics.ts'
import { isInstalled } from './installed.ts'
import { heldAfter, heldAtRest } from './leftovers.ts'

t.setTimeout(600_000)

type Collected = CollectedDiagnostic[] & { leftOut: string[] }

async function collect(lab: Lab, options: Partial<DiagnosticsOptions> = {}): Promise<Collected> {
  const items: CollectedDiagnostic[] = []
  const settings = { onDiagnostic: (item: CollectedDiagnostic) => items.push(item), ...options }
  const { leftOut } = await collectDiagnostics(lab, settings)
  return Object.assign(items, { leftOut })
}

/** What was collected of a node under one name. */
function of(items: Collected, node: string, what: string): CollectedDiagnostic {
  const found = items.filter(item => item.node === node && item.what === what)
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} of ${what}`)
  return found[0]
}

/** Runs with tools that are looked for here first; without `others`, not in the usual folders. */
async function withTools<T>(
  tools: Readonly<Record<string, string>>,
  run: () => Promise<T>,
  { others = true } = {},
): Promise<T> {
  const before = process.env['PATH'] ?? ''
  const folder = fs.mkdtempSync('/run/tools-')
  for (const [name, script] of Object.entries(tools)) {
    fs.writeFileSync(path.join(folder, name), script, { mode: 0o755 })
  }
  fs.symlinkSync('/bin/sh', path.join(folder, 'sh'))
  process.env['PATH'] = others ? `${folder}:${before}` : folder
  try {
    return await run()
  } finally {
    process.env['PATH'] = before
  }
}

/**
 *     web 10.0.1.2 ── blue ── alpha 192.0.2.1 ── wan ── beta 192.0.2.2
 */
async function world() {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  return { lab, alpha, beta, web, [Symbol.asyncDispose]: () => lab.close() }
}

t.test('of every node all is collected, each with what to type for it', async t => {
  await using w = await world()
  const { lab, alpha } = w
  await alpha.addRoute({ to: '203.0.113.0/24', type: 'unreachable', table: 7 })
  await alpha.addRule({ from: '10.0.1.0/24', table: 7 })
  const items = await collect(lab)
  const commands = Object.fromEntries(
    items.filter(({ node }) => node === 'alpha').map(({ what, command }) => [what, command]),
  )
  t.strictSame(commands, {
    links: 'ip -n alpha -d -s link',
    addresses: 'ip -n alpha addr',
    routes: 'ip -n alpha route show table all',
    rules: 'ip -n alpha rule; ip -n alpha -6 rule',
    neighbours: 'ip -n alpha neigh',
    fdb: 'bridge -n alpha fdb',
    iptables: 'ip netns exec alpha iptables-save -c',
    ip6tables: 'ip netns exec alpha ip6tables-save -c',
    nftables: 'ip netns exec alpha nft list ruleset',
    conntrack: 'ip netns exec alpha conntrack -L',
    sockets: 'ip netns exec alpha ss -lntup',
    sysctls:
      "ip netns exec alpha sysctl -a -r 'ip_forward$|conf.all.forwarding|bridge-nf-call-ip|rp_filter|proxy_arp$|route_localnet'",
  })
  for (const node of ['alpha', 'beta', 'web']) {
    t.equal(items.filter(item => item.node === node).length, 12, node)
  }
  t.match(of(items, 'alpha', 'links').text, /blue: .*\n.*\n +bridge forward_delay/)
  t.match(of(items, 'web', 'addresses').text, 'inet 10.0.1.2/24')
  t.match(of(items, 'alpha', 'routes').text, 'unreachable 203.0.113.0/24 table 7')
  t.match(of(items, 'alpha', 'rules').text, 'from 10.0.1.0/24 lookup 7')
  t.match(of(items, 'wan', 'fdb').text, 'dev alpha-eth0 master switch')
  t.match(of(items, 'alpha', 'sysctls').text, /^net\.ipv4\.conf\.blue\.rp_filter = 0$/m)
  t.strictSame(items.leftOut, [])
})

t.test('a command prints what was collected by it', async t => {
  await using w = await world()
  const { lab, alpha } = w
  await alpha.addLink({ type: 'vxlan', name: 'v.42', id: 42, local: '192.0.2.1', dev: 'eth0' })
  await alpha.$`iptables -P FORWARD DROP`
  const items = await collect(lab, { first: ['alpha'] })
  for (const what of ['addresses', 'routes', 'rules', 'fdb', 'nftables', 'sysctls']) {
    const { command, text } = of(items, 'alpha', what)
    const typed = command.replaceAll('ip netns exec alpha ', '').replaceAll(' -n alpha', '')
    const { stdout } = await alpha.$`${['bash', '-c', typed]}`
    const lines = (all: string) =>
      all
        .split('\n')
        .filter(line => !/proxy_arp_pvlan|forward_\w|_forwarding|arp_filter/.test(line))
        .map(line => line.replace(/link-netns.*/, '').trim())
        .filter(line => line !== '')
        .toSorted()
    t.strictSame(lines(text), lines(stdout), what)
  }
})

t.test('counters, connections, listeners and what programs printed last are there', async t => {
  await using w = await world()
  const { lab, alpha, beta } = w
  await alpha.$`iptables -A INPUT -m conntrack --ctstate NEW -p icmp -j ACCEPT`
  await alpha.$`ip6tables -A FORWARD -j DROP`
  await probePings([{ from: beta.netns.fd, to: '192.0.2.1' }])
  await using _echo = await alpha.serveTcp(7777)
  const program = await alpha.spawn('sh', ['-c', 'seq 1 300; echo ready; sleep 600'], {
    ready: { line: 'ready' },
  })
  const items = await collect(lab)
  t.match(of(items, 'alpha', 'iptables').text, /^\[1:84\] -A INPUT -p icmp .* -j ACCEPT$/m)
  t.match(of(items, 'alpha', 'ip6tables').text, '-A FORWARD -j DROP')
  const connections = isInstalled('conntrack') ? /icmp .* src=192.0.2.2 dst=192.0.2.1/ : /icmp|no "/
  t.match(of(items, 'alpha', 'conntrack').text, connections)
  t.match(of(items, 'alpha', 'sockets').text, /LISTEN.*:7777/)
  const { command, text } = of(items, 'alpha', 'program')
  t.equal(command, `ip netns exec alpha ${program.command}`)
  t.match(text, /^202\n[^]*\n300\nready$/)
  t.equal(of(items, 'web', 'iptables').text, '', 'no rules, and no program for it')
  t.equal(of(items, 'web', 'conntrack').text, '')
})

t.test('the nodes that are named come first, by name or label', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  for (const label of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await alpha.container(label)
  const odd = await alpha.container('日本語')
  const order = [
    ...new Set(
      (await collect(lab, { first: ['日本語', 'f'], timeoutMs: 30_000 })).map(one => one.node),
    ),
  ]
  t.strictSame(order.slice(0, 2).toSorted(), ['f', odd.netns.name].toSorted())
  t.equal(order.length, 9)
})

t.test(
  'a tool that hangs costs the time that there is, and no more; what came before stays',
  async t => {
    await using w = await world()
    const before = await heldAtRest()
    const slow =
      '#!/bin/sh\nif [ "$1" = neigh ]; then echo begun; sleep 600; fi\nexec /sbin/ip "$@"\n'
    const items = await withTools({ ip: slow }, () => collect(w.lab, { timeoutMs: 2500 }))
    t.match(of(items, 'web', 'addresses').text, '10.0.1.2/24')
    t.match(of(items, 'web', 'neighbours').text, /^begun\n… time was up$/)
    t.notOk(items.some(({ what, node }) => node === 'web' && what === 'sockets'))
    t.strictSame(items.leftOut.toSorted(), ['alpha', 'beta', 'web'], 'the switch has no neighbours')
    t.strictSame(await heldAfter(before), before, 'nothing sleeps on')
  },
)

t.test('without any time, what programs printed is there all the same', async t => {
  await using w = await world()
  const script = 'echo last words\nsleep 600'
  await w.web.spawn('sh', ['-c', script], { ready: { line: 'last' } })
  const items = await collect(w.lab, { timeoutMs: 0 })
  const command = `ip netns exec web sh -c '${script}'`
  t.strictSame([...items], [{ node: 'web', what: 'program', command, text: 'last words' }])
  t.strictSame(items.leftOut.toSorted(), ['alpha', 'beta', 'wan', 'web'])
})

t.test('a tool that is missing says so, and how to get it', async t => {
  await using w = await world()
  const items = await withTools({}, () => collect(w.lab), { others: false })
  t.equal(
    of(items, 'web', 'sockets').text,
    'there is no "ss" on this machine: apt-get install -y --no-install-recommends iproute2',
  )
  t.match(of(items, 'web', 'links').text, 'eth0', 'others are there')
  t.strictSame(items.leftOut, [])
})

t.test('of what is long the first 64 KiB are there, and how much is not', async t => {
  await using w = await world()
  const lines = '#!/bin/sh\necho first; seq 1 200000\n'
  const wide = '#!/bin/sh\nhead -c 300000 /dev/zero | tr "\\0" x\n'
  const items = await withTools({ bridge: lines, ss: wide }, () => collect(w.lab))
  const { text } = of(items, 'web', 'fdb')
  t.ok(Buffer.byteLength(text) < (64 << 10) + 100)
  t.ok(/^first\n1\n2\n[^]*\n… \d{7} bytes more$/.test(text))
  t.ok(/^x*\n… 23446\d bytes more$/.test(of(items, 'web', 'sockets').text))
  t.match(of(items, 'web', 'sysctls').text, 'ip_forward', 'and the others are whole')
})

t.test('nodes that are broken, shared or gone do not keep the others from telling', async t => {
  await using lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const same = await lab.network('same', { driver: 'host', hosts: [alpha] })
  const guest = await alpha.container('guest', { network: same })
  await guest.spawn('sh', ['-c', 'echo from the guest; sleep 600'], { ready: { line: 'from' } })
  await alpha.$`ip link set lo down; ip link del eth0`
  const gone = await alpha.container('gone')
  gone.netns.close()
  const items = await collect(lab)
  t.match(of(items, 'alpha', 'links').text, /lo: <LOOPBACK> /)
  t.strictSame(
    items.filter(({ node }) => node === 'guest').map(({ what, text }) => `${what}: ${text}`),
    ['program: from the guest'],
    'its host has the rest',
  )
  t.strictSame(items.leftOut, ['gone'])
})

t.test('after the lab nothing is collected, and nothing thrown', async t => {
  const { lab } = await world()
  await lab.close()
  const items = await collect(lab)
  t.equal(items.length, 0)
  t.equal(items.leftOut.length, 4)
})
