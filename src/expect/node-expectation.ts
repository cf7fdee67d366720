import type { Node } from '../lab/node.ts'
import type { Link } from '../lab/link.ts'
import type { Check } from './check.ts'
import type { ServiceTarget } from './endpoint.ts'
import type { Mode } from './mode.ts'
import type { AddressOptions } from './node/to-have-address.ts'
import type { CurlOptions } from './node/to-curl.ts'
import type { LinkOptions } from './node/to-have-link.ts'
import type { NeighbourOptions } from './node/to-have-neighbour.ts'
import type { RouteOptions } from './node/to-have-route.ts'
import { toPing, type PingOptions } from './node/to-ping.ts'
import type { ReachOptions } from './node/to-reach.ts'
import type { ResolveOptions } from './node/to-resolve.ts'
import type { CountOptions } from './rule/to-count.ts'
import type { RuleOptions } from './rule/to-have-rule.ts'
import { settle } from './settle.ts'
import type { Target } from './target.ts'

/**
 * What may be expected of a node: it is the one who acts. Every matcher rejects with an
 * `ExpectationError` when it is not as expected, and with a `UsageError` for what can be no
 * expectation. Matchers other than `toPing` are loaded when they are first used.
 */
export class NodeExpectation {
  readonly #node: Node
  readonly #mode: Mode

  constructor(node: Node, mode: Mode) {
    this.#node = node
    this.#mode = mode
  }

  /** It stays otherwise for a whole (short) window. */
  get not(): NodeExpectation {
    return new NodeExpectation(this.#node, { ...this.#mode, not: true })
  }

  /**
   * It comes true before a deadline; every attempt is recorded. With `not`: it comes to be
   * otherwise, and stays so for a window.
   */
  get eventually(): NodeExpectation {
    return new NodeExpectation(this.#node, { ...this.#mode, eventually: true })
  }

  #settle(matcher: string, prepare: () => Check | Promise<Check>): Promise<void> {
    return settle(`expect(${this.#node.label}).${matcher}`, this.#mode, async () => {
      // A bridge port that is not forwarding yet is no finding about the network.
      await this.#node.lab.settled()
      return prepare()
    })
  }

  /**
   * ICMP echo, by the real `ping`: every request is answered. With `not`, none is.
   *
   * @throws EnvironmentError TNET_TOOL_MISSING; UsageError TNET_NAME_UNKNOWN, TNET_PING_SOURCE,
   * TNET_PING_BROADCAST, with `not` as well; CommandError TNET_PING_FAILED
   * @example
   * await expect(web).toPing(db, { payload: 1422, fragment: false })
   * await expect(web).not.toPing(db, { payload: 1423, fragment: false })
   */
  toPing(target: Target, options: PingOptions = {}): Promise<void> {
    return this.#settle('toPing', () => toPing(this.#node, target, options, this.#mode))
  }

  /**
   * An HTTP answer, by the real `curl`: with a status from 200 to 299, or as `status`, `body` and
   * `header` say. With `not` and none of these, no answer at all; redirects are not followed.
   *
   * @throws EnvironmentError TNET_TOOL_MISSING; UsageError TNET_URL_INVALID, TNET_NAME_UNKNOWN,
   * with `not` as well; CommandError TNET_CURL_FAILED
   * @example
   * await using site = await web.serve(80, request => request.peer)
   * await expect(app).toCurl(site, { body: '10.0.1.3' })
   * await expect(app).toCurl('http://web/health', { status: 200, header: { server: /nginx/ } })
   */
  toCurl(target: ServiceTarget | string | URL, options: CurlOptions = {}): Promise<void> {
    return this.#settle('toCurl', async () =>
      (await import('./node/to-curl.ts')).toCurl(this.#node, target, options, this.#mode),
    )
  }

  /**
   * A TCP connection, or the answer to a UDP datagram; or, with `outcome`, exactly that failure.
   * Within this process, so in a millisecond.
   *
   * @example
   * await expect(web).toReach({ node: db, port: 5432 })
   * await expect(web).toReach({ address: '192.0.2.1', port: 80 }, { outcome: 'refused' })
   */
  toReach(target: ServiceTarget, options: ReachOptions = {}): Promise<void> {
    return this.#settle('toReach', async () =>
      (await import('./node/to-reach.ts')).toReach(this.#node, target, options, this.#mode),
    )
  }

  /**
   * A route in its table, the main one unless `table` says otherwise.
   *
   * @param to `default`, `198.51.100.0/24`, `2001:db8::/64`, or an address alone
   * @example
   * await expect(web).toHaveRoute('default', { via: '10.0.1.1', dev: 'eth0' })
   */
  toHaveRoute(to: string, options: RouteOptions = {}): Promise<void> {
    return this.#settle('toHaveRoute', async () =>
      (await import('./node/to-have-route.ts')).toHaveRoute(this.#node, to, options),
    )
  }

  /**
   * @param address `192.0.2.1/24`, or `192.0.2.1` with whatever prefix length
   * @example
   * await expect(alpha).toHaveAddress('192.0.2.1/24', { dev: 'eth0' })
   */
  toHaveAddress(address: string, options: AddressOptions = {}): Promise<void> {
    return this.#settle('toHaveAddress', async () =>
      (await import('./node/to-have-address.ts')).toHaveAddress(this.#node, address, options),
    )
  }

  /**
   * An entry of its ARP or neighbour table; without `state`, one that has a MAC address.
   *
   * @example
   * await expect(web).toHaveNeighbour(db, { mac: (await eth0.info()).mac })
   * await expect(web).toHaveNeighbour('10.0.1.77', { state: ['failed', 'incomplete'] })
   */
  toHaveNeighbour(target: Node | string, options: NeighbourOptions = {}): Promise<void> {
    return this.#settle('toHaveNeighbour', async () =>
      (await import('./node/to-have-neighbour.ts')).toHaveNeighbour(this.#node, target, options),
    )
  }

  /**
   * @example
   * await expect(alpha).toHaveLink('vxlan42', { up: true, mtu: 1450, master: blue })
   */
  toHaveLink(link: string | Link, options: LinkOptions = {}): Promise<void> {
    return this.#settle('toHaveLink', async () =>
      (await import('./node/to-have-link.ts')).toHaveLink(this.#node, link, options),
    )
  }

  /**
   * A host name leads to an address: `getent ahosts` in all of the node's namespaces.
   *
   * @param address that it must lead to, or a node, any of whose addresses will do; default: any
   * @example
   * await expect(web).toResolve('db', db)
   * await expect(web).not.toResolve('elsewhere')
   */
  toResolve(name: string, address?: Node | string, options: ResolveOptions = {}): Promise<void> {
    return this.#settle('toResolve', async () =>
      (await import('./node/to-resolve.ts')).toResolve(this.#node, name, address, {
        options,
        mode: this.#mode,
      }),
    )
  }

  /**
   * A rule of iptables that says all of this, in whatever order, and maybe more; a policy is
   * `-P DROP`. With `packets`, what it counted since it was made.
   *
   * @throws UsageError TNET_RULE_MISSING when nothing is there that could count
   * @example
   * await expect(alpha).toHaveRule('-i mybr0 -j ACCEPT', { chain: 'FORWARD', packets: 2 })
   */
  toHaveRule(rule: string | RegExp, options: RuleOptions = {}): Promise<void> {
    return this.#settle('toHaveRule', async () =>
      (await import('./rule/to-have-rule.ts')).toHaveRule(this.#node, rule, options),
    )
  }

  /**
   * A rule counts packets while something is done: any, or as many as `packets` says.
   *
   * @example
   * const ping = () => expect(web).toPing(outside)
   * await expect(alpha).toCount('-o eth0 -j MASQUERADE', ping, { table: 'nat', packets: 1 })
   */
  toCount(rule: string | RegExp, during: () => unknown, options: CountOptions = {}): Promise<void> {
    return this.#settle('toCount', async () =>
      (await import('./rule/to-count.ts')).toCount(this.#node, rule, during, options),
    )
  }
}
