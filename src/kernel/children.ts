import type { ChildProcess } from 'node:child_process'

/** What a killed process may take to end: one that waits for a disk takes its time. */
const END_MS = 2000
const LAST_WORDS_MS = 100

interface Child {
  process: ChildProcess
  /** It leads a process group, so that what it started is ended as well. */
  isLeader: boolean
}

function kill({ process: child, isLeader }: Child): void {
  if (child.pid === undefined) return
  try {
    process.kill(isLeader ? -child.pid : child.pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/** Waits until `event` of a child came, at most so long. */
export function untilEvent(
  child: ChildProcess,
  event: 'exit' | 'close',
  timeoutMs: number,
): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      child.off(event, end)
      resolve()
    }
    const timer = setTimeout(end, timeoutMs)
    child.once(event, end)
  })
}

/**
 * Waits until a child is gone that ends by itself or was killed. Its last words come at once; what
 * it left behind may hold its output open for ever, and is not waited for.
 */
export async function untilGone(child: ChildProcess): Promise<void> {
  let isClosed = false
  child.once('close', () => (isClosed = true))
  const isOver = child.exitCode !== null || child.signalCode !== null
  if (!isOver && child.pid !== undefined) await untilEvent(child, 'exit', END_MS)
  if (!isClosed) await untilEvent(child, 'close', LAST_WORDS_MS)
  if (isClosed) return
  for (const stream of child.stdio) stream?.destroy()
  await untilEvent(child, 'close', LAST_WORDS_MS)
}

/** The programs that were started in a namespace and still run. */
export class Children {
  readonly #running = new Set<Child>()

  add(child: ChildProcess, isLeader: boolean): ChildProcess {
    const one = { process: child, isLeader }
    this.#running.add(one)
    child.once('close', () => this.#running.delete(one))
    return child
  }

  /** Ends all of them at once. */
  kill(): void {
    for (const child of this.#running) kill(child)
  }

  /** Waits until all have ended, and what they printed last has been heard. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running].map(({ process: child }) => untilGone(child)))
  }
}
