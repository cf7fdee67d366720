import t from 'tap'
import { refuseRouters } from '../../src/network/adjacent.ts'
import { fakeHost } from './fake-hosts.ts'

const needs = { driver: 'host-gw', because: 'a router between them knows no route' }

/** A host at 192.0.2.N, and how its packets go to 192.0.2.2 or 192.0.2.1. */
function host(label: string, hop?: { by: string; to: string }) {
  const [mine, other] = label === 'alpha' ? [1, 2] : [2, 1]
  return fakeHost({
    label,
    links: [{ name: 'eth0', prefixes: [`192.0.2.${mine}/24`] }, { name: 'eth1' }],
    ...(hop === undefined ? {} : { hops: { [`192.0.2.${other}`]: hop } }),
  })
}
const near = { by: 'eth0', to: '192.0.2.2' }
const beta = host('beta', { by: 'eth0', to: '192.0.2.1' })

t.test('hosts on one segment are side by side', async t => {
  const request = { name: 'blue', subnet: undefined, options: {}, over: undefined }
  t.doesNotThrow(() => refuseRouters({ ...request, hosts: [host('alpha', near), beta] }, needs))
  t.doesNotThrow(() => refuseRouters({ ...request, hosts: [host('alpha')] }, needs), 'one alone')
})

const between: readonly [what: string, hop: typeof near | undefined, between: string][] = [
  ['a router', { by: 'eth0', to: '192.0.2.254' }, '192.0.2.254'],
  ['a way by another link', { by: 'eth1', to: '192.0.2.2' }, 'another link than eth0'],
  ['no way', undefined, 'no route'],
]
for (const [what, hop, said] of between) {
  t.test(`with ${what} between them they are not`, async t => {
    const hosts = [host('alpha', hop), beta]
    const request = { name: 'blue', subnet: undefined, options: {}, over: undefined, hosts }
    t.throws(() => refuseRouters(request, needs), {
      code: 'TNET_HOSTS_NOT_ADJACENT',
      message: 'network "blue": "alpha" and "beta" are not on one segment',
      hint: "host-gw needs hosts side by side: a router between them knows no route; take a tunnel, such as driver: 'vxlan'",
      facts: {
        from: 'alpha 192.0.2.1/24',
        to: 'beta 192.0.2.2/24',
        between: said,
        command: 'ip -n alpha route get 192.0.2.2',
      },
    })
  })
}
