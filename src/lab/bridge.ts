import { KernelError, UsageError } from '../errors.ts'
import { isOnSubnet } from '../kernel/netlink/address-bytes.ts'
import { untilUp } from '../kernel/carrier.ts'
import { linkName } from '../names.ts'
import { wireContainers } from '../network/veth-wiring.ts'
import type { Container } from './container.ts'
import type { Host } from './host.ts'
import { Link } from './link.ts'
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

/** A Linux bridge on a host, with an address that its containers use as their gateway. */
export class Bridge extends Link {
  readonly host: Host
  /** `172.18.0.1/16`; the bridge may have none. */
  readonly prefix: string | undefined
  readonly #cursor: SubnetCursor | undefined
  #hasPorts = false

  constructor(host: Host, name: string, index: number, prefix: string | undefined) {
    super(host, name, index)
    this.host = host
    this.prefix = prefix
    this.#cursor = prefix === undefined ? undefined : new SubnetCursor(prefix)
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
    const { device = 'eth0', address, gateway, ...link } = options
    const prefix = this.#prefixFor(label, address)
    const container = await this.host.container(label)
    const join = (hostDevice: string) =>
      wireContainers(this.host.netns, this, [
        {
          container: container.netns,
          device,
          hostDevice,
          prefixes: prefix === undefined ? [] : [prefix],
          gateways: gateway === false || this.prefix === undefined ? [] : [this.address],
          ...link,
        },
      ])
    try {
      await this.#untilReady(this.#withFreeName(label, join))
    } catch (failure) {
      this.host.lab.abandon(container)
      throw failure
    }
    return container
  }

  /** The label is free more often than not, and asking first costs as much as trying. */
  #withFreeName(label: string, join: (hostDevice: string) => readonly number[]): readonly number[] {
    try {
      return join(linkName(label))
    } catch (error) {
      if (!(error instanceof KernelError) || error.errno !== 'EEXIST') throw error
      return join(this.host.freeLinkName(label))
    }
  }

  /** The bridge itself has carrier once its first port has. */
  async #untilReady(ports: readonly number[]): Promise<void> {
    await untilUp(this.host.netns, this.#hasPorts ? ports : [...ports, this.index])
    this.#hasPorts = true
  }
}
