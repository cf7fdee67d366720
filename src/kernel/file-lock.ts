import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { DeadlineError, EnvironmentError, KernelError } from '../errors.ts'
import { shellWord } from '../names.ts'

/** sys/file.h */
const LOCK_EX = 2
const LOCK_NB = 4
const LOCK_UN = 8

type Flock = (fd: number, operation: number) => number

let loaded: { flock: Flock; errno: () => number; EAGAIN: number } | undefined

// Loading koffi costs 12 ms: only for who locks.
function libc() {
  if (loaded !== undefined) return loaded
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi').default
  const flock = koffi.load('libc.so.6').func('int flock(int, int)') as Flock
  loaded = { flock, errno: () => koffi.errno(), EAGAIN: os.constants.errno.EAGAIN }
  return loaded
}

function refused(path: string, errno: number): KernelError {
  const names = Object.entries(os.constants.errno)
  const name = names.find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`
  return new KernelError(`could not lock ${path}`, {
    code: 'TNET_LOCK_REFUSED',
    operation: 'flock',
    errno: name,
    facts: { kernel: `flock: ${name}`, command: `flock ${shellWord(path)} true` },
    hint: 'choose a file on a local file system',
  })
}

export interface HoldOptions {
  /** Milliseconds until giving up. Default 10000. */
  timeoutMs?: number
}

/**
 * A lock between processes on a file of its own, by flock(2): the kernel takes it away from a
 * process that ends, however it ends. The file stays when the lock is gone; removing it would let
 * two processes lock two files of one name.
 *
 * @example
 * using lock = FileLock.open('/run/tnet-lab/state.lock')
 * const count = await lock.hold(() => increment())
 */
export class FileLock implements Disposable {
  readonly path: string
  readonly #fd: number

  private constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
  }

  /**
   * Opens, and creates when it is not there, the file to lock. Its folder has to exist.
   *
   * @throws EnvironmentError TNET_LOCK_DENIED
   */
  static open(path: string): FileLock {
    try {
      return new FileLock(
        path,
        fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600),
      )
    } catch (cause) {
      throw new EnvironmentError(`could not open the lock file ${path}`, {
        code: 'TNET_LOCK_DENIED',
        facts: { kernel: cause instanceof Error ? cause.message : String(cause) },
        hint: 'choose a folder that exists and that you may write to',
        cause,
      })
    }
  }

  /**
   * Runs `work` while no other process holds the lock. `work` is synchronous, so that this process
   * can neither forget the lock nor come in twice.
   *
   * @throws DeadlineError TNET_LOCK_BUSY naming the process that has it; what `work` throws.
   */
  async hold<T>(work: () => T, { timeoutMs = 10_000 }: HoldOptions = {}): Promise<T> {
    const deadline = performance.now() + timeoutMs
    while (!this.#tryLock()) {
      const left = deadline - performance.now()
      if (left <= 0) throw this.#busy(timeoutMs)
      // Apart by chance, and short: a holder writes a few lines and is gone.
      await setTimeout(Math.min(left, Math.random() * 4))
    }
    try {
      return work()
    } finally {
      libc().flock(this.#fd, LOCK_UN)
    }
  }

  #tryLock(): boolean {
    const { flock, errno, EAGAIN } = libc()
    if (flock(this.#fd, LOCK_EX | LOCK_NB) === 0) return true
    if (errno() === EAGAIN) return false
    throw refused(this.path, errno())
  }

  /** The process that has the lock, from /proc/locks; it may be gone by the time one looks. */
  holder(): number | undefined {
    const inode = fs.fstatSync(this.#fd).ino
    for (const line of fs.readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, kind, , , pid, file] = line.split(/\s+/)
      if (kind === 'FLOCK' && file?.split(':')[2] === String(inode)) return Number(pid)
    }
    return undefined
  }

  #busy(timeoutMs: number): DeadlineError {
    const pid = this.holder()
    return new DeadlineError(`could not lock ${this.path} within ${timeoutMs} ms`, {
      code: 'TNET_LOCK_BUSY',
      facts: pid === undefined ? {} : { holder: `process ${pid}` },
      hint: pid === undefined ? 'try again' : `see what it does: ps -fp ${pid}`,
    })
  }

  close(): void {
    fs.closeSync(this.#fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
