import { DeadlineError, EnvironmentError, UsageError } from '../../../errors.ts'
import type { Facts, TnetError } from '../../../errors.ts'

/** What went wrong with one request, as far as it matters to us. */
export type Trouble =
  | 'unreachable'
  | 'blocked'
  | 'silent'
  | 'broken'
  | 'no leader'
  | 'busy'
  | 'token'
  | 'password'
  | 'no password'
  | 'no authentication'
  | 'denied'
  | 'untrusted'
  | 'other name'
  | 'our certificate'
  | 'handshake'
  | 'lease lost'
  | 'lease exists'
  | 'compacted'
  | 'too large'
  | 'full'
  | 'closed'
  | 'refused'

/** What etcd, gRPC and OpenSSL say, and what it means; the first that matches counts. */
const MEANINGS: readonly (readonly [words: RegExp, means: Trouble])[] = [
  [/authentication failed, invalid user/, 'password'],
  [/user name is empty/, 'no password'],
  [/invalid auth token|auth store is old|revision in header is old/, 'token'],
  [/authentication is not enabled/, 'no authentication'],
  [/permission denied/, 'denied'],
  [/requested lease not found/, 'lease lost'],
  [/lease already exists/, 'lease exists'],
  [/has been compacted/, 'compacted'],
  [/too many operations|request is too large|larger than max/, 'too large'],
  [/database space exceeded/, 'full'],
  [/client was already closed/, 'closed'],
  [/does not match certificate's altnames/, 'other name'],
  [/alert (bad certificate|certificate required|unknown ca|unsupported cert)/, 'our certificate'],
  [/unable to (verify|get)|self-signed|certificate (has|is|chain)|CERT_/, 'untrusted'],
  [/SSL routines|alert number/, 'handshake'],
  [/no leader/, 'no leader'],
  [/too many requests/, 'busy'],
  [/No connection established|Name resolution failed|Channel closed before/, 'unreachable'],
  // No connection came about in time: the request was not sent.
  [/DEADLINE_EXCEEDED.*[Ww]aiting for/, 'blocked'],
  [/DEADLINE_EXCEEDED/, 'silent'],
  [/^\d+ (UNAVAILABLE|CANCELLED|INTERNAL|UNKNOWN|ABORTED)/, 'broken'],
]

/** Another try, perhaps elsewhere, may succeed. */
const PASSING: ReadonlySet<Trouble> = new Set<Trouble>([
  'unreachable',
  'blocked',
  'silent',
  'broken',
  'no leader',
  'busy',
  'token',
])

/** The request may have arrived, and what it asked for have been done or be done yet. */
const UNCERTAIN: ReadonlySet<Trouble> = new Set<Trouble>(['silent', 'broken'])

/** One request that failed. */
export class EtcdFailure extends Error {
  readonly trouble: Trouble
  /** What was said, without gRPC's framing. */
  readonly said: string

  constructor(cause: unknown) {
    const text = cause instanceof Error ? cause.message : String(cause)
    super(text, { cause })
    this.trouble = MEANINGS.find(([words]) => words.test(text))?.[1] ?? 'refused'
    this.said = unframed(text)
  }

  get isPassing(): boolean {
    return PASSING.has(this.trouble)
  }

  get mayHaveHappened(): boolean {
    return UNCERTAIN.has(this.trouble)
  }
}

function unframed(text: string): string {
  return text
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/^No connection established\. Last error: /, '')
    .replace(/^Error(?: \[\w+\])?: /, '')
    .replace(/\s*(?:\(\d{4}-[^)]*\))?\. Resolution note:.*$/s, '')
    .replace(/^.*SSL routines:[^:]*:([^:]*):.*$/s, '$1')
    .replace(/^Deadline exceeded after .*$/s, 'nothing')
    .trim()
}

/** What was asked of whom. */
export interface Asked {
  /** `http://192.0.2.1:2379, …` */
  endpoints: string
  facts: Facts
  timeoutMs: number
  user: string | undefined
}

type Explanation = (asked: Asked) => TnetError

const environment =
  (code: string, message: (at: string) => string, hint: string): Explanation =>
  ({ endpoints, facts }) =>
    new EnvironmentError(message(endpoints), { code, facts, hint })

const usage =
  (code: string, message: (asked: Asked) => string, hint: string): Explanation =>
  asked =>
    new UsageError(message(asked), { code, facts: asked.facts, hint })

const late: Explanation = ({ endpoints, facts, timeoutMs }) =>
  new DeadlineError(`etcd at ${endpoints} did not answer within ${timeoutMs} ms`, {
    code: 'TNET_STORE_TIMEOUT',
    facts,
    hint: 'see whether packets get there, and whether most of its members run',
  })

const EXPLANATIONS: Partial<Record<Trouble, Explanation>> = {
  blocked: late,
  silent: late,
  broken: late,
  busy: late,
  unreachable: environment(
    'TNET_STORE_UNREACHABLE',
    at => `could not reach etcd at ${at}`,
    'see that etcd runs and listens there, and whether it wants https:// or http://',
  ),
  'no leader': ({ endpoints, facts }) =>
    new DeadlineError(`etcd at ${endpoints} has no leader`, {
      code: 'TNET_STORE_NO_QUORUM',
      facts,
      hint: 'start its other members: more than half of them have to run',
    }),
  password: usage(
    'TNET_STORE_PASSWORD',
    ({ endpoints, user }) => `etcd at ${endpoints} refuses the password of "${user}"`,
    'give the right "username" and "password"',
  ),
  'no password': usage(
    'TNET_STORE_AUTH_REQUIRED',
    ({ endpoints }) => `etcd at ${endpoints} wants a user name and a password`,
    'give "username" and "password"',
  ),
  denied: environment(
    'TNET_STORE_DENIED',
    at => `etcd at ${at} does not let this user do that`,
    'grant its role readwrite on the prefix, or choose another prefix',
  ),
  untrusted: environment(
    'TNET_STORE_CERTIFICATE',
    at => `the certificate of etcd at ${at} is not trusted`,
    'give the certificate of who signed it as "ca"',
  ),
  'other name': environment(
    'TNET_STORE_CERTIFICATE',
    at => `the certificate of etcd at ${at} is for another name`,
    'use the name that is in the certificate as the endpoint, or give it as "serverName"',
  ),
  'our certificate': environment(
    'TNET_STORE_CERTIFICATE',
    at => `etcd at ${at} refuses our certificate, or that there is none`,
    'give "cert" and "key", signed by whom it trusts',
  ),
  handshake: environment(
    'TNET_STORE_CERTIFICATE',
    at => `no TLS came about with etcd at ${at}`,
    'look at what its log says, and at the certificates that it was started with',
  ),
  compacted: environment(
    'TNET_STORE_COMPACTED',
    at => `etcd at ${at} was compacted while its keys were being listed, time and again`,
    'try again, and let it be compacted less often',
  ),
  'too large': usage(
    'TNET_STORE_CHANGE_SIZE',
    ({ endpoints }) => `etcd at ${endpoints} does not take so much in one change`,
    'change fewer keys at once; etcd takes 128 and 1.5 MiB by default',
  ),
  closed: usage(
    'TNET_STORE_CLOSED',
    () => 'the store in etcd was closed before',
    'use it first, then close it',
  ),
  full: environment(
    'TNET_STORE_FULL',
    at => `etcd at ${at} is full`,
    'make room: etcdctl compact, etcdctl defrag, etcdctl alarm disarm',
  ),
}

/** A failure as an error of ours. */
export function explainFailure({ trouble }: EtcdFailure, asked: Asked): TnetError {
  const explain =
    EXPLANATIONS[trouble] ??
    environment(
      'TNET_STORE_FAILED',
      at => `etcd at ${at} refused`,
      'see its own words, and its log',
    )
  return explain(asked)
}

/**
 * The same error with what relays know: a client that one of them hangs up on is told no more than
 * `read ECONNRESET`.
 *
 * @param reasons why a relay reached nobody, by the endpoint that it leads to
 */
export function withReasons(error: TnetError, reasons: ReadonlyMap<string, string>): TnetError {
  // One endpoint that failed is named by the message alone.
  const only = [...reasons].find(([endpoint]) => error.message.endsWith(` at ${endpoint}`))?.[1]
  const said = Object.entries(error.facts).map(([who, words]) => {
    return [who, (who === 'etcd' ? only : reasons.get(who)) ?? words]
  })
  return Object.assign(error, { facts: Object.fromEntries(said) })
}
