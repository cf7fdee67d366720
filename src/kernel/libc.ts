import os from 'node:os'
import { koffi } from './koffi.ts'

const libc = koffi.load('libc.so.6')

/** linux/sched.h */
export const CLONE_FS = 0x200
export const CLONE_NEWNS = 0x20000
export const CLONE_NEWUTS = 0x4000000
export const CLONE_NEWNET = 0x40000000

type Bytes = Uint8Array | null

/**
 * Ends this process at once: no exit handlers, nothing of V8 to take down, which is a tenth of a
 * short run. What was written to a pipe with `writeSync` is out.
 */
export const exitNow = libc.func('void _exit(int)') as (status: number) => void

/** Declared once; the pointers take a Buffer, which the call reads or writes in place. */
export const libcCalls = {
  unshare: libc.func('int unshare(int)') as (flags: number) => number,
  setns: libc.func('int setns(int, int)') as (fd: number, type: number) => number,
  mount: libc.func('int mount(str, str, str, ulong, str)') as (
    source: string,
    target: string,
    type: string | null,
    flags: number,
    data: string | null,
  ) => number,
  chdir: libc.func('int chdir(str)') as (path: string) => number,
  sethostname: libc.func('int sethostname(str, size_t)') as (
    name: string,
    length: number,
  ) => number,
  socket: libc.func('int socket(int, int, int)') as (
    domain: number,
    type: number,
    protocol: number,
  ) => number,
  bind: libc.func('int bind(int, void *, uint32_t)') as (
    fd: number,
    address: Bytes,
    length: number,
  ) => number,
  connect: libc.func('int connect(int, void *, uint32_t)') as (
    fd: number,
    address: Bytes,
    length: number,
  ) => number,
  listen: libc.func('int listen(int, int)') as (fd: number, backlog: number) => number,
  getsockname: libc.func('int getsockname(int, void *, void *)') as (
    fd: number,
    address: Bytes,
    length: Bytes,
  ) => number,
  setsockopt: libc.func('int setsockopt(int, int, int, void *, uint32_t)') as (
    fd: number,
    level: number,
    name: number,
    value: Bytes,
    length: number,
  ) => number,
  getsockopt: libc.func('int getsockopt(int, int, int, void *, void *)') as (
    fd: number,
    level: number,
    name: number,
    value: Bytes,
    length: Bytes,
  ) => number,
  send: libc.func('intptr_t send(int, void *, size_t, int)') as (
    fd: number,
    buffer: Bytes,
    length: number,
    flags: number,
  ) => number,
  sendto: libc.func('intptr_t sendto(int, void *, size_t, int, void *, uint32_t)') as (
    fd: number,
    buffer: Bytes,
    length: number,
    flags: number,
    address: Bytes,
    addressLength: number,
  ) => number,
  recv: libc.func('intptr_t recv(int, void *, size_t, int)') as (
    fd: number,
    buffer: Bytes,
    length: number,
    flags: number,
  ) => number,
  recvfrom: libc.func('intptr_t recvfrom(int, void *, size_t, int, void *, void *)') as (
    fd: number,
    buffer: Bytes,
    length: number,
    flags: number,
    address: Bytes,
    addressLength: Bytes,
  ) => number,
  /** The pointer is a struct msghdr; `socket/message-buffer.ts` lays one out. */
  recvmsg: libc.func('intptr_t recvmsg(int, void *, int)') as (
    fd: number,
    message: Bytes,
    flags: number,
  ) => number,
  sendmsg: libc.func('intptr_t sendmsg(int, void *, int)') as (
    fd: number,
    message: Bytes,
    flags: number,
  ) => number,
  read: libc.func('intptr_t read(int, void *, size_t)') as (
    fd: number,
    buffer: Bytes,
    length: number,
  ) => number,
  write: libc.func('intptr_t write(int, void *, size_t)') as (
    fd: number,
    buffer: Bytes,
    length: number,
  ) => number,
  clock_gettime: libc.func('int clock_gettime(int, void *)') as (
    clock: number,
    time: Bytes,
  ) => number,
  inet_pton: libc.func('int inet_pton(int, str, void *)') as (
    family: number,
    text: string,
    bytes: Bytes,
  ) => number,
  memfd_create: libc.func('int memfd_create(str, uint)') as (name: string, flags: number) => number,
  posix_spawn_file_actions_init: libc.func('int posix_spawn_file_actions_init(void *)') as (
    actions: Bytes,
  ) => number,
  posix_spawn_file_actions_destroy: libc.func('int posix_spawn_file_actions_destroy(void *)') as (
    actions: Bytes,
  ) => number,
  posix_spawn_file_actions_adddup2: libc.func(
    'int posix_spawn_file_actions_adddup2(void *, int, int)',
  ) as (actions: Bytes, from: number, to: number) => number,
  /** The lists end with a null. Returns an error number, and leaves `errno` alone. */
  posix_spawn: libc.func(
    'int posix_spawn(void *, str, void *, void *, const char **, const char **)',
  ) as (
    pid: Bytes,
    file: string,
    actions: Bytes,
    attributes: Bytes,
    args: readonly (string | null)[],
    environment: readonly (string | null)[],
  ) => number,
  /** On a thread of its own; `status` is written by then. */
  waitpid: libc.func('int waitpid(int, void *, int)').async as (
    pid: number,
    status: Bytes,
    options: number,
    done: (error: Error | null, pid: number) => void,
  ) => void,
  waitpidNow: libc.func('int waitpid(int, void *, int)') as (
    pid: number,
    status: Bytes,
    options: number,
  ) => number,
  dup3: libc.func('int dup3(int, int, int)') as (from: number, to: number, flags: number) => number,
  umount2: libc.func('int umount2(str, int)') as (target: string, flags: number) => number,
  setrlimit: libc.func('int setrlimit(int, void *)') as (resource: number, limits: Bytes) => number,
  ioctl: libc.func('int ioctl(int, ulong, void *)') as (
    fd: number,
    request: number,
    argument: Bytes,
  ) => number,
} as const

const errnoNames = new Map(Object.entries(os.constants.errno).map(([name, n]) => [n, name]))
// Linux has two names for each of these numbers; the field says the first.
errnoNames.set(os.constants.errno.EAGAIN, 'EAGAIN')
errnoNames.set(os.constants.errno.EOPNOTSUPP, 'EOPNOTSUPP')
// Node's table ends before these (asm-generic/errno.h).
errnoNames.set(108, 'ESHUTDOWN')
errnoNames.set(112, 'EHOSTDOWN')

/** The kernel's name of an error number: `errnoName(17)` is `'EEXIST'`. */
export function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `errno ${errno}`
}

/** The error number of the last libc call on this thread. */
export function lastErrno(): number {
  return koffi.errno()
}
