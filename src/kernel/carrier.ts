import { DeadlineError } from '../errors.ts'
import { poll } from '../poll.ts'
import {
  linkByIndex,
  linkList,
  parseLink,
  parseOperState,
  type LinkInfo,
} from './netlink/link-list.ts'
import type { Netns } from './netns.ts'

/** Whether the kernel has drawn its conclusions from a link's carrier. */
function isDecided({ kind, operState }: LinkInfo): boolean {
  if (operState === 'down' || operState === 'lowerlayerdown') return false
  // A pair that nobody has looked at yet has a queue that drops (noop_qdisc); lo, TAP and VXLAN
  // stay "unknown" for ever.
  return operState !== 'unknown' || kind !== 'veth'
}

/**
 * Has carrier, but the kernel has not drawn its conclusions: a worker (linkwatch) does that a while
 * later, and until then a bridge drops what comes in by that port.
 */
function isLate(link: LinkInfo): boolean {
  if (!link.isUp || !link.hasCarrier) return false
  // Listening and learning are spanning tree's own time, not ours to wait for.
  return !isDecided(link) || link.portState === 'disabled'
}

/**
 * Waits until links are up in the sense of RFC 2863: a bridge forwards what comes in by a port as
 * soon as that is (linkwatch_do_dev tells it within the same lock). Without it, a first ping loses
 * a second. Since Linux 6.8 asking for one link by index, never a list, makes the kernel look at
 * once (linkwatch_sync_dev in rtnl_getlink).
 *
 * @param indexes of links whose other end is up; any other would be waited for in vain
 */
export async function untilUp(netns: Netns, indexes: readonly number[]): Promise<void> {
  const requests = indexes.map(linkByIndex)
  const ready = await poll(() =>
    netns.getAll(requests, parseOperState).every(state => state === 'up') ? true : undefined,
  )
  if (ready === true) return
  const down = netns.getAll(requests, parseLink).filter(link => link.operState !== 'up')
  const some = down.slice(0, 5).map(link => `${link.name} (${link.operState})`)
  const names = some.join(', ') + (down.length > 5 ? ` and ${down.length - 5} more` : '')
  throw new DeadlineError(`links on "${netns.label}" did not come up: ${names}`, {
    code: 'TNET_LINK_NOT_READY',
    hint: 'the machine may be very busy; try again',
    facts: { command: `ip -n ${netns.name} link` },
  })
}

const late = (netns: Netns) => netns.dump(linkList, parseLink).filter(isLate)

/**
 * Waits until every link that has carrier passes packets, whoever brought it up and however. One
 * that never does is left for the expectation that follows to tell.
 */
export async function untilSettled(namespaces: readonly Netns[]): Promise<void> {
  for (const netns of namespaces) {
    await poll(
      () => {
        const links = late(netns)
        if (links.length === 0) return true
        netns.getAll(
          links.map(link => linkByIndex(link.index)),
          parseLink,
        )
        // A bridge gets its carrier when its first port forwards: look again at once.
        return late(netns).length === 0 ? true : undefined
      },
      { timeoutMs: 2000 },
    )
  }
}
