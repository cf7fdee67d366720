import type { Node } from '../lab/node.ts'
import { settle, type Check, type Mode } from './settle.ts'
import type { Target } from './target.ts'
import { toPing, type PingOptions } from './to-ping.ts'

const plain: Mode = { not: false, eventually: false, windowMs: 300, deadlineMs: 5000 }

/** What may be expected of a node: it is the one who acts. */
export class NodeExpectation {
  readonly #node: Node
  readonly #mode: Mode

  constructor(node: Node, mode: Mode = plain) {
    this.#node = node
    this.#mode = mode
  }

  /** It stays otherwise for a whole (short) window. */
  get not(): NodeExpectation {
    return new NodeExpectation(this.#node, { ...this.#mode, not: true })
  }

  /** It comes true before a deadline; every attempt is recorded. */
  get eventually(): NodeExpectation {
    return new NodeExpectation(this.#node, { ...this.#mode, eventually: true })
  }

  async #settle(check: Check): Promise<void> {
    // A bridge port that is not forwarding yet is no finding about the network.
    await this.#node.lab.settled()
    return settle(check, this.#mode)
  }

  /**
   * ICMP echo, by the real `ping`.
   *
   * @example
   * await expect(web).toPing(db, { payload: 1422, fragment: false })
   * await expect(web).not.toPing(db, { payload: 1423, fragment: false })
   */
  async toPing(target: Target, options: PingOptions = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? (this.#mode.not ? 300 : 1000)
    await this.#settle(toPing(this.#node, target, { ...options, timeoutMs }))
  }
}

/**
 * Begins an expectation.
 *
 * @param node the one who acts
 * @example
 * await expect(web).toPing(app)
 */
export function expect(node: Node): NodeExpectation {
  return new NodeExpectation(node)
}
