import fs from 'node:fs'

let closing = 0
const waiting: (() => void)[] = []

function closed(): void {
  if (--closing > 0) return
  for (const resolve of waiting.splice(0)) resolve()
}

/**
 * Closes a packet socket without waiting for it: the kernel lets an RCU grace period pass first,
 * which is milliseconds.
 */
export function closeLater(fd: number): void {
  closing++
  fs.close(fd, closed)
}

/** Waits until all of them are closed. */
export async function allClosed(): Promise<void> {
  if (closing > 0) await new Promise<void>(resolve => waiting.push(resolve))
}
