import '../../sandboxed.ts'
import t from 'tap'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import { hasFeature } from '../../../src/kernel/features.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { keptIn, stateOf, SUBNET, threeHosts } from './cross-host.ts'

t.setTimeout(600_000)

const drivers = ['ipip', 'gre', 'gretap'] as const

for (const driver of drivers) {
  const { available, reason } = hasFeature(driver)
  const maker = available ? `kernel (${driver})` : `userspace stand-in (${driver}: ${reason})`

  t.test(`${driver}: the report says who carries it`, async t => {
    const notes: string[] = []
    await using lab = new Lab({ onNote: note => notes.push(note) })
    const wan = await lab.segment('wan')
    const alpha = await wan.join('alpha', '192.0.2.1/24')
    const beta = await wan.join('beta', '192.0.2.2/24')
    const create = (name: string, tunnels: object) =>
      lab.network(name, { driver, hosts: [alpha, beta], ...tunnels })
    const blue = await create('blue', {})
    t.same(notes.splice(0), [`tunnels: ${maker}`])
    await blue.delete()
    const why = available ? 'as asked for' : reason
    await create('green', { tunnels: 'userspace' })
    t.same(notes, [`tunnels: userspace stand-in (${driver}: ${why})`])
  })

  t.test(`${driver}: the kernel's device is made, or said not to be there`, async t => {
    await using w = await threeHosts()
    const hosts = [w.alpha, w.beta]
    const create = (tunnels: object) =>
      w.networks.create('blue', { driver, tunnels, hosts, subnet: SUBNET })
    if (available) {
      const blue = await create({ alpha: 'kernel', beta: 'userspace' })
      const a1 = await w.alpha.container('a1', { network: blue })
      const b1 = await w.beta.container('b1', { network: blue })
      await expectMatrix([a1, b1], 'all')
      return
    }
    const before = [await stateOf(...hosts), await keptIn(w.store)]
    await t.rejects(create({ beta: 'kernel' }), {
      code: 'TNET_FEATURE_MISSING',
      message: `this kernel has no ${driver} device for "beta"`,
      facts: { kernel: reason },
    })
    t.same([await stateOf(...hosts), await keptIn(w.store)], before)
  })
}

const standIn = '# alpha: userspace stand-in for: '

/** What of the trace the kernel's own devices of one host would be typed by, and how they end. */
const stoodFor = {
  ipip: [
    `${standIn}ip link add flannel.ipip type ipip local 192.0.2.1`,
    'ip -n alpha link delete flannel.ipip',
  ],
  gre: [
    `${standIn}ip link add flannel.gre type gre local 192.0.2.1`,
    // The kernel's GRE takes the outer address from there.
    `${standIn}ip neigh replace 192.0.2.2 lladdr 192.0.2.2 dev flannel.gre nud permanent`,
    'ip -n alpha link delete flannel.gre',
  ],
  gretap: [
    `${standIn}ip link add gretap-beta type gretap local 192.0.2.1 remote 192.0.2.2`,
    'ip -n alpha link delete gretap-beta',
  ],
}

for (const driver of drivers) {
  t.test(`${driver}: the trace says all that a stand-in does, and when it ends`, async t => {
    const trace: string[] = []
    await using lab = new Lab({ onAction: shell => trace.push(shell) })
    const wan = await lab.segment('wan')
    const hosts = [await wan.join('alpha', '192.0.2.1/24'), await wan.join('beta', '192.0.2.2/24')]
    const blue = await lab.network('blue', { driver, hosts, tunnels: 'userspace' })
    await blue.delete()
    const told = trace.filter(
      line => line.startsWith(standIn) || /^ip -n alpha link delete (flannel|gretap)/.test(line),
    )
    t.strictSame(told, stoodFor[driver])
    const before = trace.length
    await lab.network('red', { driver, hosts, tunnels: 'userspace' })
    const built = trace.splice(0).length
    t.ok(built > before)
    await lab.close()
    t.strictSame(trace, [], 'what ends with its lab is not deleted by anybody')
  })
}
