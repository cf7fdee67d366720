import fs from 'node:fs'
import { checked } from './failure.ts'
import { libcCalls } from './libc.ts'

/** linux/mount.h */
const MS_RDONLY = 1
const MS_REMOUNT = 0x20
const MS_BIND = 0x1000
const MS_REC = 0x4000
const MNT_DETACH = 2
/** Options that a remount has to repeat: a user namespace may not take them away. */
const KEPT: Readonly<Record<string, number>> = {
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  noatime: 0x400,
  nodiratime: 0x800,
  relatime: 0x200000,
}

interface MountOptions {
  flags?: number
  /** As `mount -o` has it: `size=64m,mode=755`. */
  data?: string
}

/** @throws KernelError or EnvironmentError with the kernel's reason */
export function mount(
  source: string,
  target: string,
  type: string | null,
  { flags = 0, data }: MountOptions = {},
): void {
  checked(
    libcCalls.mount(source, target, type, flags, data ?? null),
    `could not mount ${source} on ${target}`,
    'mount',
    'MOUNT',
  )
}

export function bind(source: string, target: string): void {
  mount(source, target, null, { flags: MS_BIND })
}

/** proc(5): blanks in a mount point are written in octal. */
const plain = (text: string) =>
  text.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))

/** The mounts at a folder and below it, each with those of its options that stay. */
function mountsAt(folder: string): { target: string; flags: number }[] {
  return fs
    .readFileSync('/proc/thread-self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => line.split(' '))
    .map(([, , , , target = '', options = '']) => ({
      target: plain(target),
      flags: options.split(',').reduce((sum, option) => sum | (KEPT[option] ?? 0), 0),
    }))
    .filter(({ target }) => target === folder || target.startsWith(`${folder}/`))
}

/** What is mounted at `source` and below it, to be read alone. */
export function bindReadOnly(source: string, target: string): void {
  mount(source, target, null, { flags: MS_BIND | MS_REC })
  for (const one of mountsAt(target)) {
    mount('none', one.target, null, { flags: MS_REMOUNT | MS_BIND | MS_RDONLY | one.flags })
  }
}

/** What is mounted at `source` and below it, unchanged: what nobody here may write to anyway. */
export function bindAll(source: string, target: string): void {
  mount(source, target, null, { flags: MS_BIND | MS_REC })
}

/** What still uses it keeps it until then. */
export function unmount(target: string): void {
  checked(libcCalls.umount2(target, MNT_DETACH), `could not unmount ${target}`, 'umount2', 'MOUNT')
}
