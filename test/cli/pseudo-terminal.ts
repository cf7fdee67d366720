import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import tty from 'node:tty'
import { libcCalls } from '../../src/kernel/libc.ts'
import { poll } from '../../src/poll.ts'
import { processesWith } from './machine.ts'

/** asm-generic/ioctls.h */
const TIOCSPTLCK = 0x40045431
const TIOCGPTN = 0x80045430

const cli = path.resolve('dist/cli/main.cjs')

const PROGRAM = `
  process.on('SIGCONT', () => console.log('on again'))
  process.stdin.on('data', line => console.log('[' + String(line).trim() + ']'))
  console.log('up')
`

/**
 * A command for a shell that says `up` when it is there, and `on again` when it goes on: whatever is
 * typed before that may be typed to the shell, which takes the terminal apart while it reads a line.
 * Once it is up Ctrl-C ends it; on its way to the next program of a script, dash loses one.
 */
export const UP = 'node -e "$PROGRAM"'

/** A terminal with a program in it that is the first of its session, as a terminal window has it. */
export class PseudoTerminal implements AsyncDisposable {
  readonly #stream: tty.ReadStream
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #marker = randomUUID()
  #shown = ''
  /** Where the next look begins. */
  #seen = 0

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const master = fs.openSync('/dev/ptmx', fs.constants.O_RDWR | fs.constants.O_NOCTTY)
    const number = Buffer.alloc(4)
    libcCalls.ioctl(master, TIOCSPTLCK, number)
    libcCalls.ioctl(master, TIOCGPTN, number)
    const file = `/dev/pts/${number.readUInt32LE(0)}`
    const slave = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NOCTTY)
    this.#child = spawn('setsid', ['--ctty', ...command], {
      stdio: [slave, slave, slave],
      env: {
        ...process.env,
        TERM: 'dumb',
        PROGRAM,
        TNET_LAB: `/usr/bin/env -u NODE_OPTIONS ${process.execPath} ${cli}`,
        TNET_TEST_MARKER: this.#marker,
        ...env,
      },
    })
    this.#closed = once(this.#child, 'close')
    fs.closeSync(slave)
    this.#stream = new tty.ReadStream(master)
    this.#stream.setEncoding('utf8').on('data', (text: string) => (this.#shown += text))
    // EIO: the last one who had the terminal open has gone.
    this.#stream.on('error', () => {})
  }

  /** An interactive bash without anybody's settings, ready; `$TNET_LAB` is the command. */
  static async bash(env?: NodeJS.ProcessEnv): Promise<PseudoTerminal> {
    const terminal = new PseudoTerminal(['bash', '--norc', '-i'], { PS1: 'outer> ', ...env })
    await terminal.shows('outer> ')
    return terminal
  }

  type(text: string): void {
    this.#stream.write(text)
  }

  /** Waits until something is shown after all that was waited for before. */
  async shows(text: string): Promise<void> {
    const at = await poll(
      () => {
        const found = this.#shown.indexOf(text, this.#seen)
        return found < 0 ? undefined : found
      },
      { timeoutMs: 60_000 },
    )
    if (at === undefined) {
      throw new Error(`waited for ${JSON.stringify(text)}, saw ${JSON.stringify(this.unseen)}`)
    }
    this.#seen = at + text.length
  }

  /** What is shown after what was waited for last. */
  get unseen(): string {
    return this.#shown.slice(this.#seen)
  }

  /** Everything. */
  get shown(): string {
    return this.#shown
  }

  async ended(): Promise<number | null> {
    await this.#closed
    return this.#child.exitCode
  }

  /** Ends all that was started in it: what is stopped outlives its terminal. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of processesWith(this.#marker)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended with one of the others.
      }
    }
    await this.#closed
    this.#stream.destroy()
  }
}
