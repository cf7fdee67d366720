import fs from 'node:fs'
import { KernelError } from '../../errors.ts'
import { closeLater } from '../close-later.ts'
import { checked } from '../failure.ts'
import { openSocket, SOCK_DGRAM, SOCK_RAW } from '../inet-socket.ts'
import { libcCalls } from '../libc.ts'
import { macBytes } from '../netlink/address-bytes.ts'
import { checkLinkName, linkDelete, vethAdd } from '../netlink/link-request.ts'
import type { Netns } from '../netns.ts'
import { MessageBuffer, MSG_DONTWAIT } from '../socket/message-buffer.ts'
import { growReceiveBuffer, setOption } from '../socket/socket-option.ts'
import { wantVlanTags, withVlanTag } from '../socket/vlan-tag.ts'
import { tunTapShell } from '../tun-tap.ts'
import { HiddenNamespace } from './hidden-namespace.ts'
import { LinkSwitches } from './link-switches.ts'
import { LARGEST_FRAME, type PacketPort } from './packet-port.ts'

/** bits/socket.h, linux/if_ether.h, linux/if_packet.h */
const AF_PACKET = 17
const ETH_P_ALL = 3
const ETH_P_IP = 0x0800
const ETH_P_IPV6 = 0x86dd
const SOL_PACKET = 263
const PACKET_QDISC_BYPASS = 20
const PACKET_IGNORE_OUTGOING = 23
const LARGEST_MTU = 65535
const BUFFER_BYTES = 4 << 20

const received = new MessageBuffer(LARGEST_FRAME)

export interface VethPortOptions {
  kind: 'tun' | 'tap'
  name: string
  index: number
  mac?: string
}

/** struct sockaddr_ll */
function linkAddress(index: number, protocol: number, mac?: Buffer): Buffer {
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeUInt16BE(protocol, 2)
  address.writeInt32LE(index, 4)
  if (mac === undefined) return address
  address.writeUInt8(6, 11)
  mac.copy(address, 12)
  return address
}

/** Different ones, as link-local addresses come of them. */
function anyMac(): string {
  const bytes = Array.from({ length: 5 }, () => Math.floor(Math.random() * 256))
  return ['02', ...bytes.map(byte => byte.toString(16).padStart(2, '0'))].join(':')
}

/**
 * A veth pair whose other end is in a hidden namespace, with a packet socket on it: what is done
 * where /dev/net/tun may not be opened, as by an ordinary user.
 *
 * For IP packets the socket is of the kind that leaves the Ethernet header to the kernel.
 */
export class VethPort implements PacketPort {
  readonly fd: number
  readonly #hidden: HiddenNamespace
  readonly #end: { name: string; index: number }
  readonly #isTap: boolean
  readonly #ipv4: Buffer
  readonly #ipv6: Buffer

  constructor(netns: Netns, options: VethPortOptions) {
    const { kind, name, mac = anyMac() } = options
    const target = macBytes(mac)
    checkLinkName(name)
    this.#isTap = kind === 'tap'
    this.#hidden = HiddenNamespace.of(netns)
    const index = this.#hidden.nextIndex()
    this.#end = { name: `end${index}`, index }
    this.#ipv4 = linkAddress(index, ETH_P_IP, target)
    this.#ipv6 = linkAddress(index, ETH_P_IPV6, target)
    try {
      this.#makePair(netns, { ...options, mac })
      try {
        using switches = new LinkSwitches(netns.descriptor, name, netns.label)
        switches.finishPackets()
        if (!this.#isTap) switches.withoutArp()
        this.fd = this.#openSocket(netns.label)
      } catch (error) {
        this.#deletePair()
        throw error
      }
    } catch (error) {
      this.#hidden.release()
      throw error
    }
  }

  #makePair(netns: Netns, { kind, name, index, mac }: VethPortOptions & { mac: string }): void {
    const pair = vethAdd({
      ...this.#end,
      mtu: LARGEST_MTU,
      up: true,
      peer: { name, index, mac, namespace: netns.descriptor },
    })
    this.#hidden.wire.execute([
      {
        ...pair,
        what: `create ${kind} device "${name}"`,
        shell: tunTapShell({ kind, name }),
        hints: { EEXIST: `there is already a link called "${name}" here; use another name` },
      },
    ])
  }

  #deletePair(): void {
    try {
      this.#hidden.wire.execute([linkDelete(this.#end)])
    } catch (error) {
      // It went with the other end, or with the other end's namespace.
      if (!(error instanceof KernelError && error.errno === 'ENODEV')) throw error
    }
  }

  #openSocket(label: string): number {
    const fd = openSocket(this.#hidden.fd, AF_PACKET, this.#isTap ? SOCK_RAW : SOCK_DGRAM, {
      label,
    })
    growReceiveBuffer(fd, BUFFER_BYTES)
    setOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    // The queue drops everything until a worker (linkwatch) has seen that the other end came up.
    setOption(fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1)
    if (this.#isTap) wantVlanTags(fd)
    const address = linkAddress(this.#end.index, ETH_P_ALL)
    const message = `could not listen behind a device of "${label}"`
    try {
      checked(libcCalls.bind(fd, address, address.length), message, 'bind(AF_PACKET)', 'LINK')
    } catch (error) {
      fs.closeSync(fd)
      throw error
    }
    return fd
  }

  receive(): Buffer | undefined {
    if (received.receive(this.fd) < 0) return undefined
    return this.#isTap ? withVlanTag(received.data, received.controlMessages()) : received.data
  }

  send(packet: Uint8Array): boolean {
    const { length } = packet
    if (this.#isTap) return libcCalls.send(this.fd, packet, length, MSG_DONTWAIT) >= 0
    const to = (packet[0] ?? 0) >> 4 === 6 ? this.#ipv6 : this.#ipv4
    return libcCalls.sendto(this.fd, packet, length, MSG_DONTWAIT, to, to.length) >= 0
  }

  close(): void {
    this.#deletePair()
    closeLater(this.fd)
    this.#hidden.release()
  }
}
