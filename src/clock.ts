/** Held, so that a script which stops the clocks stops its own alone. */
const clock = process.hrtime.bigint.bind(process.hrtime)

/**
 * Milliseconds on a clock that never goes back. `performance.now()` says the same, but the first
 * use of `performance` loads eight modules, a millisecond or two of every start.
 */
export function nowMs(): number {
  return Number(clock()) / 1e6
}

let slowness = 1

/** From now on, every wait that is about others takes so many times longer: for slow machines. */
export function setSlowness(factor: number): void {
  slowness = factor
}

/** A timer of Node's that shall wait longer does not wait at all. */
const LONGEST_MS = 2 ** 31 - 1

/** Milliseconds as this machine needs them. */
export function scaled(ms: number): number {
  return Math.min(ms * slowness, LONGEST_MS)
}
