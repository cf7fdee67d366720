import { koffi } from '../koffi.ts'
import { labIsOver, onNamespaceClose } from '../namespace-handle.ts'

type Watch = 'readable' | 'writable'

/** koffi closes a handle that nobody holds. */
const held = new Set<Readiness>()

// While Node ends it still polls, and one that fires then calls into what is gone: koffi aborts.
process.once('exit', () => {
  for (const readiness of held) readiness.close()
})

/**
 * Node's own event loop (uv_poll) watching a descriptor that Node did not open. `onReady` runs in
 * a turn of its own: koffi calls back without running the microtasks that follow, so a promise
 * settled there would wait for whatever comes next.
 *
 * @example
 * using ready = new Readiness(fd, 'readable', () => drain(fd))
 */
export class Readiness implements Disposable {
  readonly #onReady: () => void
  readonly #watch: Watch
  readonly #isRef: boolean
  #handle: ReturnType<typeof koffi.node.poll> | undefined

  /** @param isRef whether it keeps Node alive; default true */
  constructor(fd: number, watch: Watch, onReady: () => void, { isRef = true } = {}) {
    this.#onReady = onReady
    this.#watch = watch
    this.#isRef = isRef
    this.#handle = koffi.node.poll(fd, { [watch]: true }, this.#fired)
    if (!isRef) this.#handle.unref()
    held.add(this)
  }

  readonly #fired = (): void => {
    // An error on the socket stops uv_poll by itself; this is the same for both.
    this.#handle?.stop()
    const turn = setImmediate(() => {
      if (this.#handle === undefined) return
      this.#onReady()
      this.#handle?.start({ [this.#watch]: true }, this.#fired)
    })
    if (!this.#isRef) turn.unref()
  }

  /** To be called before the descriptor is closed. */
  close(): void {
    this.#handle?.close()
    this.#handle = undefined
    held.delete(this)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Waits until a descriptor is readable or writable (or in error); false when time is up.
 *
 * @param namespace the one that it was opened in
 * @throws UsageError TNET_LAB_CLOSED when that is closed meanwhile
 */
export function untilReady(
  fd: number,
  watch: Watch,
  timeoutMs: number,
  namespace?: number,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      ready.close()
      forget?.()
    }
    const end = (isReady: boolean) => {
      stop()
      resolve(isReady)
    }
    const fail = () => {
      stop()
      reject(labIsOver())
    }
    const forget = namespace === undefined ? undefined : onNamespaceClose(namespace, fail)
    const timer = setTimeout(() => end(false), timeoutMs)
    const ready = new Readiness(fd, watch, () => end(true))
  })
}
