import fs from 'node:fs'
import { koffi } from '../koffi.ts'
import { refused } from '../failure.ts'
import { openSocket, SOCK_DGRAM } from '../inet-socket.ts'
import { lastErrno, libcCalls } from '../libc.ts'
import { AF_INET } from '../netlink/address-bytes.ts'

/** linux/sockios.h */
const SIOCGIFFLAGS = 0x8913
const SIOCSIFFLAGS = 0x8914
const SIOCETHTOOL = 0x8946
/** linux/ethtool.h */
const ETHTOOL_STXCSUM = 0x17
const ETHTOOL_SFLAGS = 0x26
/** linux/if.h */
const IFF_NOARP = 0x80
const IFNAMSIZ = 16

/** Outside of the heap, so that the pointer in it stays true: struct ifreq, ethtool_value. */
const memory = Buffer.allocUnsafeSlow(48)
const request = memory.subarray(0, 40)
const value = memory.subarray(40)

/** The switches of a link that rtnetlink does not have, or only with many words. */
export class LinkSwitches implements Disposable {
  readonly #fd: number
  readonly #name: string
  readonly #label: string

  /** @param label the node's, for errors */
  constructor(namespace: number, name: string, label: string) {
    this.#fd = openSocket(namespace, AF_INET, SOCK_DGRAM, { label })
    this.#name = name
    this.#label = label
  }

  #ioctl(number: number, operation: string, command: string): void {
    if (libcCalls.ioctl(this.#fd, number, request) >= 0) return
    throw refused({
      message: `could not set up "${this.#name}" on "${this.#label}"`,
      operation,
      errno: lastErrno(),
      noun: 'LINK',
      shell: command,
    })
  }

  #ethtool(command: number, operation: string, shell: string): void {
    request.fill(0).write(this.#name)
    request.writeBigUInt64LE(koffi.address(value), IFNAMSIZ)
    value.writeUInt32LE(command, 0)
    value.writeUInt32LE(0, 4)
    this.#ioctl(SIOCETHTOOL, operation, shell)
  }

  /**
   * What leaves by it is finished: whole checksums, no segments larger than a packet (TSO goes
   * with the checksums, netdev_fix_features), VLAN tags within the frame. Otherwise a veth pair
   * leaves all of that to the device that a packet gets to in the end, and who reads it before
   * that sees it half done.
   */
  finishPackets(): void {
    this.#ethtool(ETHTOOL_STXCSUM, 'ETHTOOL_STXCSUM', `ethtool -K ${this.#name} tx off`)
    this.#ethtool(ETHTOOL_SFLAGS, 'ETHTOOL_SFLAGS', `ethtool -K ${this.#name} txvlan off`)
  }

  /** No neighbours are asked for: every frame has the link's own address as its destination. */
  withoutArp(): void {
    const command = `ip link set ${this.#name} arp off`
    request.fill(0).write(this.#name)
    this.#ioctl(SIOCGIFFLAGS, 'SIOCGIFFLAGS', command)
    request.writeUInt16LE(request.readUInt16LE(IFNAMSIZ) | IFF_NOARP, IFNAMSIZ)
    this.#ioctl(SIOCSIFFLAGS, 'SIOCSIFFLAGS', command)
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.#fd)
  }
}
