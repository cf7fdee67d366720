import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import type { Duplex } from 'node:stream'
import tty from 'node:tty'
import { EnvironmentError, type ErrorReport } from '../../errors.ts'
import { withoutSetgroups } from '../../kernel/setgroups-filter.ts'
import { ControllingTerminal } from '../../kernel/terminal.ts'
import { isPrivileged, sandboxed, sandboxEnvironment } from '../../runner/sandbox.ts'
import { explainDenial } from '../doctor/sandbox-denial.ts'
import { eachLine, type Ending, type FromProcessOne, type ToProcessOne } from './message.ts'

/** What others may want the command to know; the first three come from the keyboard, too. */
const FORWARDED = [
  'SIGINT',
  'SIGQUIT',
  'SIGTSTP',
  'SIGTERM',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
] as const
const TYPED: readonly string[] = FORWARDED.slice(0, 3)

/** unshare is not to end by a signal that is meant for the command. */
const UNMOVED = 'trap "" HUP INT QUIT TERM; exec "$@"'

/** What of our environment is about this process, and not for Node as process 1. */
const NOT_FOR_NODE = new Set(['NODE_OPTIONS', 'NODE_V8_COVERAGE'])

/** How a command went that may not even have been started. */
export type Outcome = Ending | { refused: string }

/** This same program, as process 1 of a sandbox. */
function startProcessOne(rootless: boolean): ChildProcess {
  const program = [process.execPath, ...process.execArgv, process.argv[1] ?? '']
  // As root there are groups to let go of, and it is allowed.
  const command = [...(rootless ? withoutSetgroups() : []), ...program]
  const [file, args] = sandboxed([...command, 'sandbox', '--process-one'], rootless)
  const environment = Object.entries(process.env).filter(([name]) => !NOT_FOR_NODE.has(name))
  return spawn('/bin/sh', ['-c', UNMOVED, 'sh', file, ...args], {
    env: Object.fromEntries(environment),
    // What process-one.ts calls CHANNEL and COMMAND_STDIO.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 0, 1, 2],
  })
}

/** One command in a sandbox, from the outside. */
export class SandboxJob {
  readonly #rootless = !isPrivileged()
  readonly #terminal = ControllingTerminal.open()
  readonly #child: ChildProcess
  readonly #channel: Duplex
  #hasTerminal: boolean
  #outcome: Outcome | undefined
  #failure: ErrorReport | undefined
  #said = ''

  /** Starts at once. */
  constructor(command: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.#child = startProcessOne(this.#rootless)
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said += text))
    this.#channel = this.#child.stdio[3] as Duplex
    // A sandbox that could not be made is told of by its ending.
    this.#channel.on('error', () => {})
    const hear = (line: string) => this.#hear(JSON.parse(line) as FromProcessOne)
    this.#channel.setEncoding('utf8').on('data', eachLine(hear))
    // In a pipeline the keyboard is somebody else's, until the command asks for it.
    this.#hasTerminal = [0, 1, 2].every(fd => tty.isatty(fd)) && this.#terminal?.isOurs === true
    const env = { ...sandboxEnvironment(), TNET_SANDBOX: '1', ...environment }
    this.#tell({ type: 'start', command, env, hasTerminal: this.#hasTerminal })
    for (const signal of FORWARDED) process.on(signal, this.#forward)
    process.on('SIGCONT', this.#goOn)
  }

  #tell(message: ToProcessOne): void {
    this.#channel.write(JSON.stringify(message) + '\n')
  }

  readonly #forward = (signal: NodeJS.Signals) => {
    const isTyped = TYPED.includes(signal) && this.#terminal?.isOurs === true
    this.#tell({ type: 'signal', signal, isTyped })
  }

  #hear(message: FromProcessOne): void {
    if (message.type === 'stopped') this.#stop(message.signal)
    else if (message.type === 'refused') this.#outcome = { refused: message.code }
    else if (message.type === 'failed') this.#failure = message.error
    else this.#outcome = message
  }

  /** The command stopped, and the terminal is why. Whoever waits for us is to see that. */
  #stop(signal: string): void {
    if (this.#terminal === undefined) return
    if (signal === 'SIGTTIN' || signal === 'SIGTTOU') {
      // It wants the terminal; in the background, it gets that when it comes to the foreground.
      if (this.#terminal.isOurs) this.#goOn()
      else process.kill(0, 'SIGTTIN')
    } else if (signal === 'SIGTSTP') {
      this.#takeTerminal()
      process.off('SIGTSTP', this.#forward)
      process.kill(0, 'SIGTSTP')
      process.on('SIGTSTP', this.#forward)
      // Where nobody could continue us, the kernel does not stop us, and Ctrl-Z is without effect.
      this.#goOn()
    }
  }

  readonly #goOn = () => {
    const takesTerminal = this.#terminal?.isOurs === true
    this.#hasTerminal ||= takesTerminal
    this.#tell({ type: 'continue', takesTerminal })
  }

  #takeTerminal(): void {
    if (this.#hasTerminal) this.#terminal?.take()
    this.#hasTerminal = false
  }

  /** @returns how the command went, when the sandbox and all in it has ended */
  async ended(): Promise<Outcome> {
    let failure: unknown
    await once(this.#child, 'close').catch((error: unknown) => (failure = error))
    for (const signal of FORWARDED) process.off(signal, this.#forward)
    process.off('SIGCONT', this.#goOn)
    const hadTerminal = this.#hasTerminal
    this.#takeTerminal()
    if (this.#outcome === undefined) throw this.#denied(failure)
    if ('signal' in this.#outcome && this.#outcome.signal === 'SIGINT' && hadTerminal) {
      // Ctrl-C is for everybody in the foreground: a loop around us, npm. It was for the command
      // alone, which died of it.
      process.kill(0, 'SIGINT')
    }
    return this.#outcome
  }

  #denied(failure: unknown): EnvironmentError {
    if (this.#failure !== undefined) {
      const { code, message, hint, facts } = this.#failure
      return new EnvironmentError(`could not make a sandbox: ${message}`, { code, hint, facts })
    }
    const read = (file: string) => {
      try {
        return fs.readFileSync(file, 'utf8').trimEnd()
      } catch {
        return undefined
      }
    }
    const said = this.#said.trim().slice(-500)
    const isLost = said.includes('setpriv: not found') || failure !== undefined
    const code = isLost ? 'ENOENT' : undefined
    const { reason, commands } = explainDenial({ rootless: this.#rootless, said, code, read })
    return new EnvironmentError(`could not make a sandbox: ${reason}`, {
      code: 'TNET_SANDBOX_DENIED',
      hint: commands[0] ?? '"tnet-lab doctor" says what is in the way',
      cause: failure,
    })
  }
}
