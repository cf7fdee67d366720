import fs from 'node:fs'
import { EnvironmentError, UsageError } from '../../../errors.ts'

/** An endpoint that is reached by way of a relay. */
export interface RelayedEndpoint {
  /** Where the relay listens: `http://127.0.0.1:4001`, `unix:/run/relay.sock`. */
  url: string
  /** What is behind it: what errors call it, and the name that its certificate has to be for. */
  as: string
}

export interface EtcdOptions {
  /** `http://192.0.2.1:2379`, `https://…`, `unix:/run/etcd.sock`; several, or with commas between. */
  endpoints: string | readonly (string | RelayedEndpoint)[]
  /** What every key begins with, so that several can share one etcd. Default `tnet-lab/`. */
  prefix?: string
  username?: string
  password?: string
  /** PEM, or the path of a PEM file: who signed etcd's certificate. Default: whom Node trusts. */
  ca?: Buffer | string
  /** PEM, or the path of a PEM file: the certificate to show to etcd. */
  cert?: Buffer | string
  /** PEM, or the path of a PEM file: the key of `cert`. */
  key?: Buffer | string
  /** The name in etcd's certificate. Default: each endpoint's own. */
  serverName?: string
  /** Milliseconds that any one call may take in all, every retry included. Default 5000. */
  timeoutMs?: number
}

export interface TlsFiles {
  ca: Buffer | undefined
  cert: Buffer | undefined
  key: Buffer | undefined
}

/** One member, and how to get there. */
export interface EtcdEndpoint {
  /** What people know it by. */
  name: string
  /** As etcd3 wants it: with `http://` or `https://`, or `unix:` and a path. */
  url: string
  /** The name that its certificate has to be for; undefined: that in `url`. */
  serverName: string | undefined
}

/** Options with everything checked and filled in. */
export interface EtcdSettings {
  endpoints: readonly EtcdEndpoint[]
  prefix: string
  login: { name: string; password: string } | undefined
  /** undefined: without TLS. */
  tls: TlsFiles | undefined
  timeoutMs: number
}

function badEndpoint(endpoint: string, why: string): UsageError {
  return new UsageError(`${JSON.stringify(endpoint)} is no endpoint of etcd: ${why}`, {
    code: 'TNET_STORE_ENDPOINT',
    hint: 'write it as http://192.0.2.1:2379, https://etcd.example:2379 or unix:/run/etcd.sock',
  })
}

/** `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`. */
function parseEndpoint(endpoint: string): string {
  const socket = /^unix:(?:\/\/)?(\/[^]+)$/.exec(endpoint)
  if (socket !== null) return `unix:${socket[1]}`
  if (!URL.canParse(endpoint)) throw badEndpoint(endpoint, 'it is no URL')
  const url = new URL(endpoint)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw badEndpoint(endpoint, `nothing is known of ${url.protocol}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw badEndpoint(endpoint, 'name and password are options of their own')
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw badEndpoint(endpoint, 'only a host and a port belong there')
  }
  const ports = { 'http:': '80', 'https:': '443' }
  // The URL forgets a port that is its protocol's own; none at all means etcd's.
  const isNamed = new RegExp(`:${ports[url.protocol]}/?$`).test(endpoint)
  const port = url.port || (isNamed ? ports[url.protocol] : '2379')
  return `${url.protocol}//${url.hostname}:${port}`
}

function parseEndpoints({ endpoints, serverName }: EtcdOptions): EtcdEndpoint[] {
  const list = typeof endpoints === 'string' ? endpoints.split(',') : endpoints
  const parsed = list.map(endpoint => {
    if (typeof endpoint === 'string') {
      const url = parseEndpoint(endpoint.trim())
      return { name: url, url, serverName }
    }
    const name = parseEndpoint(endpoint.as)
    const host = URL.canParse(name) ? new URL(name).hostname : undefined
    return { name, url: parseEndpoint(endpoint.url), serverName: serverName ?? host }
  })
  if (parsed.length === 0) throw badEndpoint('', 'there has to be one at least')
  const [secure, plain] = ['https:', 'http:'].map(kind =>
    parsed.find(({ url }) => url.startsWith(kind)),
  )
  if (secure === undefined || plain === undefined) return parsed
  throw badEndpoint(plain.name, `it is without TLS, and ${secure.name} is with`)
}

function readPem(what: string, pem: Buffer | string | undefined): Buffer | undefined {
  if (pem === undefined || typeof pem !== 'string') return pem
  if (pem.includes('-----BEGIN')) return Buffer.from(pem)
  try {
    return fs.readFileSync(pem)
  } catch (cause) {
    throw new EnvironmentError(`could not read the ${what} for etcd`, {
      code: 'TNET_STORE_CERTIFICATE',
      facts: { kernel: cause instanceof Error ? cause.message : String(cause) },
      hint: 'give the path of a PEM file, or what is in it',
      cause,
    })
  }
}

function readTls(options: EtcdOptions, endpoints: readonly EtcdEndpoint[]): TlsFiles | undefined {
  const ca = readPem('CA', options.ca)
  const cert = readPem('certificate', options.cert)
  const key = readPem('key', options.key)
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('a certificate for etcd needs its key, and a key its certificate', {
      code: 'TNET_STORE_CERTIFICATE',
      hint: 'give both "cert" and "key"',
    })
  }
  const isAsked = (ca ?? cert) !== undefined
  const plain = endpoints.find(({ url }) => url.startsWith('http:'))
  if (isAsked && plain !== undefined) throw badEndpoint(plain.name, 'certificates need https://')
  return isAsked || endpoints.some(({ url }) => url.startsWith('https:'))
    ? { ca, cert, key }
    : undefined
}

/**
 * Checks options, and reads the files that they name.
 *
 * @throws UsageError TNET_STORE_ENDPOINT, TNET_STORE_PASSWORD, TNET_STORE_CERTIFICATE,
 * TNET_STORE_PREFIX; EnvironmentError TNET_STORE_CERTIFICATE when a file cannot be read.
 */
export function readSettings(options: EtcdOptions): EtcdSettings {
  const { prefix = 'tnet-lab/', username, password, timeoutMs = 5000 } = options
  const endpoints = parseEndpoints(options)
  if ((username === undefined) !== (password === undefined)) {
    throw new UsageError('etcd wants a user name and a password, or neither', {
      code: 'TNET_STORE_PASSWORD',
      hint: 'give both "username" and "password"',
    })
  }
  if (prefix === '' || /\p{Surrogate}/u.test(prefix)) {
    throw new UsageError(`${JSON.stringify(prefix)} cannot be the prefix of keys in etcd`, {
      code: 'TNET_STORE_PREFIX',
      hint: 'give any text, such as tnet-lab/',
    })
  }
  return {
    endpoints,
    prefix: prefix.endsWith('/') ? prefix : `${prefix}/`,
    login: username === undefined ? undefined : { name: username, password: password ?? '' },
    tls: readTls(options, endpoints),
    timeoutMs,
  }
}
