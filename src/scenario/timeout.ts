const DAY_MS = 86_400_000

/** Whether it is milliseconds that somebody may wait; a timer of Node's cannot wait for a month. */
export function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= DAY_MS
}
