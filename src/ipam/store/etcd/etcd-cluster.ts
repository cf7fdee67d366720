import { setTimeout } from 'node:timers/promises'
import { nowMs } from '../../../clock.ts'
import { TnetError } from '../../../errors.ts'
import { credentialsOf, loadClient } from './etcd-client.ts'
import type { CallOptions, Etcd3 } from './etcd-client.ts'
import { EtcdFailure, explainFailure } from './etcd-failure.ts'
import type { Trouble } from './etcd-failure.ts'
import type { EtcdSettings } from './etcd-options.ts'

/** One request to one member. */
export type Request<T> = (client: Etcd3, options: CallOptions) => Promise<T>

/** Which of several failures says most about what is wrong. */
const TELLING: readonly Trouble[] = [
  'no leader',
  'silent',
  'broken',
  'busy',
  'token',
  'blocked',
  'unreachable',
]

interface Member {
  readonly name: string
  readonly client: Etcd3
}

/**
 * The members of an etcd cluster, one of which is asked, and another one when that fails. A call
 * ends by its deadline, however many it takes.
 */
export class EtcdCluster {
  readonly #settings: EtcdSettings
  readonly #members: readonly Member[]
  readonly #attemptMs: number
  #current: number
  #token: Promise<string> | undefined
  #isOpen = false

  private constructor(settings: EtcdSettings, members: readonly Member[]) {
    this.#settings = settings
    this.#members = members
    // A member that does not answer leaves time to ask others, or to connect to it anew.
    this.#attemptMs = settings.timeoutMs / Math.min(4, members.length + 1)
    this.#current = Math.floor(Math.random() * members.length)
  }

  /** Loads etcd3, which takes a tenth of a second, and connects to nobody yet. */
  static async load(settings: EtcdSettings): Promise<EtcdCluster> {
    const connect = await loadClient(settings)
    const members = settings.endpoints.map(endpoint => ({
      name: endpoint.name,
      client: connect(endpoint),
    }))
    return new EtcdCluster(settings, members)
  }

  /** When a call that begins now has to be over, on `nowMs`' clock. */
  deadline(): number {
    return nowMs() + this.#settings.timeoutMs
  }

  /**
   * Asks until there is an answer, for what may be asked twice. The first call of all gives up when
   * every member refuses: nobody has to wait to be told of a typing error.
   *
   * @throws TnetError what the last attempts say.
   */
  async call<T>(request: Request<T>, deadline = this.deadline()): Promise<T> {
    const failures = new Map<string, EtcdFailure>()
    for (;;) {
      const { name } = this.#member
      try {
        const answer = await this.once(request, deadline)
        this.#isOpen = true
        return answer
      } catch (error) {
        if (!(error instanceof EtcdFailure)) throw error
        note(failures, name, error)
        const isHopeless = !error.isPassing || this.#isNobodyThere(failures)
        if (isHopeless || !(await this.pause(deadline))) throw this.explain(failures)
      }
    }
  }

  /**
   * One attempt. Whoever asks next asks another member if it fails for that member's sake.
   *
   * @throws EtcdFailure
   */
  async once<T>(request: Request<T>, deadline: number): Promise<T> {
    const member = this.#member
    try {
      const token = await this.#login(member, deadline)
      return await request(member.client, this.#options(token, deadline))
    } catch (cause) {
      if (cause instanceof TnetError) throw cause
      const failure = cause instanceof EtcdFailure ? cause : new EtcdFailure(cause)
      if (failure.trouble === 'token') this.#token = undefined
      else if (failure.isPassing && member === this.#member) this.#turn()
      throw failure
    }
  }

  /** Waits a little before another attempt; false: there is no time for one. */
  async pause(deadline: number): Promise<boolean> {
    const left = deadline - nowMs()
    if (left <= 0) return false
    await setTimeout(Math.min(left, 10 + Math.random() * 40))
    return true
  }

  /** What failed, as one error. */
  explain(failures: ReadonlyMap<string, EtcdFailure>): TnetError {
    const all = [...failures.values()]
    const last = all.at(-1)!
    const rank = ({ trouble }: EtcdFailure) => TELLING.indexOf(trouble)
    const telling = all.toSorted((a, b) => rank(a) - rank(b))[0]!
    return explainFailure(last.isPassing ? telling : last, {
      endpoints: [...failures.keys()].join(', '),
      facts: factsOf(failures),
      timeoutMs: this.#settings.timeoutMs,
      user: this.#settings.login?.name,
    })
  }

  /** The member that is asked next. */
  get member(): string {
    return this.#member.name
  }

  close(): void {
    for (const { client } of this.#members) client.close()
  }

  /** Nobody ever was, and every member refuses. */
  #isNobodyThere(failures: ReadonlyMap<string, EtcdFailure>): boolean {
    const refused = [...failures.values()].filter(({ trouble }) => trouble === 'unreachable')
    return !this.#isOpen && refused.length === this.#members.length
  }

  get #member(): Member {
    return this.#members[this.#current]!
  }

  #turn(): void {
    this.#current = (this.#current + 1) % this.#members.length
  }

  #options(token: string | undefined, deadline: number): CallOptions {
    const left = Math.min(deadline - nowMs(), this.#attemptMs)
    return { deadline: Date.now() + Math.max(1, left), interceptors: [credentialsOf(token)] }
  }

  /** The token of our user, which one attempt gets for all who wait for it. */
  async #login({ client }: Member, deadline: number): Promise<string | undefined> {
    const { login } = this.#settings
    if (login === undefined) return undefined
    this.#token ??= client.auth.authenticate(login, this.#options(undefined, deadline)).then(
      ({ token }) => token,
      cause => {
        this.#token = undefined
        const failure = new EtcdFailure(cause)
        // Whoever brings a password to an etcd that wants none is let in, as by etcdctl.
        if (failure.trouble === 'no authentication') return ''
        throw failure
      },
    )
    return this.#token
  }
}

/** What failed last counts, unless there was no time left to find out what would have. */
export function note(
  failures: Map<string, EtcdFailure>,
  member: string,
  failure: EtcdFailure,
): void {
  if (failure.trouble !== 'blocked' || !failures.has(member)) failures.set(member, failure)
}

/** One word for one endpoint, else each endpoint's own. */
function factsOf(failures: ReadonlyMap<string, EtcdFailure>): Record<string, string> {
  const said = [...failures].map(([endpoint, failure]) => [endpoint, failure.said] as const)
  return said.length === 1 ? { etcd: said[0]![1] } : Object.fromEntries(said)
}
