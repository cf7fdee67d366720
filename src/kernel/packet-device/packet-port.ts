/** What stands behind a device: this end of it, in this process. */
export interface PacketPort {
  /** Readable when a packet waits. */
  readonly fd: number
  /**
   * The next packet, in memory that the next call overwrites; `undefined` when none waits, and
   * `lastErrno` says why.
   */
  receive(): Buffer | undefined
  /** False when the kernel did not take it. */
  send(packet: Uint8Array): boolean
  /** The device is gone when this returns. */
  close(): void
}

/** The largest packet there is, and an Ethernet header with a VLAN tag. */
export const LARGEST_FRAME = 65535 + 18
