import fs from 'node:fs'
import { setImmediate } from 'node:timers/promises'

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

/** Waits until all of them are closed, and Node has forgotten that it was asked to. */
export async function allClosed(): Promise<void> {
  if (closing === 0) return
  await new Promise<void>(resolve => waiting.push(resolve))
  await setImmediate()
}
