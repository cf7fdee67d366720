/** A part of what a script printed. */
export interface Printed {
  stream: 'stdout' | 'stderr'
  chunk: Buffer
}

/**
 * What was printed while no scenario ran: it is the next one's. The file was being loaded; or the line
 * that says who begins is on its way, on another descriptor.
 */
export class EarlyOutput {
  readonly #most: number
  #printed: Printed[] = []
  #bytes = 0
  #omittedBytes = 0

  /** @param most bytes that are kept, and at most one chunk more */
  constructor(most: number) {
    this.#most = most
  }

  hold(printed: Printed): void {
    const { length } = printed.chunk
    if (this.#bytes >= this.#most) {
      this.#omittedBytes += length
      return
    }
    this.#printed.push(printed)
    this.#bytes += length
  }

  /** Forgets it. */
  take(): { printed: readonly Printed[]; omittedBytes: number } {
    const taken = { printed: this.#printed, omittedBytes: this.#omittedBytes }
    this.#printed = []
    this.#bytes = 0
    this.#omittedBytes = 0
    return taken
  }
}
