import type { Etcd3, IOptions } from 'etcd3'
import { UsageError } from '../../../errors.ts'
import { EtcdFailure } from './etcd-failure.ts'
import type { EtcdEndpoint, EtcdSettings } from './etcd-options.ts'

export type { Etcd3 }
export type CallOptions = NonNullable<Parameters<Etcd3['kv']['range']>[1]>
type Interceptor = NonNullable<CallOptions['interceptors']>[number]

/** etcd3 without its retries: a commit that is sent twice could fail for what it did itself. */
const atOnce = { execute: async (request: (context: object) => unknown) => request({}) }
type Policies = NonNullable<IOptions['faultHandling']>
const faultHandling = { host: () => atOnce, global: atOnce } as unknown as Policies

/**
 * Loads etcd3, which takes a tenth of a second.
 *
 * @returns what makes a client of one member; that connects when it is first used. Throws
 * UsageError TNET_STORE_CERTIFICATE.
 */
export async function loadClient(
  settings: EtcdSettings,
): Promise<(endpoint: EtcdEndpoint) => Etcd3> {
  const { Etcd3 } = await import('etcd3')
  return endpoint => {
    try {
      return new Etcd3(clientOptions(settings, endpoint))
    } catch (cause) {
      throw badCertificate(cause)
    }
  }
}

/** OpenSSL does not take what we were given as certificate and key. */
function badCertificate(cause: unknown): UsageError {
  return new UsageError('the certificate for etcd and its key are of no use', {
    code: 'TNET_STORE_CERTIFICATE',
    facts: { openssl: cause instanceof Error ? cause.message : String(cause) },
    hint: 'give "cert" and "key" that belong together, in PEM',
    cause,
  })
}

function clientOptions({ tls }: EtcdSettings, { url, serverName }: EtcdEndpoint): IOptions {
  const named =
    serverName === undefined
      ? {}
      : { 'grpc.ssl_target_name_override': serverName, 'grpc.default_authority': serverName }
  const grpcOptions = {
    // The machine's proxy is not on the way to a lab's etcd.
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    'grpc.max_receive_message_length': -1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
    ...named,
  }
  const options = { hosts: url, grpcOptions, faultHandling }
  if (tls === undefined) return options
  const { ca, cert, key } = tls
  // The types want a CA; without one gRPC trusts whom Node trusts.
  const credentials = {
    rootCertificate: ca,
    ...(cert !== undefined && { certChain: cert }),
    ...(key !== undefined && { privateKey: key }),
  } as NonNullable<IOptions['credentials']>
  return { ...options, credentials }
}

/**
 * What goes along with one request: our token, and that a member without a leader is to say so at
 * once. A refused token makes etcd3 send the request again, and again: not beyond here.
 */
export function credentialsOf(token: string | undefined): Interceptor {
  let isSent = false
  const intercept = (...[options, nextCall]: Parameters<Interceptor>) => {
    if (isSent) throw new EtcdFailure('invalid auth token')
    isSent = true
    const call = nextCall(options)
    const start = call.start.bind(call)
    call.start = (metadata, listener) => {
      metadata.set('hasleader', 'true')
      if (token !== undefined && token !== '') metadata.set('token', token)
      start(metadata, listener)
    }
    return call
  }
  // gRPC's types want an instance of a class of its own; it only ever calls the methods.
  return intercept as Interceptor
}
