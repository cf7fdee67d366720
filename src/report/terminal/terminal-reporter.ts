import type { Reporter } from '../reporter.ts'
import { colourLevel, coloursOf, type ColouredOutput, type ColourLevel } from './colours.ts'
import type { HostProcess } from './live/host-process.ts'
import type { Detail } from './narrator.ts'
import { PlainReporter } from './plain-reporter.ts'
import { realTime, type Time } from './time.ts'

/** A reporter that shares its terminal. */
export interface TerminalReporter extends Reporter {
  /**
   * Leaves the terminal to somebody else, such as a prompt: nothing is written, and nothing is
   * drawn, until all who asked have called what this returns. What is told meanwhile comes then.
   */
  hold(): () => void
  close(): Promise<void>
}

/** Such as `process.stdout`; `columns` and `rows` are read whenever they matter. */
export interface TerminalOutput extends ColouredOutput {
  write(text: string): unknown
  columns?: number | undefined
  rows?: number | undefined
}

export interface TerminalOptions {
  output: TerminalOutput
  /** Whether lines at the bottom show what runs. Default: as `isLiveTerminal` says. */
  isLive?: boolean
  /** Default: as `colourLevel` says. */
  colour?: ColourLevel
  /**
   * What of a scenario that passed is told. `steps`: its steps and expectations; `lines`: that it
   * passed, on one line. Default `auto`: steps, unless more than ten run or have passed.
   */
  detail?: Detail
  /** Whether actions are told, as the commands that do the same. Default no. */
  showsActions?: boolean
  /** Default `process.env`. */
  env?: NodeJS.ProcessEnv
  time?: Time
  host?: HostProcess
}

/** Whether a terminal shows lines that change: not in CI, where a log is read later. */
export function isLiveTerminal({ isTTY }: ColouredOutput, env: NodeJS.ProcessEnv): boolean {
  const isCi = env.CI !== undefined && !['', '0', 'false'].includes(env.CI)
  return isTTY === true && env.TERM !== 'dumb' && !isCi
}

/**
 * What people read while a run goes on: scenarios, then a table and the counts. On a terminal,
 * what runs now is below; what that needs is loaded only then, as it takes 25 ms.
 *
 * @example
 * const reporter = await terminalReporter({ output: process.stdout })
 * for (const event of events) reporter.tell(event)
 * await reporter.close()
 */
export async function terminalReporter(options: TerminalOptions): Promise<TerminalReporter> {
  const { output, env = process.env, time = realTime, host = process } = options
  const { detail = 'auto', showsActions = false } = options
  const colours = coloursOf(options.colour ?? colourLevel(output, env))
  if (options.isLive ?? isLiveTerminal(output, env)) {
    const { LiveReporter } = await import('./live/live-reporter.ts')
    return new LiveReporter({ output, time, host, detail, showsActions, colours })
  }
  const write = (text: string) => void output.write(text)
  return new PlainReporter({ write, time, detail, showsActions, colours, screen: output })
}
