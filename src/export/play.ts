/** How many packets, pairs or answers: at least, and at most when there is an end. */
export interface Range {
  least: number
  most?: number
}

/** What a packet must be, as tcpdump can tell. */
export type PacketTest =
  | { by: 'text'; text: string }
  /** Perl's syntax, flags within. */
  | { by: 'pattern'; pattern: string }
  /** pcap-filter(7) */
  | { by: 'filter'; filter: string }

/** What is looked at, in terms of tools that everybody has. `command` is one that can be typed. */
export type Test =
  /** The command succeeds. */
  | { kind: 'succeeds'; command: string[] }
  /** What the command prints, a status of HTTP on a line of its own behind it. */
  | { kind: 'prints'; command: string[]; text: string }
  /** What the command prints matches: Perl's syntax. */
  | { kind: 'matches'; command: string[]; pattern: string }
  /** In what the command prints is each of these (`grep -E`); after `!`, it is not. */
  | { kind: 'shows'; command: string[]; patterns: string[] }
  /** A TCP connection ends so. */
  | { kind: 'connection'; node: string; address: string; port: number; outcome: Outcome }
  /** So many of all ordered pairs ping each other. */
  | { kind: 'pairs'; nodes: { name: string; address: string }[]; wanted: number }
  | { kind: 'sees'; capture: string; range: Range; packet: PacketTest }

export type Outcome = 'connected' | 'refused' | 'timed out' | 'host unreachable' | 'no route'

/** A thing that is done, looked at, or told, in the order of a script. */
export type Item =
  | { kind: 'section'; path: readonly string[] }
  /** A namespace that begins as those of a lab do. */
  | { kind: 'namespace'; name: string }
  /** Commands that must succeed. */
  | { kind: 'do'; lines: string[] }
  /** A command of the scenario's script; it must end as it did there. */
  | { kind: 'try'; line: string; exitCode: number }
  | { kind: 'remark'; text: string }
  /** An HTTP server; `PEER` in the text is the address that it sees. */
  | { kind: 'serve'; node: string; port: number; text: string; status: number }
  | { kind: 'stop-serving'; node: string; port: number }
  | { kind: 'capture'; name: string; node: string; link: string }
  | { kind: 'stop-capture'; name: string }
  | {
      kind: 'check'
      title: string
      isNegative: boolean
      /** It may take a while until it is so. */
      isEventual: boolean
      test: Test
    }
  /** An expectation that nothing but the scenario itself can look at. */
  | { kind: 'left-out'; title: string; reason: string }

/** A scenario, told in shell. */
export interface Play {
  name: string
  /** As people find it. */
  file: string
  items: Item[]
  /** Kinds of links that not every kernel has: `vxlan`, `ipip`. */
  kinds: string[]
  /** UDP ports that carry VXLAN, where tcpdump does not expect it. */
  readsVxlan: boolean
}
