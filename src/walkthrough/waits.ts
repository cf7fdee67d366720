import { nowMs } from '../clock.ts'

/** What a walk waits for as a person does: for links, for addresses, for packets that are shown. */
export class Waits {
  #ms = 0

  /** Milliseconds of all of them. */
  get ms(): number {
    return this.#ms
  }

  async during<T>(wait: () => Promise<T>): Promise<T> {
    const beganMs = nowMs()
    try {
      return await wait()
    } finally {
      this.#ms += nowMs() - beganMs
    }
  }
}
