import type { Netns } from '../netns.ts'

/** What a packet device of this process is to its node, whatever the kernel calls it. */
export interface KnownDevice {
  /** `tun`, or what it stands in for: `ipip`, `gre`, `gretap`, `vlan`. */
  kind: string
  /** Carries frames, and so its MAC means something. */
  isEthernet: boolean
  /** The key or VLAN tag. */
  id?: number
  local?: string
  /** Addresses that it sends to. */
  remotes?: readonly string[]
  /** Index of the link that a VLAN is on. */
  parent?: number
}

/** By index; they look like veth pairs, or like TUN devices. */
const known = new WeakMap<Netns, Map<number, () => KnownDevice>>()

/** Remembers a device, or what it is now. */
export function rememberDevice(netns: Netns, index: number, describe: () => KnownDevice): void {
  const devices = known.get(netns) ?? new Map<number, () => KnownDevice>()
  known.set(netns, devices.set(index, describe))
}

export function forgetDevice(netns: Netns, index: number): void {
  known.get(netns)?.delete(index)
}

/** What a link of a node is, when it is a packet device of this process. */
export function knownDevice(netns: Netns, index: number): KnownDevice | undefined {
  return known.get(netns)?.get(index)?.()
}

/** Whether a link of a node is a packet device of this process, whatever the kernel calls it. */
export function isPacketDevice(netns: Netns, index: number): boolean {
  return known.get(netns)?.has(index) === true
}
