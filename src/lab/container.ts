import { Node } from './node.ts'
import type { Host } from './host.ts'
import type { LabContext } from './lab-context.ts'
import type { Netns } from '../kernel/netns.ts'

/** A namespace on a host. */
export class Container extends Node {
  readonly host: Host

  constructor(lab: LabContext, netns: Netns, host: Host) {
    super(lab, netns)
    this.host = host
  }
}
