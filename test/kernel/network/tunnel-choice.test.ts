import '../../sandboxed.ts'
import t from 'tap'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import { hasFeature } from '../../../src/kernel/features.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { keptIn, stateOf, SUBNET, threeHosts } from './cross-host.ts'

t.setTimeout(120_000)

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
