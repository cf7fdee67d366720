/** Something that is not as the document shows it. */
export interface Difference {
  /** What it is about, short: `mybr0`, `packet loss`, `route 172.18.0.0/16`, `line 3`. */
  what: string
  /** What the document shows; none where it shows nothing of the kind. */
  shown?: string
  /** What there is; none where it is missing. */
  seen?: string
  /**
   * Why the document may show this all the same, when that is known and says nothing against what
   * was done: another version of the tool, a device that a kernel module makes.
   */
  explanation?: string
}

/** What a document shows beside what there is. */
export interface Comparison {
  /** Those that count; empty: it is as shown. */
  differences: Difference[]
  /** Those with an explanation: they do not count, and the report tells them. */
  explained: Difference[]
  /** What there is and the document leaves out, where that is no difference: `lo`, `eth0`. */
  leftOut: string[]
}

/** A command, taken apart as far as comparing it needs. */
export interface SimpleCommand {
  /** Without folder, `sudo`, `ip netns exec NS`, `nsenter …`, environment: `ip`, `ping`, `brctl`. */
  program: string
  /** Its arguments, unquoted. */
  args: string[]
  /** The network namespace that `ip netns exec` or `ip -n` names. */
  namespace?: string
}

export interface ComparedOutput {
  command: SimpleCommand
  /** The document's lines: `WRAP` in them is a space or nothing; `...` stands for any lines. */
  shown: readonly string[]
  /** stdout and stderr, as they came. */
  seen: string
  exitCode: number | null
  /** Nothing is left out or explained: every line that is there has to be shown, but for numbers. */
  isStrict: boolean
  /** Of a capture: what it sees is said to be answered, and the answers need not be shown. */
  isAnswered?: boolean
}

/** Knows one kind of output; undefined: it is not what it knows, and the next is asked. */
export type Comparer = (output: ComparedOutput) => Comparison | undefined
