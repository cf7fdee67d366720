import fs from 'node:fs'
import { checked } from './failure.ts'
import { CLONE_NEWNET, libcCalls } from './libc.ts'
import { descriptorOf } from './namespace-handle.ts'

/** The namespace that the main thread is in now, as a descriptor; opened on first use. */
let current = -1
let home = -1

function own(): number {
  return fs.openSync('/proc/thread-self/ns/net', 'r')
}

function enter(fd: number): void {
  checked(
    libcCalls.setns(fd, CLONE_NEWNET),
    'could not enter a network namespace',
    'setns',
    'NAMESPACE',
  )
  current = fd
}

type Synchronous<T> = T extends PromiseLike<unknown> ? never : T

/**
 * Runs `work` with the main thread in a namespace, given by its descriptor or handle; sockets,
 * /proc/sys/net and child processes made meanwhile belong to it. `work` is synchronous: an `await`
 * would let other code run in the wrong namespace.
 *
 * @throws UsageError TNET_LAB_CLOSED
 */
export function insideNet<T>(namespace: number, work: () => Synchronous<T>): T {
  const fd = descriptorOf(namespace)
  if (home < 0) home = current = own()
  if (fd === current) return work()
  const before = current
  enter(fd)
  try {
    return work()
  } finally {
    enter(before)
  }
}

/**
 * Makes a network namespace, known by its descriptor alone: when that is closed and nothing runs
 * in it, the kernel ends it and every link in it.
 *
 * @param inside runs in it, before it has any link; it may return a descriptor that it has anyway
 */
export function createNetNamespace(inside: () => number | void): number {
  if (home < 0) home = current = own()
  const before = current
  checked(
    libcCalls.unshare(CLONE_NEWNET),
    'could not make a network namespace',
    'unshare',
    'NAMESPACE',
  )
  try {
    return inside() ?? own()
  } finally {
    enter(before)
  }
}
