import fs from 'node:fs'
import { libcCalls } from '../libc.ts'
import { createTunTap, type TunTapOptions } from '../tun-tap.ts'
import { LARGEST_FRAME, type PacketPort } from './packet-port.ts'

const received = Buffer.allocUnsafeSlow(LARGEST_FRAME)

/**
 * A TUN or TAP device of the kernel's own: a `read` is a packet, a `write` is one. The kernel cuts
 * large segments and finishes checksums before it hands a packet out (TUNSETOFFLOAD is not used).
 */
export class TunPort implements PacketPort {
  readonly fd: number

  constructor(namespace: number, options: TunTapOptions) {
    this.fd = createTunTap(namespace, options)
  }

  receive(): Buffer | undefined {
    const length = libcCalls.read(this.fd, received, received.length)
    return length < 0 ? undefined : received.subarray(0, length)
  }

  send(packet: Uint8Array): boolean {
    return libcCalls.write(this.fd, packet, packet.length) >= 0
  }

  close(): void {
    fs.closeSync(this.fd)
  }
}
