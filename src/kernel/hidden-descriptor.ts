import fs from 'node:fs'
import { libcCalls } from './libc.ts'
import { HIGH } from './room-to-hide.ts'

/** asm-generic/fcntl.h */
const O_CLOEXEC = 0o2000000

/**
 * Moves a descriptor out of the way of a script, which finds nothing but /dev/null in its place.
 *
 * @param n tells hidden descriptors apart
 * @returns its number from now on: the same one where the system allows none that high
 */
export function hideDescriptor(fd: number, n: number): number {
  if (libcCalls.dup3(fd, HIGH + n, O_CLOEXEC) < 0) return fd
  const nothing = fs.openSync('/dev/null', 'r+')
  libcCalls.dup3(nothing, fd, O_CLOEXEC)
  fs.closeSync(nothing)
  return HIGH + n
}
