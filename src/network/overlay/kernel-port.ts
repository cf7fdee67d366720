import type { Request } from '../../kernel/netlink/message.ts'
import type { Netns } from '../../kernel/netns.ts'
import { deleteLink } from '../links.ts'
import { finishPackets } from './finish-packets.ts'

type Link = { index: number; name: string }

/** A device that a bridge gets as a port: the kernel's, or a stand-in. */
export interface Port extends Link {
  close(): void
}

/**
 * The kernel's device.
 *
 * @param isMixed another host has a stand-in
 */
export function kernelPort(
  host: Netns,
  name: string,
  { add, isMixed }: { add: (link: Link) => Request; isMixed: boolean },
): Port {
  const link = { index: host.nextIndex(), name }
  host.execute(add(link))
  const port = { ...link, close: () => deleteLink(host, link) }
  try {
    if (isMixed) finishPackets(host, port)
    return port
  } catch (failure) {
    port.close()
    throw failure
  }
}
