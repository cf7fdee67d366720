import fs from 'node:fs'
import { koffi } from './koffi.ts'

type Mknod = (path: string, mode: number, device: number) => number

/** glibc before 2.33 has it under another name. */
function mknod(): Mknod | undefined {
  try {
    return koffi.load('libc.so.6').func('int mknod(str, uint32_t, ulong)') as Mknod
  } catch {
    return undefined
  }
}

/**
 * Makes the node of a character device, which everybody may open.
 *
 * @param device its number, as `fs.Stats.rdev` has it
 * @returns false where this may not be done: but for root of the real machine, it may not
 */
export function makeCharacterDevice(path: string, device: number): boolean {
  if (mknod()?.(path, fs.constants.S_IFCHR, device) !== 0) return false
  fs.chmodSync(path, 0o666)
  return true
}
