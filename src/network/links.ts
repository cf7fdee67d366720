import { KernelError } from '../errors.ts'
import { linkGet, parseLink } from '../kernel/netlink/link-list.ts'
import { linkDelete } from '../kernel/netlink/link-request.ts'
import type { Netns } from '../kernel/netns.ts'
import { linkName } from '../names.ts'

function isMissing(error: unknown): boolean {
  return error instanceof KernelError && error.errno === 'ENODEV'
}

function isTaken(netns: Netns, name: string): boolean {
  try {
    return netns.get(linkGet(name), parseLink) !== undefined
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Deletes a link; one that is gone by now, with its other end or by hand, is as good. */
export function deleteLink(netns: Netns, link: { index: number; name: string }): void {
  try {
    netns.execute(linkDelete(link))
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** A name for a link that is free in a namespace, made from a label. */
export function freeLinkName(netns: Netns, label: string): string {
  for (let n = 0; ; n++) {
    const name = linkName(n === 0 ? label : `${label}.${n}`)
    if (!isTaken(netns, name)) return name
  }
}

/** The first of eth0, eth1, … that a container does not have. */
export function freeDevice(netns: Netns): string {
  for (let n = 0; ; n++) if (!isTaken(netns, `eth${n}`)) return `eth${n}`
}
