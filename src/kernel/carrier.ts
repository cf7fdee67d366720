import { DeadlineError } from '../errors.ts'
import { poll } from '../poll.ts'
import { linkByIndex, parseLink, type LinkInfo } from './netlink/link-list.ts'
import type { Netns } from './netns.ts'

/** What passes packets: up by RFC 2863 and, for the port of a bridge, forwarding. */
function passes(link: LinkInfo | undefined): boolean {
  if (link === undefined || !link.isUp) return false
  return link.operState !== 'down' && (link.portState ?? 'forwarding') === 'forwarding'
}

/**
 * Waits until links pass packets. "Up" alone does not: a worker of the kernel (linkwatch) sees a
 * new carrier later, and until then a bridge drops what comes in by that port; the first ping
 * would lose a second to it. Since Linux 6.8 asking for one link by index, never a list, makes the
 * kernel look at once (linkwatch_sync_dev in rtnl_getlink).
 *
 * @param indexes of links whose other end is up; any other would be waited for in vain
 */
export async function untilUp(netns: Netns, indexes: readonly number[]): Promise<void> {
  const requests = indexes.map(linkByIndex)
  const ready = await poll(() =>
    netns.getAll(requests, parseLink).every(passes) ? true : undefined,
  )
  if (ready === true) return
  const late = netns.getAll(requests, parseLink).filter(link => !passes(link))
  const names = late.map(link => `${link.name} (${link.operState})`).join(', ')
  throw new DeadlineError(`links on "${netns.label}" did not come up: ${names}`, {
    code: 'TNET_LINK_NOT_READY',
    hint: 'the machine may be very busy; try again',
    facts: { command: `ip -n ${netns.name} link` },
  })
}
