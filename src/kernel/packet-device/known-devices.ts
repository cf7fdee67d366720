import type { Netns } from '../netns.ts'

/** Indexes of links that look like veth pairs, and are this process's packet devices. */
const known = new WeakMap<Netns, Set<number>>()

export function rememberDevice(netns: Netns, index: number): void {
  const indexes = known.get(netns) ?? new Set()
  known.set(netns, indexes.add(index))
}

export function forgetDevice(netns: Netns, index: number): void {
  known.get(netns)?.delete(index)
}

/** Whether a link of a node is a packet device of this process, whatever the kernel calls it. */
export function isPacketDevice(netns: Netns, index: number): boolean {
  return known.get(netns)?.has(index) === true
}
