import fs from 'node:fs'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { nowMs } from '../../clock.ts'
import { randomId } from '../../kernel/random-id.ts'
import { PING_SECONDS } from './stand-ins.ts'

/** Begins and ends what a shell tells us among what programs print. */
const MARK = '\x1e'
/** What runs until it is stopped is read meanwhile: stdbuf(1) and Python's -u, by their means. */
const LINEWISE = `LD_PRELOAD=$(ls /usr/lib*/coreutils/libstdbuf.so 2>/dev/null | head -1) _STDBUF_O=L PYTHONUNBUFFERED=1`

/** How the last command ended is still `$?` for the next, whatever was asked in between. */
const RECALL = "case ${__tnet-} in '' | 0) ;; *) (exit $__tnet) ;; esac"

/** Whoever ends what is not over in time has so long for it. */
const STOPPED_MS = 10_000

export interface TypeOptions {
  /** Milliseconds after which it is not waited for any more. */
  timeoutMs: number
  /** It goes on while the next commands are typed. */
  inBackground?: boolean
  /** It is known to take a while until nobody answers. */
  isPatient?: boolean
  /** What it starts in the background is heard, line by line. */
  isHeard?: boolean
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
  /** What commands read, which is nothing; as their root has it. */
  stdin?: string
  readonly #input: Writable
  readonly #nonce = randomId(16)
  readonly #marks = new RegExp(`${MARK}${this.#nonce}-(\\d+) (\\d+) (\\d+)${MARK}`, 'g')
  #heard = ''
  #isOver = false
  #questions = 0
  readonly #waiting = new Map<number, (status: number | undefined) => void>()
  #before: Promise<unknown> = Promise.resolve()
  #shell = 0

  constructor(input: Writable, output: Readable) {
    this.#input = input
    input.on('error', () => this.#end())
    output.setEncoding('utf8')
    output.on('data', (chunk: string) => this.#hear(chunk))
    output.on('close', () => this.#end())
    output.on('error', () => this.#end())
  }

  #end(): void {
    this.#isOver = true
    for (const answer of this.#waiting.values()) answer(undefined)
    this.#waiting.clear()
  }

  #hear(chunk: string): void {
    this.#heard += chunk
    let end = 0
    for (const mark of this.#heard.matchAll(this.#marks)) {
      end = mark.index + mark[0].length
      const question = Number(mark[1])
      // Nobody waits any more for what comes late of what was not over in time.
      this.#waiting.get(question)?.(Number(mark[2]))
      this.#waiting.delete(question)
      this.#shell = Number(mark[3])
    }
    // What shells print themselves is of no interest; a mark may come in two pieces.
    this.#heard = this.#heard.slice(end).slice(-4096)
  }

  /** The shell that has answered last, as its own machine counts processes; 0: none has yet. */
  get shell(): number {
    return this.#shell
  }

  /**
   * Types a line: says when the shell has read it and is done with it, and how it ended; undefined
   * when there is no shell any more.
   */
  #ask(line: string): Promise<number | undefined> {
    const question = ++this.#questions
    const answered = new Promise<number | undefined>(resolve => {
      if (this.#isOver) resolve(undefined)
      else this.#waiting.set(question, resolve)
    })
    const mark = `__tnet=$?; printf '\\036%s %s %s\\036' ${this.#nonce}-${question} "$__tnet" "$$"`
    this.#input.write(`${line}\n${mark}\n`)
    return answered
  }

  /**
   * Types a command whose output goes to a file of the machine's; it reads nothing. One that is typed
   * before an earlier one is over has its time from then on.
   *
   * @param output where, as the machine sees it
   */
  async type(text: string, output: string, options: TypeOptions): Promise<Typed> {
    const beganMs = nowMs()
    const patience = options.isPatient === true ? `${PING_SECONDS}=4 ` : ''
    const isHeard = options.isHeard === true || options.inBackground === true
    const heard = isHeard ? `${LINEWISE} ` : ''
    const run = `${heard}${patience}eval ${quoted(text)} <${this.stdin ?? '/dev/null'} >${output} 2>&1`
    // With job control, what is in the background hears Ctrl-C, as on a terminal.
    const line = `set -m; { trap : INT TERM; ${run}; echo $? >${output}.status; } & set +m`
    const before = this.#before
    const answered = this.#ask(options.inBackground === true ? line : `${RECALL}; ${run}`)
    this.#before = answered
    await within(options.timeoutMs + STOPPED_MS, before)
    const exitCode = await within(options.timeoutMs, answered)
    return { exitCode, durationMs: nowMs() - beganMs }
  }

  /** Types a line that opens a shell, or leaves one; the next is typed into whatever is there then. */
  async enter(text: string, timeoutMs: number): Promise<Typed> {
    const beganMs = nowMs()
    const exitCode = await within(timeoutMs, this.#ask(text))
    return { exitCode, durationMs: nowMs() - beganMs }
  }
}

/** What a promise comes to, if it does in time. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => (timer = setTimeout(() => resolve(undefined), ms)))
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
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
