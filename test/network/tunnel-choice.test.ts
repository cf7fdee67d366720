import t from 'tap'
import { checkTunnels, makerFor } from '../../src/network/overlay/tunnel-choice.ts'

const refused: readonly [tunnels: unknown, said: string][] = [
  ['module', '"module"'],
  [true, 'true'],
  [7, '7'],
  [null, 'null'],
  [{ alpha: 'kernel', beta: 'user space' }, '"user space"'],
  [{ alpha: null }, 'null'],
  [['alpha'], '"alpha"'],
]
for (const [tunnels, said] of refused) {
  t.test(`tunnels: ${JSON.stringify(tunnels)} is refused`, async t => {
    t.throws(() => checkTunnels('blue', { tunnels: tunnels as 'kernel' }), {
      code: 'TNET_NETWORK_OPTION',
      message: `network "blue": "tunnels" is not ${said}`,
      hint: `say 'kernel' or 'userspace', or which for each host: { alpha: 'kernel' }`,
    })
  })
}

t.test('one word, one for each host, or none', async t => {
  for (const tunnels of ['kernel', 'userspace', {}, { alpha: 'kernel' }] as const) {
    t.doesNotThrow(() => checkTunnels('blue', { tunnels }))
  }
  t.doesNotThrow(() => checkTunnels('blue', {}))
})

t.test('a stand-in is never refused, for one host or for all', async t => {
  t.equal(makerFor('gre', 'alpha', { tunnels: 'userspace' }), 'userspace')
  t.equal(makerFor('gre', 'alpha', { tunnels: { alpha: 'userspace' } }), 'userspace')
})
