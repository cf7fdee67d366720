import { UsageError } from '../errors.ts'
import type { Ipam } from '../ipam/ipam.ts'
import type { Store } from '../ipam/store/store.ts'
import { untilSettled, untilUp } from '../kernel/carrier.ts'
import { labIsOver } from '../kernel/namespace-handle.ts'
import { linkSet } from '../kernel/netlink/link-request.ts'
import { Netns, type NetnsOptions } from '../kernel/netns.ts'
import { namespaceName } from '../names.ts'
import type { NetworkRecord } from '../network/network-records.ts'
import type { BridgeTunnel, BridgeVxlanOptions } from './bridge-tunnel.ts'
import type { CommandListener } from './command-record.ts'
import { endNamespaces } from './end-of-namespaces.ts'
import { Host } from './host.ts'
import type { LabContext } from './lab-context.ts'
import type { LabNetwork } from './lab-network.ts'
import type {
  BridgeNetworkOptions,
  DriverName,
  NetworkOptions,
  NetworkOptionsOf,
  OwnNetworkOptions,
} from './lab-network-options.ts'
import type { LabNetworks } from './lab-networks.ts'
import { LabUndo } from './lab-undo.ts'
import type { Link } from './link.ts'
import type { Node } from './node.ts'
import { TakenCaptures } from './observe/taken-captures.ts'
import type { Program } from './program.ts'
import { Segment, type SegmentOptions } from './segment.ts'

export interface LabOptions {
  /** Hears of each action, spelled as the command that does the same. */
  onAction?: (shell: string) => void
  /** Hears what the reader of a report should know of the lab. */
  onNote?: (text: string) => void
  /** Hears of each command of the script (`` node.$`…` ``) when it is over. */
  onCommand?: CommandListener
  /** Waits in place of `pause` until somebody says that it goes on. */
  onPause?: () => Promise<void>
}

/**
 * One disposable world. `tnet-lab run` gives each scenario one.
 *
 * @example
 * await using lab = new Lab()
 * const wan = await lab.segment('wan')
 * const alpha = await wan.join('alpha', '192.0.2.1/24')
 */
export class Lab implements LabContext, AsyncDisposable {
  readonly undo = new LabUndo()
  readonly onCommand?: CommandListener
  /** Every program that was started with `node.spawn`, for its output. */
  readonly programs: Program[] = []
  readonly captures = new TakenCaptures()
  readonly #nodes: Node[] = []
  readonly #segments: Segment[] = []
  /** In every store that the script opened. */
  readonly #allNetworks: LabNetworks[] = []
  /** By name: no two of a lab have the same, whichever host they are on. */
  readonly #namespaces = new Map<string, { netns: Netns; where: string }>()
  readonly #onAction: ((shell: string) => void) | undefined
  readonly #onNote: ((text: string) => void) | undefined
  readonly #onPause: (() => Promise<void>) | undefined
  #actions = 0
  #settledAt = -1
  #networks: Promise<LabNetworks> | undefined
  #closing: Promise<void> | undefined

  constructor({ onAction, onNote, onCommand, onPause }: LabOptions = {}) {
    this.#onAction = onAction
    this.#onNote = onNote
    this.#onPause = onPause
    if (onCommand !== undefined) this.onCommand = onCommand
    this.#undoNamespaces()
  }

  /** The first to be pushed is the last to be done: everything else still has its namespaces. */
  #undoNamespaces(): void {
    this.undo.push('namespaces', () =>
      endNamespaces([...this.#namespaces.values()].map(({ netns }) => netns)),
    )
  }

  /**
   * Ends everything that is in it, as `close`; it is empty then, and can be built in again.
   *
   * @throws CleanupError
   */
  async clear(): Promise<void> {
    await this.undo.empty()
    this.#nodes.splice(0)
    this.#segments.splice(0)
    this.#namespaces.clear()
    this.#undoNamespaces()
  }

  note(text: string): void {
    this.#onNote?.(text)
  }

  get nodes(): readonly Node[] {
    return this.#nodes
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  /** The networks that were created in this lab, in whatever store, and who is on them. */
  networksHere(): ReturnType<LabNetworks['here']> {
    return this.#allNetworks.flatMap(networks => networks.here())
  }

  get actions(): number {
    return this.#actions
  }

  async settled(): Promise<void> {
    if (this.#settledAt === this.#actions) return
    await untilSettled([...this.#namespaces.values()].map(({ netns }) => netns))
    this.#settledAt = this.#actions
  }

  misuse(message: string, hint: string): UsageError {
    return new UsageError(message, { code: 'TNET_LAB_MISUSE', hint })
  }

  /** A namespace of this lab. `where` tells two of the same label apart: their host. */
  namespace(
    label: string,
    where: string,
    options: Pick<NetnsOptions, 'bridges' | 'shares' | 'adopts'> = {},
  ): Netns {
    if (this.#closing !== undefined) throw labIsOver(label)
    if (label === '') throw this.misuse('a name cannot be empty', 'call it something')
    const plain = namespaceName(label)
    const name = this.#namespaces.has(plain) ? namespaceName(`${where}-${label}`) : plain
    if (this.#namespaces.get(plain)?.where === where || this.#namespaces.has(name)) {
      throw new UsageError(`there is already a "${label}" on "${where}"`, {
        code: 'TNET_NAME_TAKEN',
        hint: 'names are unique on a host, and hosts in a lab',
      })
    }
    const netns = new Netns({
      label,
      name,
      ...options,
      ...(this.#onAction === undefined ? {} : { onAction: this.#onAction }),
      onChange: () => this.#actions++,
    })
    this.#namespaces.set(name, { netns, where })
    return netns
  }

  adopt(node: Node): void {
    this.#nodes.push(node)
    this.#actions++
  }

  /** Ends a node that could not be finished; its name is free again. */
  abandon(node: Node): void {
    this.#nodes.splice(this.#nodes.indexOf(node), 1)
    this.#namespaces.delete(node.netns.name)
    node.netns.close()
    this.#actions++
  }

  /** A machine that is on no segment yet. */
  async host(label: string): Promise<Host> {
    const netns = this.namespace(label, 'the lab', { bridges: true })
    const host = new Host(this, netns)
    netns.execute(linkSet({ index: 1, name: 'lo' }, { up: true }))
    this.adopt(host)
    return host
  }

  /** Loaded when the first network is asked for: most scenarios have none. */
  #loadNetworks(): Promise<LabNetworks> {
    this.#networks ??= this.#openNetworks()
    return this.#networks
  }

  async #openNetworks(store?: Store): Promise<LabNetworks> {
    const { LabNetworks } = await import('./lab-networks.ts')
    const networks = new LabNetworks(this, store)
    this.#allNetworks.push(networks)
    return networks
  }

  /**
   * A network that containers on its hosts can be connected to.
   *
   * @example
   * const shop = await lab.network('shop', { subnet: '10.244.0.0/16', hosts: [alpha] })
   * const web = await alpha.container('web', { network: shop, publish: ['8080:80'] })
   */
  network(name: string, options?: BridgeNetworkOptions): Promise<LabNetwork>
  network<D extends DriverName>(name: string, options: NetworkOptionsOf<D>): Promise<LabNetwork>
  network<D extends string>(name: string, options: OwnNetworkOptions<D>): Promise<LabNetwork>
  async network(name: string, options: NetworkOptions = {}): Promise<LabNetwork> {
    return (await this.#loadNetworks()).create(name, options)
  }

  /**
   * Networks that are kept in a store which others have as well: each client sees what the others
   * created, and no two give out one address.
   *
   * @example
   * const onAlpha = await lab.networksIn(await alpha.etcd('http://192.0.2.10:2379'))
   * const blue = await onAlpha.create('blue', { driver: 'vxlan', hosts: [alpha, beta] })
   */
  async networksIn(store: Store): Promise<LabNetworks> {
    return this.#openNetworks(store)
  }

  /** Every network, by name. */
  async networks(): Promise<NetworkRecord[]> {
    return (await this.#loadNetworks()).list()
  }

  /** Where networks get their addresses from: pools, and who has which address. */
  async ipam(): Promise<Ipam> {
    return (await this.#loadNetworks()).ipam
  }

  /** A wire or switch that hosts join. */
  async segment(label: string, options: SegmentOptions = {}): Promise<Segment> {
    const segment = new Segment(this, label, options)
    this.#segments.push(segment)
    return segment
  }

  /**
   * A veth pair between any two nodes, both ends up.
   *
   * @example
   * const [left, right] = await lab.link([ns1, 'veth0', '172.18.0.2/24'], [ns2, 'veth1', '172.18.0.3/24'])
   */
  async link(
    [left, leftDevice, leftPrefix]: LinkPlace,
    [right, rightDevice, rightPrefix]: LinkPlace,
  ): Promise<[Link, Link]> {
    const ends = await left.veth(leftDevice, { name: rightDevice, on: right })
    const prefixes = [leftPrefix, rightPrefix]
    for (const [i, end] of ends.entries()) {
      const prefix = prefixes[i]
      if (prefix !== undefined) await end.addAddress(prefix)
      await end.up()
    }
    for (const end of ends) await untilUp(end.node.netns, [end.index])
    return ends
  }

  /**
   * Joins bridges of different hosts to one Ethernet, by VXLAN over a segment. Their containers'
   * MTU becomes what the tunnel leaves.
   *
   * @example
   * await lab.vxlan(42, { over: wan, between: [blue, annex] })
   */
  async vxlan(vni: number, options: BridgeVxlanOptions): Promise<BridgeTunnel> {
    return (await import('./bridge-tunnel.ts')).BridgeTunnel.create(vni, options)
  }

  /**
   * Keeps the lab as it is until whoever is at the terminal lets it go on: there is a prompt with a
   * shell on each node, and what to type for one in another terminal. Meanwhile the scenario's time
   * stands still. Where nobody is at a terminal, as in CI, it goes on at once, and says so.
   *
   * @example
   * await lab.pause()
   */
  async pause(): Promise<void> {
    if (this.#closing !== undefined) throw labIsOver()
    if (this.#onPause !== undefined) return this.#onPause()
    await (await import('./pause/pause-here.ts')).pauseHere(this)
  }

  /**
   * Ends everything, in reverse: when it is over, no process, descriptor or timer of the lab is
   * left, and whatever is asked of one of its nodes throws TNET_LAB_CLOSED.
   *
   * @throws CleanupError with everything that could not be ended; a second call only waits
   */
  async close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing.catch(() => {})
    this.#closing = this.undo.run().finally(() => this.captures.clear())
    await this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** A node, the name of a link that is to be made on it, and its address. */
export type LinkPlace = readonly [node: Node, device: string, prefix?: string]
