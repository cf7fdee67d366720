import tty from 'node:tty'
import { UsageError } from '../../errors.ts'
import type { PauseListener } from '../../runner/pauses.ts'

/** Where a prompt can be: keys come from standard input, and somebody sees what is written. */
export function pauseOutput(): tty.WriteStream | undefined {
  if (!tty.isatty(0)) return undefined
  return [process.stdout, process.stderr].find(stream => stream.isTTY)
}

/** A flag gives a prompt where nobody is there to look around, and nobody to let it go on. */
export function noTerminal(flag: '--pause-on-failure' | '--shell'): UsageError {
  const lacks = tty.isatty(0) ? 'nothing is written to one' : 'standard input is none'
  const instead =
    flag === '--shell'
      ? '-r html shows what was built, command by command'
      : 'what is known of a failure is collected into the report folder'
  return new UsageError(`${flag} needs a terminal, and ${lacks}`, {
    code: 'TNET_PAUSE_NO_TERMINAL',
    hint: `leave it away in CI: ${instead}`,
  })
}

/** What a prompt needs of the run around it. */
export interface AroundPrompt {
  output: tty.WriteStream
  /** Keeps others from writing to the terminal until what it returns is called. */
  hold: () => Promise<() => void>
  /** Ctrl-C was pressed, or somebody typed `abort`. */
  stop: () => void
}

/** Gives a prompt for each lab that waits; what it needs is loaded when the first does. */
export function atTerminal(around: AroundPrompt): PauseListener {
  let prompt: Promise<PauseListener> | undefined
  return async pause => {
    prompt ??= import('./prompt.ts').then(({ promptAt }) => promptAt(around))
    await (
      await prompt
    )(pause)
  }
}
