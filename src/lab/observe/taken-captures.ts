import type { CapturedPacket } from '../../kernel/packet/captured-packet.ts'
import { pcapOf } from '../../kernel/packet/pcap.ts'

/** The newest packets of a capture are kept: the end of a story says why it failed. */
const LISTED_PACKETS = 1000
const PCAP_BYTES = 1 << 20
/** Of all captures of a lab together; those that ended first are let go first. */
const ALL_BYTES = 16 << 20
/** pcap-savefile(5): headers of the file and of a packet */
const FILE_HEADER = 24
const PACKET_HEADER = 16
/** About what a packet takes here that is kept as text. */
const LINE_BYTES = 200

/** A capture as the event stream tells it. */
export interface TakenCapture {
  /** The node's name: unique in a lab, and what `ip -n` takes. */
  node: string
  /** None for all links of the node. */
  link?: string
  packets: { atMs: number; lengthBytes: number; text: string }[]
  /** A pcap file in base64. */
  pcap: string
  /** So many packets came before those. */
  omittedPackets: number
}

/** What is asked of a capture. */
interface Source {
  readonly node: { readonly netns: { readonly name: string } }
  readonly link: string | undefined
  packets(): readonly CapturedPacket[]
}

interface Kept {
  /** When the first of all packets came. */
  from: bigint
  /** Packets that are too large for the file are kept as text. */
  packets: { time: bigint; length: number; said: CapturedPacket | string }[]
  bytes: number
  omitted: number
}

/** As much of a capture as is kept of it. */
function kept(all: readonly CapturedPacket[]): Kept {
  const newest = all.slice(-LISTED_PACKETS)
  const packets: Kept['packets'] = []
  let fileBytes = FILE_HEADER
  for (const packet of newest.toReversed()) {
    fileBytes += PACKET_HEADER + packet.bytes.length
    const { time, length } = packet
    packets.push({ time, length, said: fileBytes > PCAP_BYTES ? String(packet) : packet })
  }
  return {
    from: all[0]?.time ?? 0n,
    packets: packets.toReversed(),
    bytes: Math.min(fileBytes, PCAP_BYTES) + LINE_BYTES * packets.length,
    omitted: all.length - packets.length,
  }
}

function told({ node, link }: Source, { from, packets, omitted }: Kept): TakenCapture {
  const whole = packets.flatMap(({ said }) => (typeof said === 'string' ? [] : [said]))
  return {
    node: node.netns.name,
    ...(link === undefined ? {} : { link }),
    packets: packets.map(({ time, length, said }) => ({
      atMs: Number(time - from) / 1e6,
      lengthBytes: length,
      text: String(said),
    })),
    pcap: pcapOf(whole).toString('base64'),
    omittedPackets: omitted,
  }
}

/** Out here: a function within `add` would hold all that `add` knows. */
const nothing = () => []

/** The captures of a lab: those that run, and what is kept of those that were closed. */
export class TakenCaptures {
  #all: { source: Source; kept: Kept | undefined }[] = []

  /** @returns what is called when it is closed: the capture itself is not held from then on */
  add(source: Source): () => void {
    const { node, link } = source
    const one: { source: Source; kept: Kept | undefined } = { source, kept: undefined }
    this.#all.push(one)
    return () => {
      if (one.kept !== undefined) return
      one.kept = kept(source.packets())
      one.source = { node, link, packets: nothing }
      this.#letGo()
    }
  }

  #letGo(): void {
    let bytes = this.#all.reduce((sum, one) => sum + (one.kept?.bytes ?? 0), 0)
    for (const { kept } of this.#all) {
      if (bytes <= ALL_BYTES) return
      if (kept === undefined) continue
      bytes -= kept.bytes
      kept.omitted += kept.packets.splice(0).length
      kept.bytes = 0
    }
  }

  /** All of them, in the order in which they began. */
  told(): TakenCapture[] {
    return this.#all.map(one => told(one.source, one.kept ?? kept(one.source.packets())))
  }

  clear(): void {
    this.#all = []
  }
}
