import type { PacketDevice } from '../kernel/packet-device/packet-device.ts'
import { Link } from './link.ts'
import type { Node } from './node.ts'

export interface TunOptions {
  /** `tun` carries IP packets, `tap` Ethernet frames. Default `tun`. */
  kind?: 'tun' | 'tap'
  /** Largest packet in bytes, without an Ethernet header. Default 1500. */
  mtu?: number
  /** Of a tap. Default: any. */
  mac?: string
  /** Gets what the node sends by this device; also a property, to be set later. */
  onPacket?: (packet: Buffer) => void
}

/**
 * A device of a node whose packets the script gets, and gives: one end of a tunnel of your own.
 *
 * @example
 * await using tun = await alpha.openTun('tun0', { mtu: 1400, onPacket: packet => seen.push(packet) })
 */
export class Tun implements AsyncDisposable {
  /** To set addresses, and to bring it up. */
  readonly link: Link
  /** Gets what the node sends by this device; nothing is kept while there is no handler. */
  onPacket: (packet: Buffer) => void
  readonly #device: PacketDevice
  readonly #forget: () => void

  private constructor(node: Node, device: PacketDevice, onPacket: (packet: Buffer) => void) {
    this.link = new Link(node, device.name, device.index)
    this.onPacket = onPacket
    this.#device = device
    // The device's own bytes are gone after the call; a script may keep what it gets.
    device.onPacket = packet => this.onPacket(Buffer.from(packet))
    this.#forget = node.lab.undo.push(`device "${device.name}"`, () => device.close())
  }

  static async open(node: Node, name: string, options: TunOptions): Promise<Tun> {
    const { PacketDevice } = await import('../kernel/packet-device/packet-device.ts')
    const { kind = 'tun', onPacket = () => {}, ...rest } = options
    return new Tun(node, PacketDevice.create(node.netns, { ...rest, kind, name }), onPacket)
  }

  /** `tun`: the kernel's own device; `veth`: what stands in where /dev/net/tun may not be opened. */
  get backing(): 'tun' | 'veth' {
    return this.#device.backing
  }

  /** How many packets the kernel did not take: the device was down, or had no room. */
  get dropped(): number {
    return this.#device.dropped
  }

  /** Gives the node a packet (a frame, for a tap), as if it had come in by this device. */
  send(packet: Uint8Array): void {
    this.#device.send(packet)
  }

  /** Ends the device. */
  async close(): Promise<void> {
    this.#forget()
    this.#device.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
