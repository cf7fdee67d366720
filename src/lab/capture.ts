import type { Capture } from '../kernel/capture.ts'
import type { CapturedPacket } from '../kernel/packet/captured-packet.ts'
import { shellWord } from '../names.ts'
import { findLink, type Link } from './link.ts'
import type { Node } from './node.ts'

export interface CaptureSettings {
  /** Bytes that may wait in the kernel until they are read. Default 16 MiB. */
  bufferBytes?: number
  /** Bytes kept of each packet. Default: all. */
  snapBytes?: number
}

/**
 * Packets that a link of a node has seen since this was made: the kernel keeps them, there is no
 * process, and nothing to wait for.
 *
 * @example
 * await using onUplink = await alpha.capture('eth0')
 * await expect(web).toPing(outside)
 * await expect(onUplink).toSee('IP 192.0.2.1 > 192.0.2.9: ICMP echo request')
 */
export class NodeCapture implements AsyncDisposable {
  readonly node: Node
  /** The link's name; without one, all links of the node. */
  readonly link: string | undefined
  readonly #capture: Capture
  readonly #forget: () => void
  readonly #keep: () => void
  #isOpen = true

  private constructor(node: Node, link: string | undefined, capture: Capture) {
    this.node = node
    this.link = link
    this.#capture = capture
    this.#forget = node.lab.undo.push(`capture on ${this}`, () => capture.close())
    this.#keep = node.lab.captures.add(this)
    const dev = shellWord(link ?? 'any')
    node.netns.announce(`tcpdump -i ${dev} -w ${shellWord(`${link ?? 'any'}.pcap`)} &`)
  }

  static async start(
    node: Node,
    link: string | Link | undefined,
    settings: CaptureSettings,
  ): Promise<NodeCapture> {
    const { Capture } = await import('../kernel/capture.ts')
    const { label, netns } = node
    const name = link === undefined ? undefined : String(link)
    const options = name === undefined ? {} : { link: findLink(netns, name) }
    const capture = new Capture(netns.fd, { ...settings, ...options, label })
    return new NodeCapture(node, name, capture)
  }

  /** All that was captured until now, in the order in which the kernel saw it. */
  packets(): readonly CapturedPacket[] {
    return this.#capture.packets()
  }

  /** The packets as `tcpdump -nn -S` prints them, without the time; a line each. */
  format(): string {
    return this.packets().join('\n')
  }

  /** How many packets the kernel could not keep. */
  dropped(): number {
    return this.#capture.dropped()
  }

  /** Forgets what was captured until now. */
  clear(): void {
    this.#capture.clear()
  }

  /** A file that wireshark and `tcpdump -r` read. */
  toPcap(): Buffer {
    return this.#capture.toPcap()
  }

  /** Ends it; what was captured stays readable, and the report shows the newest of it. */
  async close(): Promise<void> {
    this.#forget()
    if (this.#isOpen && !this.node.netns.isClosed) {
      this.node.netns.announce(`# no longer captures ${this.link ?? 'all links'}`)
    }
    this.#isOpen = false
    this.#capture.close()
    this.#keep()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** `eth0 of alpha` */
  toString(): string {
    return `${this.link ?? 'all links'} of ${this.node.label}`
  }
}
