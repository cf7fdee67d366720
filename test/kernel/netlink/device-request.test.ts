import '../../sandboxed.ts'
import t from 'tap'
import { hasFeature, type FeatureName } from '../../../src/kernel/features.ts'
import {
  macvlanAdd,
  tunnelAdd,
  vlanAdd,
  vxlanAdd,
} from '../../../src/kernel/netlink/device-request.ts'
import { parseAttributes, type Request } from '../../../src/kernel/netlink/message.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'

const eth0 = { index: 100, name: 'eth0' }
const blue = { index: 101, name: 'blue' }

interface Case {
  kind: FeatureName
  request: Request
  shell: string
  /** IFLA_LINK. */
  parent?: number
  /** What is in IFLA_INFO_DATA: attribute by number (linux/if_link.h, linux/if_tunnel.h) and bytes. */
  data: Record<number, string>
}

const cases: readonly Case[] = [
  {
    kind: 'vxlan',
    request: vxlanAdd({
      name: 'flannel.1',
      mtu: 1450,
      mac: '02:42:0a:f4:01:00',
      id: 1,
      local: '192.0.2.1',
      dev: eth0,
      learning: false,
    }),
    shell:
      'ip link add flannel.1 address 02:42:0a:f4:01:00 mtu 1450 type vxlan' +
      ' id 1 local 192.0.2.1 dev eth0 dstport 8472 nolearning',
    data: { 1: '01000000', 3: '64000000', 4: 'c0000201', 7: '00', 15: '2118' },
  },
  {
    kind: 'vxlan',
    request: vxlanAdd({
      name: 'vxlan.42',
      id: 42,
      local: '192.0.2.1',
      group: '239.1.0.42',
      dev: eth0,
      port: 4789,
      ttl: 4,
      master: blue,
      up: true,
    }),
    shell:
      'ip link add vxlan.42 type vxlan id 42 group 239.1.0.42 local 192.0.2.1 dev eth0 ttl 4' +
      ' dstport 4789\nip link set vxlan.42 master blue\nip link set vxlan.42 up',
    data: {
      1: '2a000000',
      2: 'ef01002a',
      3: '64000000',
      4: 'c0000201',
      5: '04',
      7: '01',
      15: '12b5',
    },
  },
  {
    kind: 'vxlan',
    request: vxlanAdd({
      name: 'v6',
      id: 0xffffff,
      local: '2001:db8::1',
      group: 'ff05::1',
      dev: eth0,
    }),
    shell:
      'ip link add v6 type vxlan id 16777215 group ff05::1 local 2001:db8::1 dev eth0 dstport 8472',
    data: {
      1: 'ffffff00',
      3: '64000000',
      7: '01',
      15: '2118',
      16: 'ff050000000000000000000000000001',
      17: '20010db8000000000000000000000001',
    },
  },
  {
    kind: 'ipip',
    request: tunnelAdd({ kind: 'ipip', name: 'flannel.ipip', local: '192.0.2.1', dev: eth0 }),
    shell: 'ip link add flannel.ipip type ipip local 192.0.2.1 dev eth0',
    data: { 1: '64000000', 2: 'c0000201', 4: '00', 10: '01' },
  },
  {
    kind: 'ipip',
    request: tunnelAdd({
      kind: 'ipip',
      name: 'to-beta',
      local: '192.0.2.1',
      remote: '192.0.2.2',
      ttl: 9,
      mtu: 1480,
    }),
    shell: 'ip link add to-beta mtu 1480 type ipip remote 192.0.2.2 local 192.0.2.1 ttl 9',
    data: { 2: 'c0000201', 3: 'c0000202', 4: '09', 10: '01' },
  },
  {
    kind: 'gre',
    request: tunnelAdd({ kind: 'gre', name: 'gre.7', local: '192.0.2.1', dev: eth0, key: 7 }),
    shell: 'ip link add gre.7 type gre local 192.0.2.1 dev eth0 key 7',
    data: {
      1: '64000000',
      2: '2000',
      3: '2000',
      4: '00000007',
      5: '00000007',
      6: 'c0000201',
      8: '00',
      10: '01',
    },
  },
  {
    kind: 'gretap',
    request: tunnelAdd({
      kind: 'gretap',
      name: 'gretap-beta',
      local: '192.0.2.1',
      remote: '192.0.2.2',
      master: blue,
    }),
    shell:
      'ip link add gretap-beta type gretap remote 192.0.2.2 local 192.0.2.1' +
      '\nip link set gretap-beta master blue',
    data: { 6: 'c0000201', 7: 'c0000202', 8: '00', 10: '01' },
  },
  {
    kind: 'vlan',
    request: vlanAdd({ name: 'eth0.42', parent: eth0, id: 42, up: true }),
    shell: 'ip link add link eth0 eth0.42 type vlan id 42\nip link set eth0.42 up',
    parent: 100,
    data: { 1: '2a00' },
  },
  ...(['private', 'vepa', 'bridge'] as const).map((mode, n) => ({
    kind: 'macvlan' as const,
    request: macvlanAdd({ name: 'mv0', parent: eth0, mode, mac: '02:42:0a:00:00:02' }),
    shell: `ip link add link eth0 mv0 address 02:42:0a:00:00:02 type macvlan mode ${mode}`,
    parent: 100,
    data: { 1: `0${2 ** n}000000` },
  })),
]

for (const { kind, request, shell, parent, data } of cases) {
  t.test(`${kind}: ${shell.split('\n')[0]}`, async t => {
    t.equal(request.shell, shell)
    const attributes = parseAttributes(request.body, 16)
    const info = parseAttributes(attributes.get(18) ?? Buffer.alloc(0))
    t.equal(info.get(1)?.toString().replace('\0', ''), kind)
    const sent = [...parseAttributes(info.get(2) ?? Buffer.alloc(0))]
    t.same(Object.fromEntries(sent.map(([type, bytes]) => [type, bytes.toString('hex')])), data)
    t.equal(attributes.get(5)?.readUInt32LE(0), parent)
    t.equal(attributes.get(10)?.readUInt32LE(0), shell.includes('master') ? 101 : undefined)
    t.equal(request.body.readUInt32LE(8) & 1, shell.endsWith(' up') ? 1 : 0)
  })
}

/** `ip -d link` of a link, without what nobody chose: numbers, MACs, a bridge's view of its port. */
async function details(host: Host, name: string): Promise<string> {
  const { stdout } = await host.$`ip -d link show ${name}`
  return stdout
    .replace(/^\d+: /, '')
    .replace(/ link\/\S+ [\da-f:.]+/, '')
    .replace(/ state \w+/, '')
    .replace(/ +bridge_slave.*/, '')
}

for (const { kind, request, shell } of cases) {
  const { available, reason = '' } = hasFeature(kind)
  const skip = available ? false : `${kind}: ${reason}`
  t.test(`typed, the kernel makes the same: ${shell.split('\n')[0]}`, { skip }, async t => {
    await using lab = new Lab()
    const wan = await lab.segment('wan')
    const make = async (label: string) => {
      const host = await wan.join(label)
      await host.bridge('blue')
      return host
    }
    const [sent, typed] = [await make('sent'), await make('typed')]
    sent.netns.execute(request)
    for (const line of shell.split('\n')) await typed.$({ input: line })`sh -e`
    const name = /"(.+)"/.exec(request.what)?.[1] ?? ''
    t.equal(await details(sent, name), await details(typed, name))
  })
}

t.test('a name that is taken is told as such', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  await alpha.addBridge('flannel.1')
  t.throws(() => alpha.netns.execute(vxlanAdd({ name: 'flannel.1', id: 1 })), {
    code: 'TNET_LINK_EXISTS',
    message: 'could not create vxlan device "flannel.1" on "alpha"',
    hint: /there is already a link called "flannel.1"/,
  })
})

for (const kind of ['ipip', 'gre', 'gretap'] as const) {
  const skip = hasFeature(kind).available ? `this kernel has ${kind}` : false
  t.test(`a kernel without ${kind} says so, and who knows more`, { skip }, async t => {
    await using lab = new Lab()
    const alpha = await lab.host('alpha')
    t.throws(() => alpha.netns.execute(tunnelAdd({ kind, name: 'tun1', local: '192.0.2.1' })), {
      message: `could not create ${kind} device "tun1" on "alpha"`,
      hint: `this kernel has no ${kind}; see what it has: tnet-lab doctor`,
    })
  })
}
