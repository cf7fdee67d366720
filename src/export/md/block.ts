/** A command as a person types it, and when what it did is what is to be shown. */
export interface Typed {
  command: string
  /**
   * For bash: succeeds when it is as it should be, by `$code`, the exit code, and `$said`, what it
   * printed. Until then it is typed again, for a while. None: however it ends.
   */
  until?: string
  /** When it fails and says nothing, its exit code is shown. */
  isToldWhenSilent?: boolean
}

/** A part of a document, in its order. */
export type Block =
  | { kind: 'heading'; depth: number; text: string }
  | { kind: 'prose'; text: string }
  | { kind: 'listing'; text: string }
  | { kind: 'typed'; commands: Typed[] }

/** What a command did when it was typed. */
export interface Seen {
  exitCode: number
  output: string
  /** It was as it should be. */
  isSo: boolean
  /** How long it took until it was. */
  waitedMs: number
}
