import type { ErrorReport } from '../../errors.ts'

/** What a sandbox's process 1 hears from outside; one JSON object a line. */
export type ToProcessOne =
  | {
      type: 'start'
      command: readonly string[]
      env: NodeJS.ProcessEnv
      /** Whether the terminal is the command's from the start. */
      hasTerminal: boolean
    }
  | {
      type: 'signal'
      signal: NodeJS.Signals
      /** It was typed, so it is for all of the command's process group. */
      isTyped: boolean
    }
  | { type: 'continue'; takesTerminal: boolean }

/** What it tells. */
export type FromProcessOne =
  /** The sandbox could not be furnished. */
  | { type: 'failed'; error: ErrorReport }
  /** The command could not be started: ENOENT. */
  | { type: 'refused'; code: string }
  /** The command stopped, as by Ctrl-Z. */
  | { type: 'stopped'; signal: string }
  | ({ type: 'ended' } & Ending)

export interface Ending {
  exitCode: number
  /** What ended it; `exitCode` is 128 and its number then. */
  signal?: string
}

/** Cuts what comes in pieces into lines. */
export function eachLine(hear: (line: string) => void): (chunk: string) => void {
  let unfinished = ''
  return chunk => {
    const lines = (unfinished + chunk).split('\n')
    unfinished = lines.pop() ?? ''
    for (const line of lines) hear(line)
  }
}
