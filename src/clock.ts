/**
 * Milliseconds on a clock that never goes back. `performance.now()` says the same, but the first
 * use of `performance` loads eight modules, a millisecond or two of every start.
 */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
