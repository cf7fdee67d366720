import { nowMs } from '../../clock.ts'

/** Time, or a test's stand-in for it. */
export interface Time {
  /** Milliseconds on a clock that never goes back. */
  nowMs(): number
  /**
   * Calls `tick` again and again; it alone keeps no process alive.
   *
   * @returns what ends it
   */
  every(ms: number, tick: () => void): () => void
}

export const realTime: Time = {
  nowMs,
  every(ms, tick) {
    const interval = setInterval(tick, ms).unref()
    return () => clearInterval(interval)
  },
}
