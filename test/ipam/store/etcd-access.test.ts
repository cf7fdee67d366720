import '../../sandboxed.ts'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import t from 'tap'
import { EtcdStore } from '../../../src/ipam/store/etcd-store.ts'
import type { EtcdOptions } from '../../../src/ipam/store/etcd-store.ts'
import { Authority } from './certificates.ts'
import { EtcdServers, etcdctl, needsEtcd } from './etcd-server.ts'

t.setTimeout(600_000)

/** Whoever connects is led to a port of 127.0.0.1. */
function relayTo(port: number): net.Server {
  return net.createServer(client => {
    const server = net.connect(port, '127.0.0.1')
    client.pipe(server).pipe(client)
    for (const socket of [client, server]) socket.on('error', () => undefined)
  })
}

/** Opens, changes, reads, closes. */
async function use(options: EtcdOptions): Promise<void> {
  await using store = await EtcdStore.open({ timeoutMs: 3000, ...options })
  await store.commit({ put: new Map([['a', '1']]) })
  if ((await store.get('a'))?.value !== '1') throw new Error('it is not there')
}

t.test('options that cannot be right are refused before anybody is asked', async t => {
  const folder = t.testdir()
  const wrong: [options: EtcdOptions, code: string, message: RegExp][] = [
    [{ endpoints: [] }, 'ENDPOINT', /at least/],
    [{ endpoints: 'etcd:2379' }, 'ENDPOINT', /"etcd:2379" .* nothing is known of etcd:/],
    [{ endpoints: '127.0.0.1' }, 'ENDPOINT', /no URL/],
    [{ endpoints: 'ftp://127.0.0.1' }, 'ENDPOINT', /ftp:/],
    [{ endpoints: 'http://127.0.0.1:2379/v3' }, 'ENDPOINT', /only a host and a port/],
    [{ endpoints: 'http://root:secret@127.0.0.1' }, 'ENDPOINT', /options of their own/],
    [{ endpoints: 'http://10.0.0.1,https://10.0.0.2' }, 'ENDPOINT', /without TLS/],
    [{ endpoints: 'http://10.0.0.1', ca: '-----BEGIN' }, 'ENDPOINT', /need https/],
    [{ endpoints: 'http://10.0.0.1', username: 'root' }, 'PASSWORD', /or neither/],
    [{ endpoints: 'https://10.0.0.1', cert: '-----BEGIN' }, 'CERTIFICATE', /needs its key/],
    [{ endpoints: 'https://10.0.0.1', ca: `${folder}/no.pem` }, 'CERTIFICATE', /read the CA/],
    [{ endpoints: 'http://10.0.0.1', prefix: '' }, 'PREFIX', /""/],
  ]
  for (const [options, code, message] of wrong) {
    await t.rejects(EtcdStore.open(options), { code: `TNET_STORE_${code}`, message }, code)
  }
})

t.test('a password', needsEtcd, async t => {
  await using etcd = await EtcdServers.start()
  const [endpoint = ''] = etcd.endpoints
  const root = { endpoints: endpoint, username: 'root', password: 'secret' }
  await use(root)
  t.pass('etcd that wants none lets in who brings one')
  for (const [user, role] of Object.entries({ root: 'root', app: 'app', guest: 'guest' })) {
    etcdctl(endpoint, 'user', 'add', `${user}:secret`)
    if (role !== 'root') etcdctl(endpoint, 'role', 'add', role)
    etcdctl(endpoint, 'user', 'grant-role', user, role)
  }
  etcdctl(endpoint, 'role', 'grant-permission', 'app', '--prefix=true', 'readwrite', 'app/')
  etcdctl(endpoint, 'role', 'grant-permission', 'guest', '--prefix=true', 'read', 'app/')
  etcdctl(endpoint, 'auth', 'enable')

  await use(root)
  await use({ ...root, username: 'app', prefix: 'app/' })
  await t.rejects(use({ endpoints: endpoint }), {
    name: 'UsageError',
    code: 'TNET_STORE_AUTH_REQUIRED',
    facts: { etcd: /user name is empty/ },
  })
  await t.rejects(use({ ...root, password: 'wrong' }), {
    name: 'UsageError',
    code: 'TNET_STORE_PASSWORD',
    message: `etcd at ${endpoint} refuses the password of "root"`,
    facts: { etcd: /authentication failed/ },
  })
  await t.rejects(use({ ...root, username: 'nobody' }), { code: 'TNET_STORE_PASSWORD' })
  for (const denied of [
    { username: 'app', prefix: 'other/' },
    { username: 'guest', prefix: 'app/' },
  ]) {
    await t.rejects(use({ ...root, ...denied }), {
      name: 'EnvironmentError',
      code: 'TNET_STORE_DENIED',
      facts: { etcd: /permission denied/ },
    })
  }

  // etcd forgets the tokens that it gave when it starts again.
  await using store = await EtcdStore.open(root)
  await etcd.kill(0)
  etcd.run(0)
  await etcd.ready(0)
  t.equal((await store.get('a'))?.value, '1')
  t.ok(await store.commit({ put: new Map([['a', '2']]) }))
})

t.test('TLS', needsEtcd, async t => {
  const folder = t.testdir()
  const ours = new Authority(folder, 'ours')
  const { cert, key } = ours.sign('server', 'DNS:etcd.example,IP:127.0.0.1')
  await using etcd = await EtcdServers.start({
    scheme: 'https',
    flags: ['--cert-file', cert, '--key-file', key],
  })
  const [endpoint = ''] = etcd.endpoints
  const elsewhere = endpoint.replace('127.0.0.1', '127.0.0.2')
  await use({ endpoints: endpoint, ca: ours.cert })
  await use({ endpoints: endpoint, ca: fs.readFileSync(ours.cert) })
  await use({ endpoints: endpoint, ca: fs.readFileSync(ours.cert, 'utf8') })

  const others = new Authority(folder, 'others')
  const untrusted = {
    name: 'EnvironmentError',
    code: 'TNET_STORE_CERTIFICATE',
    message: /is not trusted/,
    facts: { etcd: /unable to verify|self-signed/ },
  }
  await t.rejects(use({ endpoints: endpoint, ca: others.cert }), untrusted)
  await t.rejects(use({ endpoints: endpoint }), untrusted)
  const port = Number(new URL(endpoint).port)
  const relay = relayTo(port)
  await once(relay.listen(port, '127.0.0.2'), 'listening')
  t.teardown(() => relay.close())
  await t.rejects(use({ endpoints: elsewhere, ca: ours.cert }), {
    code: 'TNET_STORE_CERTIFICATE',
    message: /is for another name/,
    facts: { etcd: /127\.0\.0\.2 is not in the cert's list/ },
    hint: /serverName/,
  })
  await use({ endpoints: elsewhere, ca: ours.cert, serverName: 'etcd.example' })
  await use({ endpoints: [{ url: elsewhere, as: 'https://etcd.example' }], ca: ours.cert })
  await t.rejects(
    use({ endpoints: [{ url: elsewhere, as: 'https://other.example' }], ca: ours.cert }),
    { code: 'TNET_STORE_CERTIFICATE', message: /https:\/\/other\.example:2379 is for another/ },
  )
  await t.rejects(use({ endpoints: endpoint.replace('https', 'http') }), {
    code: 'TNET_STORE_UNREACHABLE',
    hint: /https/,
  })

  etcdctl(endpoint, '--cacert', ours.cert, 'user', 'add', 'root:secret')
  etcdctl(endpoint, '--cacert', ours.cert, 'user', 'grant-role', 'root', 'root')
  etcdctl(endpoint, '--cacert', ours.cert, 'auth', 'enable')
  const login = { username: 'root', password: 'secret' }
  await use({ endpoints: elsewhere, ca: ours.cert, serverName: 'etcd.example', ...login })
  t.pass('a password by way of a relay, too')
})

t.test('TLS, where etcd wants to see a certificate too', needsEtcd, async t => {
  const folder = t.testdir()
  const ours = new Authority(folder, 'ours')
  const { cert, key } = ours.sign('server', 'DNS:etcd.example,IP:127.0.0.1')
  const trusted = ['--client-cert-auth', '--trusted-ca-file', ours.cert]
  await using etcd = await EtcdServers.start({
    scheme: 'https',
    flags: ['--cert-file', cert, '--key-file', key, ...trusted],
  })
  const options = { endpoints: etcd.endpoints, ca: ours.cert }
  const client = ours.sign('client', 'DNS:client')
  await use({ ...options, ...client })
  const refused = {
    name: 'EnvironmentError',
    code: 'TNET_STORE_CERTIFICATE',
    message: /refuses our certificate, or that there is none/,
    facts: { etcd: /bad certificate|certificate required/ },
    hint: /"cert" and "key"/,
  }
  await t.rejects(use(options), refused)
  const strange = new Authority(folder, 'strange').sign('stranger', 'DNS:client')
  await t.rejects(use({ ...options, ...strange }), refused)
  await t.rejects(use({ ...options, ...client, key: strange.key }), {
    name: 'UsageError',
    code: 'TNET_STORE_CERTIFICATE',
    facts: { openssl: /mismatch/ },
  })
})

t.test('a Unix socket', needsEtcd, async t => {
  await using etcd = await EtcdServers.start()
  const relay = relayTo(Number(new URL(etcd.endpoints[0] ?? '').port))
  await once(relay.listen('/run/etcd.sock'), 'listening')
  await use({ endpoints: 'unix:/run/etcd.sock' })
  await use({ endpoints: [{ url: 'unix:///run/etcd.sock', as: 'http://etcd.example:2379' }] })
  relay.close()
  await t.rejects(
    use({ endpoints: [{ url: 'unix:/run/gone.sock', as: 'http://etcd.example:2379' }] }),
    {
      code: 'TNET_STORE_UNREACHABLE',
      message: 'could not reach etcd at http://etcd.example:2379',
      facts: { etcd: /ENOENT/ },
    },
  )
})
