/**
 *  client on alpha 192.0.2.1 ─┐            ┌─ etcd on k1 192.0.2.11
 *  client on beta  192.0.2.2 ─┼─── wan ────┼─ etcd on k2 192.0.2.12
 *  client on gamma 192.0.2.3 ─┘            └─ etcd on k3 192.0.2.13
 */
import { strict as assert } from 'node:assert'
import { expect, scenario, type Host, type Ipam, type Program } from 'tnet-lab'

/** One member of a cluster on each host, as etcd's own documentation starts it. */
async function startEtcd(hosts: readonly Host[], addresses: readonly string[]): Promise<Program[]> {
  const peers = addresses.map((address, n) => `${hosts[n]}=http://${address}:2380`).join(',')
  const start = (host: Host, n: number) => {
    const address = addresses[n] ?? ''
    const client = `http://${address}:2379`
    const peer = `http://${address}:2380`
    const options = {
      name: `${host}`,
      'data-dir': `/run/etcd-${host}`,
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': peers,
    }
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
    return host.spawn('etcd', words, {
      ready: { line: 'ready to serve client requests' },
      readyTimeoutMs: 20_000,
    })
  }
  return Promise.all(hosts.map(start))
}

const urls = (addresses: readonly string[]) => addresses.map(address => `http://${address}:2379`)

export default scenario('IPAM in an etcd of three members', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const k1 = await wan.join('k1', '192.0.2.11/24')
  const k2 = await wan.join('k2', '192.0.2.12/24')
  const k3 = await wan.join('k3', '192.0.2.13/24')
  const addresses = ['192.0.2.11', '192.0.2.12', '192.0.2.13']
  const [first] = await startEtcd([k1, k2, k3], addresses)

  const client = async (host: Host) => {
    const store = await host.etcd(urls(addresses), { timeoutMs: 3000 })
    return (await lab.networksIn(store)).ipam
  }
  const clients = await Promise.all([alpha, beta, gamma].map(client))
  const [onAlpha] = clients as [Ipam]

  /** Everybody asks for an address at once. */
  const allAsk = async () => {
    const given = await Promise.all(clients.map(ipam => ipam.allocate('flat')))
    return given.map(({ address }) => address)
  }
  const seen = new Set<string>()
  const checkNew = (given: readonly string[]) => {
    for (const address of given) {
      assert.ok(!seen.has(address), `${address} is given once`)
      seen.add(address)
    }
  }

  /** Its members elect a leader again, but TCP between them may sleep for seconds before that. */
  const onceElected = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let n = 0; n < 5; n++) {
      try {
        return await work()
      } catch (error) {
        if (!String((error as { code?: unknown }).code).startsWith('TNET_STORE_')) throw error
      }
    }
    return work()
  }

  await step('three members, three clients, one pool', async () => {
    await onAlpha.createPool({ name: 'flat', subnet: '10.9.0.0/24' })
    for (let n = 0; n < 5; n++) checkNew(await allAsk())
  })

  await step('one member may go: two go on', async () => {
    await first?.stop()
    checkNew(await allAsk())
  })

  await step('with one of three nothing is given out, and whoever asks hears why', async () => {
    await wan.unplug(k2)
    await assert.rejects(onAlpha.allocate('flat'), { code: /^TNET_STORE_/ })
    await expect(alpha).toPing(k3)
  })

  await step('the second is back: nothing was lost, nothing is held twice', async () => {
    await wan.plug(k2)
    await expect(alpha).eventually.toPing(k2)
    checkNew(await onceElected(allAsk))
    const { isClean, findings } = await onAlpha.fsck()
    assert.ok(isClean, JSON.stringify(findings))
  })
})
