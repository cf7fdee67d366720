import type { LabContext } from '../lab-context.ts'
import type { TakenCapture } from './taken-captures.ts'

/**
 * Every capture that was taken in a lab until now, those that are closed too: of each the newest
 * 1,000 packets, and of those the newest that fit into a pcap file of 1 MiB. Once the lab is closed
 * there are none.
 */
export function capturesOf(lab: LabContext): TakenCapture[] {
  return lab.captures.told()
}
