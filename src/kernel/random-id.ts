import fs from 'node:fs'

/** Some hexadecimal digits by chance, at most 12: the kernel's, because node:crypto takes 1.5 ms to load. */
export function randomId(digits: number): string {
  const uuid = fs.readFileSync('/proc/sys/kernel/random/uuid', 'latin1')
  return uuid.trimEnd().slice(-12).slice(0, digits)
}
