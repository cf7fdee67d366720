import { LinkSwitches } from '../../kernel/packet-device/link-switches.ts'
import type { Netns } from '../../kernel/netns.ts'

/**
 * A link hands large segments and unfinished checksums on to the next, as far as the last that can
 * do that work. A stand-in reads what comes in before that: it gets finished packets.
 */
export function finishPackets(host: Netns, { name }: { name: string }): void {
  using switches = new LinkSwitches(host.descriptor, name, host.label)
  switches.finishPackets()
}
