/** What of `process` is a getter, and loads the stream when it is first asked for. */
const NAMES = ['stdout', 'stderr'] as const

/** More is not waited for: nobody reads any more. */
const DRAINED_AFTER_MS = 5000

/** Which of a process's outputs were used, so that none has to be loaded to see whether it is empty. */
export class OutputDrain {
  readonly #used = new Set<NodeJS.WriteStream>()

  constructor() {
    for (const name of NAMES) {
      const known = Object.getOwnPropertyDescriptor(process, name)
      if (known?.get === undefined) continue
      const load = known.get.bind(process) as () => NodeJS.WriteStream
      const remembering = () => {
        const stream = load()
        this.#used.add(stream)
        return stream
      }
      Object.defineProperty(process, name, { ...known, get: remembering })
    }
  }

  /** Resolves when all that was printed is out. */
  async drained(): Promise<void> {
    const waiting = [...this.#used].filter(
      ({ writableLength, writable }) => writable && writableLength > 0,
    )
    if (waiting.length === 0) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => (timer = setTimeout(resolve, DRAINED_AFTER_MS)))
    const all = waiting.map(
      stream => new Promise<void>(resolve => stream.write('', () => resolve())),
    )
    await Promise.race([Promise.all(all), late])
    clearTimeout(timer)
  }
}
