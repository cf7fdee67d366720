import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { TnetError } from '../../errors.ts'
import { exitNow, libcCalls } from '../../kernel/libc.ts'
import { ControllingTerminal, leadProcessGroup } from '../../kernel/terminal.ts'
import { furnish } from './furnish.ts'
import { eachLine, type Ending, type FromProcessOne, type ToProcessOne } from './message.ts'

/** The descriptors that process 1 is started with. */
export const CHANNEL = 3
/** The command's standard input, output and errors; process 1 has no terminal of its own. */
export const COMMAND_STDIO = [4, 5, 6] as const

/** bits/waitflags.h */
const WNOHANG = 1
const WUNTRACED = 2

const signalNames = new Map(Object.entries(os.constants.signals).map(([name, n]) => [n, name]))

function tell(message: FromProcessOne): void {
  fs.writeSync(CHANNEL, JSON.stringify(message) + '\n')
}

function end(ending: Ending): never {
  tell({ type: 'ended', ...ending })
  // The kernel ends what is left of the sandbox.
  exitNow(0)
  throw new Error('_exit returned')
}

function endedBy(signal: string): Ending {
  const number = os.constants.signals[signal as NodeJS.Signals] ?? 0
  return { exitCode: 128 + number, signal }
}

/** A status of waitpid(2), bits/waitstatus.h: what became of the command. */
function hearStatus(status: number): void {
  const signal = status & 0x7f
  const upper = (status >> 8) & 0xff
  if (signal === 0x7f) tell({ type: 'stopped', signal: signalNames.get(upper) ?? '' })
  else if (signal === 0) end({ exitCode: upper })
  else end(endedBy(signalNames.get(signal) ?? `${signal}`))
}

/** Orphans become children of process 1; who asks for their ends frees their numbers. */
function reapAll(command: ChildProcess): void {
  const status = Buffer.alloc(4)
  for (;;) {
    const pid = libcCalls.waitpidNow(-1, status, WNOHANG | WUNTRACED)
    if (pid <= 0) return
    if (pid === command.pid) hearStatus(status.readInt32LE(0))
  }
}

function start({ command, env }: ToProcessOne & { type: 'start' }): ChildProcess {
  const [file = '', ...args] = command
  const child = spawn(file, args, { env, stdio: [...COMMAND_STDIO] })
  child.once('error', error => {
    tell({ type: 'refused', code: (error as NodeJS.ErrnoException).code ?? error.message })
    exitNow(0)
  })
  // Node may have asked for its end before we did.
  child.once('exit', (exitCode, signal) => {
    end(signal === null ? { exitCode: exitCode ?? 1 } : endedBy(signal))
  })
  process.on('SIGCHLD', () => reapAll(child))
  // It may have stopped before somebody listened.
  reapAll(child)
  return child
}

/** What is typed is for the whole process group, so for us as well; the command decides. */
function leaveKeyboardSignals(): void {
  for (const name of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1'] as const) {
    process.on(name, () => {})
  }
}

function furnishOrFail(): void {
  try {
    furnish()
  } catch (error) {
    if (!(error instanceof TnetError)) throw error
    const { name, code, message, facts, hint } = error
    tell({ type: 'failed', error: { name, code, message, facts, hint } })
    exitNow(0)
  }
}

/**
 * What process 1 of a sandbox does: hears which command, furnishes the sandbox, starts the command,
 * stays until that ends.
 */
export function beProcessOne(): void {
  leadProcessGroup()
  leaveKeyboardSignals()
  const terminal = ControllingTerminal.open()
  let child: ChildProcess | undefined
  const kill = (signal: NodeJS.Signals) => {
    if (child?.pid !== undefined) process.kill(child.pid, signal)
  }
  process.on('SIGTERM', kill)
  const hear = (message: ToProcessOne) => {
    if (message.type === 'start') {
      furnishOrFail()
      if (message.hasTerminal) terminal?.take()
      child = start(message)
    } else if (message.type === 'continue') {
      if (message.takesTerminal) terminal?.take()
      process.kill(0, 'SIGCONT')
    } else if (message.isTyped) process.kill(0, message.signal)
    else {
      kill(message.signal)
      // Who is stopped would never hear it; shells do the same to their jobs.
      if (message.signal === 'SIGTERM' || message.signal === 'SIGHUP') process.kill(0, 'SIGCONT')
    }
  }
  const channel = new net.Socket({ fd: CHANNEL })
  channel.setEncoding('utf8').on(
    'data',
    eachLine(line => hear(JSON.parse(line) as ToProcessOne)),
  )
  // Who asked for the sandbox has gone, maybe before setpriv tied it to its life.
  channel.once('close', () => exitNow(0))
}
