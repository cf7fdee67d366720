import type { IOType } from 'node:child_process'
import fs from 'node:fs'

/** Above what a process opens, and below what it may open by default. */
export const HIGH = 1000
/** So many are hidden at most. */
const MOST = 2

function mostDescriptors(): number {
  const limits = fs.readFileSync('/proc/self/limits', 'latin1')
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1]
  return soft === 'unlimited' ? Infinity : Number(soft)
}

/**
 * Starts a child that will hide descriptors, with room for them: a table that grows when there are
 * threads already waits for all processors, for 10 ms and more (fs/file.c, expand_fdtable:
 * synchronize_rcu).
 *
 * @param start is given what the child has to have beyond its `stdio`
 */
export function withRoomToHide<T>(
  stdio: readonly IOType[],
  start: (stdio: (IOType | number)[]) => T,
): T {
  if (mostDescriptors() < HIGH + MOST) return start([...stdio])
  const nothing = fs.openSync('/dev/null', 'r+')
  try {
    const none = Array<IOType>(HIGH + MOST - 1 - stdio.length).fill('ignore')
    return start([...stdio, ...none, nothing])
  } finally {
    fs.closeSync(nothing)
  }
}
