import fs from 'node:fs'
import { errnoName, lastErrno } from '../libc.ts'
import { linkDelete, linkSet } from '../netlink/link-request.ts'
import { quietLink } from '../netlink/quiet-link.ts'
import type { Netns } from '../netns.ts'
import { Readiness } from '../socket/readiness.ts'
import { tunTapShell } from '../tun-tap.ts'
import { forgetDevice, rememberDevice } from './known-devices.ts'
import { LARGEST_FRAME, type PacketPort } from './packet-port.ts'
import { TunPort } from './tun-port.ts'
import { VethPort } from './veth-port.ts'

/** Read in one turn of Node's loop, so that others get theirs. */
const BATCH = 64
/** These pass: nothing waits, or the link was taken down. */
const passing = new Set(['EAGAIN', 'EINTR', 'ENETDOWN', 'ENOBUFS'])

export interface PacketDeviceOptions {
  /** `tap` carries Ethernet frames, `tun` IP packets. */
  kind: 'tun' | 'tap'
  name: string
  /** Largest packet in bytes, without an Ethernet header. Default 1500. */
  mtu?: number
  /** Of a tap. Default: any. */
  mac?: string
  /**
   * What carries the packets: the kernel's own TUN device, or a veth pair with a packet socket on
   * its hidden end. Default: TUN where /dev/net/tun may be opened.
   */
  backing?: 'tun' | 'veth'
}

let mayOpen: boolean | undefined

/** Whether this process may open /dev/net/tun. */
function mayOpenTun(): boolean {
  if (mayOpen !== undefined) return mayOpen
  try {
    fs.closeSync(fs.openSync('/dev/net/tun', 'r+'))
    mayOpen = true
  } catch {
    mayOpen = false
  }
  return mayOpen
}

function openPort(netns: Netns, index: number, options: PacketDeviceOptions): PacketPort {
  const { kind, name, backing } = options
  const mac = kind === 'tap' ? options.mac : undefined
  if (backing === 'tun') {
    return new TunPort(netns.fd, { kind, name, index, label: netns.label })
  }
  netns.prepare()
  return new VethPort(netns, { kind, name, index, ...(mac === undefined ? {} : { mac }) })
}

/**
 * A device of a node whose packets this process gets, and gives. It is down when it is made.
 *
 * @example
 * using device = PacketDevice.create(netns, { kind: 'tun', name: 'tun0', mtu: 1400 })
 * device.onPacket = packet => other.send(packet)
 */
export class PacketDevice implements Disposable {
  readonly index: number
  readonly name: string
  readonly backing: 'tun' | 'veth'
  /**
   * Gets every packet (`tun`) or frame (`tap`) that the node sends by this device. The bytes are
   * the device's own: valid until it returns.
   */
  onPacket: (packet: Buffer) => void = () => {}
  readonly #netns: Netns
  readonly #port: PacketPort
  readonly #readiness: Readiness
  readonly #forget: () => void
  #dropped = 0
  #isClosed = false

  private constructor(
    netns: Netns,
    link: { index: number; name: string; isEthernet: boolean },
    port: PacketPort,
  ) {
    const { isEthernet } = link
    this.index = link.index
    this.name = link.name
    this.#netns = netns
    this.backing = port instanceof TunPort ? 'tun' : 'veth'
    this.#port = port
    this.#readiness = new Readiness(port.fd, 'readable', () => this.#drain(), { isRef: false })
    rememberDevice(netns, link.index, () => ({ kind: 'tun', isEthernet }))
    this.#forget = netns.onClose(() => this.close())
  }

  /**
   * @throws KernelError TNET_LINK_… when there is a link of that name, or the MTU is none
   * @throws EnvironmentError TNET_TUN_DENIED when `backing: 'tun'` was asked for and may not be
   */
  static create(netns: Netns, options: PacketDeviceOptions): PacketDevice {
    const { kind, name, mtu, mac, backing = mayOpenTun() ? 'tun' : 'veth' } = options
    const link = { name, index: netns.nextIndex() }
    netns.announce(tunTapShell({ kind, name }))
    const port = openPort(netns, link.index, { ...options, backing })
    try {
      const change = {
        ...(mtu === undefined ? {} : { mtu }),
        ...(mac === undefined || kind === 'tun' ? {} : { mac }),
      }
      const isChanged = Object.keys(change).length > 0
      netns.execute(...quietLink(link), ...(isChanged ? [linkSet(link, change)] : []))
      return new PacketDevice(netns, { ...link, isEthernet: kind === 'tap' }, port)
    } catch (error) {
      port.close()
      throw error
    }
  }

  /** How many packets the kernel did not take: the device was down, or had no room. */
  get dropped(): number {
    return this.#dropped
  }

  #drain(): void {
    for (let n = 0; n < BATCH && !this.#isClosed; n++) {
      const packet = this.#port.receive()
      if (packet !== undefined) this.onPacket(packet)
      // Of a device that somebody deleted there is nothing to come, and poll would say so for ever.
      else if (passing.has(errnoName(lastErrno()))) return
      else return this.#readiness.close()
    }
  }

  /** Gives the node a packet (`tun`) or a frame (`tap`), as if it had come in by this device. */
  send(packet: Uint8Array): void {
    const isSent = !this.#isClosed && packet.length <= LARGEST_FRAME && this.#port.send(packet)
    if (!isSent) this.#dropped++
  }

  /** The device is gone. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#forget()
    // With its namespace it goes by itself.
    if (!this.#netns.isClosed) this.#netns.announce(linkDelete(this).shell)
    forgetDevice(this.#netns, this.index)
    this.#readiness.close()
    this.#port.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
