import { setImmediate } from 'node:timers/promises'
import { EchoSocket, type PingOptions } from './echo-socket.ts'
import { onNamespaceClose } from './namespace-handle.ts'
import { addressBytes } from './netlink/address-bytes.ts'
import { withoutNeighbour } from './next-hop.ts'
import type { PingOutcome } from './probe-outcome.ts'
import { Readiness } from './socket/readiness.ts'

export interface PingPair {
  /** The namespace that the request leaves from. */
  from: number
  to: string
}

/** Requests that go out before answers are read: the loop turns in between. */
const BATCH = 256

/** Sockets by namespace, family and source address. */
class EchoSockets implements Disposable {
  readonly #sockets = new Map<string, EchoSocket>()
  readonly #namespaces = new Set<number>()
  readonly #options: PingOptions

  constructor(options: PingOptions) {
    this.#options = options
  }

  from(namespace: number, to: string): EchoSocket {
    const { family } = addressBytes(to)
    const key = `${namespace} ${family}`
    const known = this.#sockets.get(key)
    if (known !== undefined) return known
    const socket = new EchoSocket(namespace, family, this.#options)
    this.#sockets.set(key, socket)
    this.#namespaces.add(namespace)
    return socket
  }

  /** Reads what has come; whether anything is still awaited. */
  drain(): boolean {
    let isWaiting = false
    for (const socket of this.#sockets.values()) {
      if (socket.waiting > 0) socket.drain()
      isWaiting ||= socket.waiting > 0
    }
    return isWaiting
  }

  /** Until everything is answered or the time is over; Node goes on meanwhile. */
  async settle(deadline: number): Promise<void> {
    await setImmediate()
    if (!this.drain()) return
    const waiting = [...this.#sockets.values()].filter(socket => socket.waiting > 0)
    await new Promise<void>(resolve => {
      let left = waiting.length
      const end = () => {
        clearTimeout(timer)
        for (const watch of watches) watch.close()
        for (const forget of forgets) forget()
        resolve()
      }
      const forgets = [...this.#namespaces].map(namespace => onNamespaceClose(namespace, end))
      const timer = setTimeout(end, Math.max(0, deadline - performance.now()))
      const watches = waiting.map(socket => {
        const watch = new Readiness(socket.fd, 'readable', () => {
          socket.drain()
          if (socket.waiting > 0) return
          watch.close()
          if (--left === 0) end()
        })
        return watch
      })
    })
    this.drain()
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets.values()) socket.close()
  }
}

/** Names the pairs whose next hop is silent; the rest has timed out. */
function explainSilence(
  pairs: readonly PingPair[],
  outcomes: (PingOutcome | undefined)[],
  label: string,
): PingOutcome[] {
  const silent = new Map<number, string[]>()
  pairs.forEach(({ from, to }, i) => {
    if (outcomes[i] === undefined) silent.set(from, [...(silent.get(from) ?? []), to])
  })
  const missing = new Map(
    Array.from(silent, ([from, to]) => [from, withoutNeighbour(from, to, label)]),
  )
  return pairs.map(
    ({ from, to }, i) =>
      outcomes[i] ?? {
        outcome: missing.get(from)?.has(to) === true ? 'no neighbour' : 'timed out',
      },
  )
}

/**
 * One echo request for each pair, all at once and within this process, and how each ended.
 *
 * @returns outcomes in the order of the pairs
 * @example
 * const [outcome] = await probePings([{ from: web.netns.fd, to: '192.0.2.2' }])
 * // { outcome: 'unreachable: host', from: '192.0.2.1' }
 */
export async function probePings(
  pairs: readonly PingPair[],
  options: PingOptions = {},
): Promise<PingOutcome[]> {
  const { timeoutMs = 1000, label = 'the sender' } = options
  using sockets = new EchoSockets(options)
  const outcomes: (PingOutcome | undefined)[] = pairs.map(() => undefined)
  for (const [i, { from, to }] of pairs.entries()) {
    sockets.from(from, to).send(to, outcome => (outcomes[i] = outcome))
    if (i % BATCH !== BATCH - 1) continue
    sockets.drain()
    await setImmediate()
  }
  if (sockets.drain()) await sockets.settle(performance.now() + timeoutMs)
  return explainSilence(pairs, outcomes, label)
}
