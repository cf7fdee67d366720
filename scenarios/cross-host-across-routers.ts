/**
 *  web .2 ─ 10.244.1.1 ─ alpha 192.0.2.1 ─┐
 *                                         wan ── .254 router .254 ── lan ─ 198.51.100.3 gamma ─┐
 *  db  .2 ─ 10.244.2.1 ─ beta  192.0.2.2 ─┘  MTU 1500            MTU 1400                      │
 *                                                                       queue .2 ─ 10.244.3.1 ─┘
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario('hosts on two segments, with a router between them', async context => {
  const { lab, step } = context
  const wan = await lab.segment('wan')
  const lan = await lab.segment('lan', { mtu: 1400 })
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await lan.join('gamma', '198.51.100.3/24')
  const router = await wan.join('router', '192.0.2.254/24')
  await lan.join(router, '198.51.100.254/24')
  await router.forward()
  for (const host of [alpha, beta]) await host.addRoute({ to: 'default', via: '192.0.2.254' })
  await gamma.addRoute({ to: 'default', via: '198.51.100.254' })
  const hosts = [alpha, beta, gamma]

  await step('beta is beside alpha, gamma is one router away', async () => {
    await expect(alpha).toPing(beta, { ttl: 1 })
    await expect(alpha).not.toPing(gamma, { ttl: 1 })
    await expect(alpha).toPing(gamma, { ttl: 2 })
  })

  await step(
    'host-gw is refused: the router would not know the way to the containers',
    async () => {
      const refused = lab.network('routes', { driver: 'host-gw', subnet: '10.244.0.0/16', hosts })
      await assert.rejects(refused, {
        code: 'TNET_HOSTS_NOT_ADJACENT',
        message: 'network "routes": "alpha" and "gamma" are not on one segment',
        hint: /a router between them knows no route to the containers/,
        facts: {
          from: 'alpha 192.0.2.1/24',
          to: 'gamma 198.51.100.3/24',
          between: '192.0.2.254',
          command: 'ip -n alpha route get 198.51.100.3',
        },
      })
      await expect(alpha).not.toHaveLink('br-routes')
    },
  )

  await step('by hand it goes no better: a gateway must be on the segment', async () => {
    const route = { to: '10.244.3.0/24', via: '198.51.100.3', dev: 'eth0' }
    await assert.rejects(alpha.addRoute(route), { code: 'TNET_ROUTE_UNREACHABLE' })
  })

  const vxlan = { driver: 'vxlan', hosts } as const
  const blue = await lab.network('blue', { ...vxlan, subnet: '10.244.0.0/16' })
  const web = await alpha.container('web', { network: blue })
  const db = await beta.container('db', { network: blue })
  const queue = await gamma.container('queue', { network: blue })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onQueue = await queue.serve(80, request => `queue saw ${request.peer}`)

  await step('VXLAN goes wherever UDP goes, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(web).toPing(queue)
    await expect(queue).toPing('web')
    await expect(web).toCurl('http://queue/', { body: 'queue saw 10.244.1.2' })
    await expect(queue).toCurl('http://10.244.1.2/', { body: 'web saw 10.244.3.2' })
  })

  await step('the router sees hosts alone; containers are inside VXLAN', async () => {
    await using onRouter = await router.capture()
    await expect(web).toPing(queue)
    await expect(onRouter).toSee(
      /IP 192\.0\.2\.1\.\d+ > 198\.51\.100\.3\.8472: .*vni 1\nIP 10\.244\.1\.2 > 10\.244\.3\.2: ICMP/,
    )
    const outside = /^.*10\.244\./ // in the first line, which is the outer packet
    await expect(onRouter).not.toSee(outside)
  })

  await step('each host’s containers have the MTU that its own segment leaves', async () => {
    await expect(web).toHaveLink('eth0', { mtu: 1450 })
    await expect(queue).toHaveLink('eth0', { mtu: 1350 })
    await expect(web).toPing(db, { payload: 1422, fragment: false })
    await expect(web).not.toPing(db, { payload: 1423, fragment: false })
  })

  await step('between them the smaller one counts; what is larger needs fragments', async () => {
    await expect(web).toPing(queue, { payload: 1322, fragment: false })
    await expect(web).not.toPing(queue, { payload: 1323, fragment: false })
    await expect(web).toPing(queue, { payload: 1422, fragment: true })
  })

  await step('directRouting: a plain route to beta, the tunnel to gamma', async () => {
    const subnet = '10.245.0.0/16'
    const green = await lab.network('green', { ...vxlan, subnet, vni: 2, directRouting: true })
    const web2 = await alpha.container('web2', { network: green })
    const db2 = await beta.container('db2', { network: green })
    const queue2 = await gamma.container('queue2', { network: green })
    await expect(alpha).toHaveRoute('10.245.2.0/24', { via: '192.0.2.2', dev: 'eth0' })
    await expect(alpha).toHaveRoute('10.245.3.0/24', { via: '10.245.3.0', dev: 'flannel.2' })
    await using wire = await alpha.capture('eth0')
    await expect(web2).toPing(db2)
    await expect(web2).toPing(queue2)
    await expect(wire).toSee(/^IP 10\.245\.1\.2 > 10\.245\.2\.2: ICMP echo request/)
    await expect(wire).toSee(/vni 2\nIP 10\.245\.1\.2 > 10\.245\.3\.2: ICMP echo request/)
    await expect(wire).not.toSee(/vni 2\nIP 10\.245\.1\.2 > 10\.245\.2\.2/)
  })

  await step('without the router’s cable gamma is cut off, and comes back', async () => {
    await lan.unplug(router)
    await expect(web).not.toPing(queue)
    await expect(web).toPing(db)
    await lan.plug(router)
    await expect(web).eventually.toPing(queue)
  })
})
