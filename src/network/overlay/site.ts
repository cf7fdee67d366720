import type { HostBridge } from '../host-bridge.ts'
import type { HostPart } from '../network.ts'
import type { Uplink } from '../uplink.ts'

/** One host's share of a network that spans several, without its way to the others. */
export interface Site extends HostPart {
  readonly uplink: Uplink
  readonly bridge: HostBridge
  /** Largest packet in bytes that containers here may send. */
  readonly mtu: number
}

/** How one host reaches the others' containers: its tunnel device, or its routes. */
export interface Carrier<S> {
  /** Makes the ways to peers; nothing when it throws. */
  add(peers: readonly S[]): void
  remove(peers: readonly S[]): void
  /** Ends the device, and with it all ways. */
  close(): void
}
