/**
 *  web .2 ─┐                                                            ┌─ db .2
 *  app .3 ─┴─ br-blue 10.244.1.1 ─ alpha ───── wan ───── beta ─ br-blue 10.244.2.1
 *                              192.0.2.1        │        192.0.2.2
 *                                   tun0 ~~ UDP 8285 ~~ tun0
 *                                               │
 *                                      outside 192.0.2.9
 *
 *  On the wire: IPv4, UDP, four bytes of our own, then the container's packet.
 */
import { strict as assert } from 'node:assert'
import {
  expect,
  registerDriver,
  scenario,
  type Bridge,
  type Host,
  type Lab,
  type NetworkDriver,
  type Segment,
} from 'tnet-lab'

const PORT = 8285
/** Our header: two letters, and the number of the network. */
const HEADER = Buffer.from([0x74, 0x6e, 0, 7])
/** What the underlay's 1500 bytes leave beside IPv4 (20), UDP (8) and our header. */
const MTU = 1500 - 20 - 8 - HEADER.length

/** A host's part of the network, and what it has for it. */
interface Site {
  address: string
  /** The first three numbers of its containers' addresses. */
  subnet: string
  bridge: Bridge
  close(): Promise<void>
}

/**
 * A network driver: a bridge and a TUN device on each host; what is sent to another host's part of
 * the subnet goes through both devices. Unlike one that is for everybody, it does not undo what it
 * has done when it fails half-way.
 */
function udpDriver(lab: Lab, wan: Segment, hosts: readonly Host[]): NetworkDriver {
  const sites = new Map<unknown, Site>()
  const nodeOf = (netns: unknown) => {
    const node = lab.nodes.find(node => node.netns === netns)
    assert(node !== undefined)
    return node
  }

  const driver: NetworkDriver = {
    name: 'udp',
    plan: () => ({ addressing: { prefix: 24, hasGateways: true, skipFirst: true } }),

    async addHost(network, part) {
      const host = hosts.find(({ netns }) => netns === part.host)
      assert(host !== undefined)
      const bridge = await host.bridge(`br-${network.name}`, `${part.gateway}/24`, { mtu: MTU })
      const tun = await host.openTun('tun0', { mtu: MTU })
      const socket = await host.serveUdp(PORT, ({ data }) => {
        if (data.subarray(0, HEADER.length).equals(HEADER)) tun.send(data.subarray(HEADER.length))
      })
      tun.onPacket = packet => {
        // Bytes 16 to 19 of an IPv4 header are its destination.
        const subnet = packet.subarray(16, 19).join('.')
        const to = [...sites.values()].find(site => site.subnet === subnet)
        if (to === undefined) return
        socket.send(Buffer.concat([HEADER, packet]), { address: to.address, port: PORT })
      }
      const [zero = ''] = part.subnet.split('/')
      sites.set(part.host, {
        address: host.addressOn(wan),
        subnet: zero.split('.').slice(0, 3).join('.'),
        bridge,
        async close() {
          await socket.close()
          await tun.close()
          await bridge.delete()
        },
      })
      // With the whole network's prefix length, so that what is not on the bridge goes this way.
      await tun.link.addAddress(`${zero}/${network.subnet.split('/')[1]}`)
      await tun.link.up()
      await host.forward()
    },

    async removeHost(_network, { host }) {
      await sites.get(host)?.close()
      sites.delete(host)
    },

    async create(network) {
      for (const part of network.parts) await driver.addHost?.(network, part)
    },

    async delete(network) {
      for (const part of network.parts) await driver.removeHost?.(network, part)
    },

    async connect(_network, endpoint, place) {
      const { bridge } = sites.get(place.host) ?? assert.fail()
      const [container, name] = [nodeOf(place.container), endpoint.device]
      const port = bridge.host.freeLinkName(endpoint.container)
      const eth = { name, on: container, mac: endpoint.mac, mtu: MTU }
      const [outer, inner] = await bridge.host.veth({ name: port, mtu: MTU }, eth)
      await outer.attachTo(bridge)
      await outer.up()
      await inner.addAddress(endpoint.prefix)
      await inner.up()
      for (const via of endpoint.gateways) await container.addRoute({ to: 'default', via })
      return endpoint
    },

    async disconnect(_network, endpoint, place) {
      await (await nodeOf(place.container).link(endpoint.device)).delete()
    },
  }
  return driver
}

export default scenario('an encapsulation of one’s own, over UDP', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const outside = await wan.join('outside', '192.0.2.9/24')

  const linkNames = async (host: Host) => (await host.links()).map(({ name }) => name)
  const before = await linkNames(alpha)

  registerDriver(udpDriver(lab, wan, [alpha, beta, gamma]))
  const blue = await lab.network('blue', {
    driver: 'udp',
    subnet: '10.244.0.0/16',
    hosts: [alpha, beta],
  })
  const web = await alpha.container('web', { network: blue })
  const app = await alpha.container('app', { network: blue })
  const db = await beta.container('db', { network: blue })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)
  const tunnel = await alpha.link('tun0')

  await step('containers on different hosts reach each other, by address and by name', async () => {
    await expect(web).toHaveAddress('10.244.1.2/24')
    await expect(web).toPing('10.244.2.2')
    await expect(db).toPing('web')
    await expect(web).toCurl('http://db/', { body: 'db saw 10.244.1.2' })
    await expect(db).toCurl('http://10.244.1.2/', { body: 'web saw 10.244.2.2' })
  })

  await step('on the wire it is UDP between the hosts, with our header', async () => {
    await using wire = await beta.capture('eth0')
    await expect(web).toPing(db)
    // The packet of 84 bytes, and four of ours.
    await expect(wire).toSee('IP 192.0.2.1.8285 > 192.0.2.2.8285: UDP, length 88')
    await expect(wire).toSee('IP 192.0.2.2.8285 > 192.0.2.1.8285: UDP, length 88')
    const sent = wire.packets().find(packet => String(packet).includes('.8285: UDP'))
    // After Ethernet (14), IPv4 (20) and UDP (8).
    assert.deepEqual(sent?.bytes.subarray(42, 46), HEADER)
    assert.equal(sent.bytes.readUInt8(46) >> 4, 4)
  })

  await step('32 bytes of each packet are the tunnel’s', async () => {
    await expect(web).toHaveLink('eth0', { mtu: 1468 })
    await expect(web).toPing(db, { payload: 1440, fragment: false })
    await expect(web).not.toPing(db, { payload: 1441, fragment: false })
  })

  await step('what has another network’s header does not get in', async () => {
    await using wire = await alpha.capture('eth0')
    await using inside = await alpha.capture(tunnel)
    await using stranger = await outside.serveUdp(PORT)
    const knock = (header: string | Buffer) =>
      stranger.send(Buffer.concat([Buffer.from(header), Buffer.alloc(20, 0x45)]), {
        address: alpha.addressOn(wan),
        port: PORT,
      })
    knock('evil')
    // What is answered came later.
    await expect(outside).toPing(alpha)
    await expect(wire).toSee('IP 192.0.2.9.8285 > 192.0.2.1.8285: UDP, length 24')
    await expect(inside).not.toSee('IP 69.69.69.69')
    // Who knows the header gets in: this is an encapsulation, not a VPN.
    knock(HEADER)
    await expect(db).toPing(web)
    await expect(inside).toSee('IP 69.69.69.69')
  })

  await step('with its tunnel down, alpha has only itself', async () => {
    await tunnel.down()
    await expect(web).not.toPing(db)
    await expect(db).not.toPing(web)
    await expect(web).toPing(app)
    await expect(alpha).toPing(beta)
    await tunnel.up()
    await expect(web).toPing(db)
  })

  await step('a host may join while the network runs, and leave', async () => {
    await blue.addHost(gamma)
    const queue = await gamma.container('queue', { network: blue })
    await expect(queue).toPing(web)
    await expect(db).toPing(queue)
    await blue.disconnect(queue)
    await blue.removeHost(gamma)
    await expect(gamma).not.toHaveLink('tun0')
    await expect(web).toPing(db)
  })

  await step('deleted, nothing of it is left', async () => {
    for (const container of [web, app, db]) await blue.disconnect(container)
    await blue.delete()
    assert.deepEqual(await linkNames(alpha), before)
    assert.deepEqual(await linkNames(beta), before)
  })
})
