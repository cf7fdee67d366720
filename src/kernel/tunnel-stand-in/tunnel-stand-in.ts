import { UsageError } from '../../errors.ts'
import { shellWord } from '../../names.ts'
import { addressBytes, addressText, AF_INET } from '../netlink/address-bytes.ts'
import type { Netns } from '../netns.ts'
import { rememberDevice } from '../packet-device/known-devices.ts'
import { PacketDevice } from '../packet-device/packet-device.ts'
import { CONGESTION, meetCongestion } from './congestion.ts'
import { Encapsulation, protocolOf, type TunnelKind, type Unwrapped } from './encapsulation.ts'
import { PeerTable } from './peer-table.ts'
import { TunnelSocket, type TunnelEnd } from './tunnel-socket.ts'
import { isWhole, unreachable } from './unreachable.ts'

const ETHERNET_HEADER = 14

export interface TunnelStandInOptions {
  /** `ipip` carries IPv4, `gre` IPv4 and IPv6, `gretap` Ethernet frames. */
  kind: TunnelKind
  name: string
  /** The outer source: an IPv4 address of the node, now or later. */
  local: string
  /** The outer destination. None: `addPeer` says, by the packet's own destination. */
  remote?: string
  /** Of gre and gretap, 0 to 4294967295. */
  key?: number
  /** Largest packet that it takes, in bytes: 20 (ipip), 24 (gre), 28 (with key) less, 14 more for
   * the frame of gretap. */
  mtu: number
  /** The outer time to live. Default: that of the packet within. */
  ttl?: number
  /** Of a gretap. Default: any. */
  mac?: string
  /** See `PacketDevice`. */
  backing?: 'tun' | 'veth'
}

function misuse(message: string, hint: string): UsageError {
  return new UsageError(message, { code: 'TNET_TUNNEL_INVALID', hint })
}

function ipv4(address: string, what: string): number {
  const { family, bytes } = addressBytes(address)
  if (family === AF_INET) return bytes.readUInt32BE(0)
  throw misuse(`a tunnel cannot have ${address} as its ${what} address`, 'use IPv4 for the outside')
}

function ipv4Text(address: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(address)
  return addressText(bytes)
}

function check({ kind, name, key, remote, ttl }: TunnelStandInOptions): void {
  const isWhole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most
  if (key !== undefined && (kind === 'ipip' || !isWhole(key, 0, 0xffffffff))) {
    throw misuse(
      `${kind} tunnel "${name}" cannot have the key ${key}`,
      kind === 'ipip' ? 'ipip has none; use gre' : 'a key is a number of 32 bits',
    )
  }
  if (kind === 'gretap' && remote === undefined) {
    throw misuse(`gretap tunnel "${name}" has no remote`, 'give it one: frames name no addresses')
  }
  if (ttl !== undefined && !isWhole(ttl, 1, 255)) {
    throw misuse(`${ttl} is no time to live`, 'a number from 1 to 255; none for the inner one')
  }
}

/** The command for the kernel's own device. */
function kernelShell({ kind, name, local, remote, key, ttl }: TunnelStandInOptions): string {
  return (
    `ip link add ${shellWord(name)} type ${kind} local ${local}` +
    (remote === undefined ? '' : ` remote ${remote}`) +
    (key === undefined ? '' : ` key ${key}`) +
    (ttl === undefined ? '' : ` ttl ${ttl}`)
  )
}

/**
 * What carries the same packets on the device. Packet information (flags 0, EtherType), where it
 * is not turned off, is the header of a GRE without key.
 */
function shellFor(options: TunnelStandInOptions): string {
  const { kind, name, local, remote, key } = options
  if (kind === 'gretap' || key !== undefined || remote === undefined) {
    return `# userspace stand-in for: ${kernelShell(options)}`
  }
  const header = kind === 'ipip' ? ',iff-no-pi' : ''
  const tun = `TUN,tun-type=tun,tun-name=${shellWord(name)}${header}`
  return `socat ${tun} IP-DATAGRAM:${remote}:${protocolOf(kind)},bind=${local} &`
}

/**
 * An IPIP or GRE tunnel without the kernel's module: a device whose packets this process puts into
 * outer ones, the same bytes as the kernel's. It is down when it is made.
 *
 * @example
 * using tunnel = TunnelStandIn.create(netns, { kind: 'ipip', name: 'ipip0', local: '192.0.2.1', mtu: 1480 })
 * tunnel.addPeer('10.244.2.0/24', '192.0.2.2')
 */
export class TunnelStandIn implements Disposable {
  readonly index: number
  readonly name: string
  readonly #device: PacketDevice
  readonly #socket: TunnelSocket
  readonly #end: TunnelEnd
  readonly #encapsulation: Encapsulation
  readonly #remote: number | undefined
  readonly #peers = new PeerTable<number>()
  readonly #forget: () => void
  #dropped = 0
  #isClosed = false

  private constructor(netns: Netns, device: PacketDevice, options: TunnelStandInOptions) {
    const { kind, name, local, remote, key, ttl } = options
    this.index = device.index
    this.name = name
    this.#device = device
    this.#remote = remote === undefined ? undefined : ipv4(remote, 'remote')
    this.#encapsulation = new Encapsulation({ kind, key, ttl, local: ipv4(local, 'local') })
    const receive = (packet: Unwrapped) => this.#receive(packet)
    this.#end = { kind, name, key, remote: this.#remote, receive }
    this.#socket = TunnelSocket.join(netns, protocolOf(kind), local, this.#end)
    device.onPacket = packet => this.#send(packet)
    this.#forget = netns.onClose(() => this.close())
    rememberDevice(netns, device.index, () => ({
      kind,
      isEthernet: kind === 'gretap',
      local,
      remotes: remote === undefined ? this.#peers.remotes().map(ipv4Text) : [remote],
      ...(key === undefined ? {} : { id: key }),
    }))
  }

  /**
   * @throws UsageError TNET_TUNNEL_INVALID
   * @throws KernelError TNET_LINK_EXISTS when there is a link of that name, or a tunnel of the
   *   same local and remote address and key
   */
  static create(netns: Netns, options: TunnelStandInOptions): TunnelStandIn {
    const { kind, name, mtu, local, remote, mac, backing } = options
    check(options)
    for (const address of [local, remote]) if (address !== undefined) ipv4(address, 'outer')
    const device = PacketDevice.create(netns, {
      kind: kind === 'gretap' ? 'tap' : 'tun',
      name,
      mtu,
      ...(mac === undefined ? {} : { mac }),
      ...(backing === undefined ? {} : { backing }),
    })
    try {
      netns.announce(shellFor(options))
      return new TunnelStandIn(netns, device, options)
    } catch (error) {
      device.close()
      throw error
    }
  }

  /** What its packets go through in this process. */
  get backing(): 'tun' | 'veth' {
    return this.#device.backing
  }

  /** How many packets were for nobody, or not taken by the kernel, in both directions. */
  get dropped(): number {
    return this.#dropped + this.#device.dropped
  }

  /**
   * Packets to `prefix` go to `remote`. The kernel's device takes that from the route that led to
   * it (its gateway), which a device in userspace does not get to see: add both.
   */
  addPeer(prefix: string, remote: string): void {
    this.#peers.set(prefix, ipv4(remote, 'remote'))
  }

  removePeer(prefix: string): void {
    this.#peers.delete(prefix)
  }

  #remoteFor(packet: Buffer): number | undefined {
    if (this.#remote !== undefined) return this.#remote
    const isIPv4 = packet.length >= 20 && (packet[0] ?? 0) >> 4 === 4
    return isIPv4 ? this.#peers.find(packet.readUInt32BE(16)) : undefined
  }

  #send(packet: Buffer): void {
    const remote = this.#remoteFor(packet)
    const outer = remote === undefined ? undefined : this.#encapsulation.wrap(packet, remote)
    const failure =
      remote === undefined || outer === undefined ? 'dropped' : this.#socket.send(outer, remote)
    if (failure === undefined) return
    this.#dropped++
    if (failure === 'dropped' || this.#end.kind === 'gretap') return
    const error =
      failure === 'unreachable'
        ? unreachable(packet)
        : isWhole(packet)
          ? unreachable(packet, failure.mtu - this.#encapsulation.headerBytes)
          : undefined
    if (error !== undefined) this.#device.send(error)
  }

  #receive({ kind, inner, congestion }: Unwrapped): void {
    const at = kind === 'gretap' ? ETHERNET_HEADER : 0
    const isIP = kind !== 'gretap' || [0x0800, 0x86dd].includes(inner.readUInt16BE(12))
    if (congestion === CONGESTION && isIP && !meetCongestion(inner, at)) this.#dropped++
    else this.#device.send(inner)
  }

  /** The device is gone. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#forget()
    this.#socket.leave(this.#end)
    this.#device.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
