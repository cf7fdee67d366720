import { KernelError, UsageError } from '../errors.ts'
import { isOnSubnet } from '../kernel/netlink/address-bytes.ts'
import { untilUp } from '../kernel/carrier.ts'
import { linkSet } from '../kernel/netlink/link-request.ts'
import { untilOwn } from '../kernel/own-address.ts'
import { linkName } from '../names.ts'
import { wireContainers, type VethPlan } from '../network/veth-wiring.ts'
import type { Container } from './container.ts'
import type { Host } from './host.ts'
import { findLink, hasLink, Link } from './link.ts'
import { SubnetCursor } from './subnet-cursor.ts'

export interface BridgeContainerOptions {
  /** Default: the next one after the bridge's own. */
  address?: string
  /** Its name in the container. Default `eth0`. */
  device?: string
  mac?: string
  mtu?: number
  /** Default: a default route by way of the bridge's address. */
  gateway?: false
}

/** A container's veth pair: its own end, and the bridge's. */
interface Pair {
  container: Container
  device: string
  port: { index: number; name: string }
}

/** A Linux bridge on a host, with an address that its containers use as their gateway. */
export class Bridge extends Link {
  readonly host: Host
  /** `172.18.0.1/16`; the bridge may have none. */
  readonly prefix: string | undefined
  readonly #cursor: SubnetCursor | undefined
  #hasPorts = false
  /** What containers made here from now on get, once the bridge was stretched. */
  #mtu: number | undefined
  /** Both ends of the veth pairs that were made here. */
  readonly #pairs: Pair[] = []

  constructor(host: Host, name: string, index: number, prefix: string | undefined) {
    super(host, name, index)
    this.host = host
    this.prefix = prefix
    this.#cursor = prefix === undefined ? undefined : new SubnetCursor(prefix)
  }

  /**
   * Lets containers send no larger packets: those that are here, and those that come. A larger MTU
   * stays as it is on no link, as a packet that does not fit is dropped without a word.
   */
  async shrink(mtu: number): Promise<void> {
    if (this.#mtu !== undefined && this.#mtu <= mtu) return
    this.#mtu = mtu
    const isThere = ({ container, device }: Pair) =>
      this.host.lab.nodes.includes(container) && hasLink(container.netns, device)
    const there = this.#pairs.filter(isThere)
    this.host.netns.execute(
      ...there.map(({ port }) => linkSet(port, { mtu })),
      linkSet(this, { mtu }),
    )
    for (const { container, device } of there) {
      const { index } = findLink(container.netns, device)
      container.netns.execute(linkSet({ index, name: device }, { mtu }))
    }
  }

  /** The bridge's own address, without the prefix length. */
  get address(): string {
    const [address] = (this.prefix ?? '').split('/')
    if (address !== undefined && address !== '') return address
    throw new UsageError(`bridge "${this.name}" on "${this.host.label}" has no address`, {
      code: 'TNET_BRIDGE_NO_ADDRESS',
      hint: `give it one: host.bridge('${this.name}', '10.0.1.1/24')`,
    })
  }

  #prefixFor(label: string, address: string | undefined): string | undefined {
    if (this.prefix === undefined || this.#cursor === undefined) {
      return address
    }
    const length = this.prefix.split('/')[1] ?? ''
    if (address === undefined) return `${this.#cursor.next(label)}/${length}`
    if (!isOnSubnet(address, this.prefix)) {
      throw new UsageError(`${address} for "${label}" is not on ${this.prefix}`, {
        code: 'TNET_ADDRESS_OUTSIDE',
        hint: `choose an address of bridge "${this.name}", or leave it out`,
      })
    }
    this.#cursor.take(address, label)
    return `${address}/${length}`
  }

  /**
   * A new container on this bridge: veth, address, default route, all up.
   *
   * @example
   * const web = await blue.container('web')                      // 10.0.1.2
   * const db = await blue.container('db', { address: '10.0.1.9' })
   */
  async container(label: string, options: BridgeContainerOptions = {}): Promise<Container> {
    const { address, ...link } = options
    const [container] = await this.#join([{ label, prefix: this.#prefixFor(label, address) }], link)
    if (container === undefined) throw new Error('one was asked for, none was made')
    return container
  }

  /**
   * Many containers at once, all or none: for hundreds a good deal faster than one by one.
   *
   * @example
   * const [red, green, blue] = await lan.containers(['red', 'green', 'blue'])
   */
  containers(
    labels: readonly string[],
    options: Omit<BridgeContainerOptions, 'address' | 'mac'> = {},
  ): Promise<Container[]> {
    const prefixed = labels.map(label => ({ label, prefix: this.#prefixFor(label, undefined) }))
    return this.#join(prefixed, options)
  }

  async #join(
    wanted: readonly { label: string; prefix: string | undefined }[],
    { device = 'eth0', gateway, ...link }: Omit<BridgeContainerOptions, 'address'>,
  ): Promise<Container[]> {
    const gateways = gateway === false || this.prefix === undefined ? [] : [this.address]
    const made: Container[] = []
    try {
      // The same work in a row: what the kernel needs for it stays in the processor's caches.
      for (const { label } of wanted) made.push(this.host.makeContainer(label))
      const plans = (name: (label: string) => string) =>
        made.map(({ label, netns }, n) => ({
          container: netns,
          device,
          hostDevice: name(label),
          prefixes: wanted[n]?.prefix === undefined ? [] : [wanted[n].prefix],
          gateways,
          ...(this.#mtu === undefined ? {} : { mtu: this.#mtu }),
          ...link,
        }))
      const ports = this.#wire(plans)
      await this.#untilReady(ports)
      for (const [n, container] of made.entries()) {
        await untilOwn(container.netns, wanted[n]?.prefix)
        this.#pairs.push({
          container,
          device,
          port: { index: ports[n] ?? 0, name: container.label },
        })
      }
      return made
    } catch (failure) {
      for (const container of made) this.host.lab.abandon(container)
      throw failure
    }
  }

  /** The labels are free more often than not, and asking first costs as much as trying. */
  #wire(plans: (name: (label: string) => string) => readonly VethPlan[]): readonly number[] {
    try {
      return wireContainers(this.host.netns, this, plans(linkName))
    } catch (error) {
      if (!(error instanceof KernelError) || error.errno !== 'EEXIST') throw error
      const name = (label: string) => this.host.freeLinkName(label)
      return wireContainers(this.host.netns, this, plans(name))
    }
  }

  /** The bridge itself has carrier once its first port has. */
  async #untilReady(ports: readonly number[]): Promise<void> {
    await untilUp(this.host.netns, this.#hasPorts ? ports : [...ports, this.index])
    this.#hasPorts = true
  }
}
