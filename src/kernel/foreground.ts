import { spawnSync, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { ControllingTerminal } from './terminal.ts'

/** How often it is looked whether the terminal is still there. */
const LOOK_MS = 1000

/** How a program ended that had the terminal. */
export interface ForegroundEnd {
  exitCode: number | null
  signal: NodeJS.Signals | null
  /** It could not be started. */
  error?: Error
}

const stty = (...args: string[]) =>
  spawnSync('stty', args, { stdio: [0, 'pipe', 'ignore'], encoding: 'utf8' }).stdout ?? ''

/**
 * Continues a child that stopped, and who has the terminal: nobody else could, so Ctrl-Z is without
 * effect. nsenter stops along with its child, and continues no more than that.
 */
function goOn(pid: number): void {
  try {
    const status = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    // proc_pid_stat(5): state, parent, group, session, terminal, the terminal's foreground group.
    const [state, , , , , foreground] = fields
    if (state !== 'T') return
    process.kill(pid, 'SIGCONT')
    if (Number(foreground) > 0) process.kill(-Number(foreground), 'SIGCONT')
  } catch {
    // It has ended.
  }
}

/** Whether a terminal controls this process: none does when that was closed, or the shell is gone. */
function isControlled(): boolean {
  try {
    fs.closeSync(fs.openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false // ENXIO
  }
}

function ignoreInterrupts(): () => void {
  const others = process.listeners('SIGINT')
  const ignore = () => {}
  process.on('SIGINT', ignore)
  for (const listener of others) process.off('SIGINT', listener)
  return () => {
    for (const listener of others) process.on('SIGINT', listener)
    process.off('SIGINT', ignore)
  }
}

/** The terminal on standard input, lent to programs: to shells, which take it for themselves. */
export class Foreground {
  readonly #terminal = ControllingTerminal.open()
  readonly #modes = stty('-g').trim()

  /** Whether what is typed is for this process now; also where no terminal controls us. */
  get isOurs(): boolean {
    return this.#terminal?.isOurs ?? true
  }

  /**
   * Waits until a program has ended that was started with our terminal, and takes that back. What
   * is typed meanwhile is for the program, Ctrl-C as well, also before it has made itself ready.
   */
  async lend(start: () => ChildProcess): Promise<ForegroundEnd> {
    const restore = ignoreInterrupts()
    const child = start()
    const onChild = () => {
      if (child.pid !== undefined) goOn(child.pid)
    }
    process.on('SIGCHLD', onChild)
    // It may have stopped before somebody listened.
    onChild()
    // Who has a terminal that is closed is told so by SIGHUP, but not who lent it.
    const look = setInterval(() => {
      if (this.#terminal === undefined || isControlled()) return
      clearInterval(look)
      process.kill(process.pid, 'SIGHUP')
    }, LOOK_MS)
    try {
      return await new Promise(resolve => {
        child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
        child.once('error', error => resolve({ exitCode: null, signal: null, error }))
      })
    } finally {
      clearInterval(look)
      process.off('SIGCHLD', onChild)
      restore()
      this.#terminal?.take()
      // A program that was killed left the terminal as it had made it.
      if (this.#modes !== '') stty(this.#modes)
    }
  }
}
