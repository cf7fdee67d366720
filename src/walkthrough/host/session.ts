import fs from 'node:fs'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { nowMs } from '../../clock.ts'
import { randomId } from '../../kernel/random-id.ts'

/** Begins and ends what a shell tells us among what programs print. */
const MARK = '\x1e'
/** What runs until it is stopped is read meanwhile: stdbuf(1) and Python's -u, by their means. */
const LINEWISE = `LD_PRELOAD=$(ls /usr/lib*/coreutils/libstdbuf.so 2>/dev/null | head -1) _STDBUF_O=L PYTHONUNBUFFERED=1`

export interface TypeOptions {
  /** Milliseconds after which it is not waited for any more. */
  timeoutMs: number
  /** It goes on while the next commands are typed. */
  inBackground?: boolean
}

export interface Typed {
  /** undefined: it was not over in time. */
  exitCode: number | undefined
  durationMs: number
}

/** A word as a shell reads it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/**
 * A shell on a simulated machine, typed into as by a person: what a command changes of the shell
 * stays, and a command may open another shell, which is typed into from then on.
 */
export class Session {
  readonly #input: Writable
  readonly #nonce = randomId(16)
  #heard = ''
  #isOver = false
  #onLine: (() => void) | undefined
  /** Answers come late of what was not over in time. */
  #questions = 0

  constructor(input: Writable, output: Readable) {
    this.#input = input
    input.on('error', () => this.#end())
    output.setEncoding('utf8')
    output.on('data', (chunk: string) => {
      // What shells print themselves is of no interest; a mark may come in two pieces.
      this.#heard = (this.#heard + chunk).slice(-4096)
      this.#onLine?.()
    })
    output.on('close', () => this.#end())
    output.on('error', () => this.#end())
  }

  #end(): void {
    this.#isOver = true
    this.#onLine?.()
  }

  /** Whether nobody reads what is typed any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  #status(): number | undefined {
    const mark = `${MARK}${this.#nonce}-${this.#questions} (\\d+)${MARK}`
    const found = new RegExp(mark).exec(this.#heard)
    return found === null ? undefined : Number(found[1])
  }

  /** Waits until the shell has read all that was typed, and says how the last command ended. */
  async #answer(timeoutMs: number): Promise<number | undefined> {
    this.#heard = ''
    this.#input.write(`printf '\\036%s %s\\036' ${this.#nonce}-${++this.#questions} "$?"\n`)
    const deadline = nowMs() + timeoutMs
    let timer: NodeJS.Timeout | undefined
    try {
      for (;;) {
        const status = this.#status()
        const leftMs = deadline - nowMs()
        if (status !== undefined || this.#isOver || leftMs <= 0) return status
        await new Promise<void>(resolve => {
          this.#onLine = resolve
          timer = setTimeout(resolve, leftMs)
        })
        clearTimeout(timer)
      }
    } finally {
      this.#onLine = undefined
    }
  }

  /**
   * Types a command whose output goes to a file of the machine's; it reads nothing.
   *
   * @param output where, as the machine sees it
   */
  async type(text: string, output: string, options: TypeOptions): Promise<Typed> {
    const beganMs = nowMs()
    const run = `eval ${quoted(text)} </dev/null >${output} 2>&1`
    // With job control, what is in the background hears Ctrl-C, as on a terminal.
    const line = `set -m; { trap : INT TERM; ${LINEWISE} ${run}; echo $? >${output}.status; } & set +m`
    this.#input.write(`${options.inBackground === true ? line : run}\n`)
    const exitCode = await this.#answer(options.timeoutMs)
    return { exitCode, durationMs: nowMs() - beganMs }
  }

  /** Types a line that opens a shell, or leaves one; the next is typed into whatever is there then. */
  async enter(text: string, timeoutMs: number): Promise<Typed> {
    const beganMs = nowMs()
    this.#input.write(`${text}\n`)
    const exitCode = await this.#answer(timeoutMs)
    return { exitCode, durationMs: nowMs() - beganMs }
  }
}

/** What a file of output holds: its last bytes. */
export function lastOf(folder: string, name: string, bytes: number): string {
  const fd = fs.openSync(path.join(folder, name), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
  try {
    const { size } = fs.fstatSync(fd)
    const buffer = Buffer.alloc(Math.min(size, bytes))
    const read = fs.readSync(fd, buffer, 0, buffer.length, Math.max(0, size - bytes))
    return buffer.toString('utf8', 0, read)
  } finally {
    fs.closeSync(fd)
  }
}
