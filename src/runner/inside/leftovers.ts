import fs from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { poll } from '../../poll.ts'
import { libcCalls } from '../../kernel/libc.ts'
import { endOtherProcesses, otherProcesses } from '../../kernel/orphans.ts'
import { clearTimers, trackTimers } from './timers.ts'

/** linux/fs.h */
const MNT_DETACH = 2

/** Node's own list of what is open: sockets, servers, processes, watchers. */
type Handle = object & {
  destroy?: () => void
  close?: () => void
  closeAllConnections?: () => void
  kill?: (signal: string) => void
}

const openHandles = (): Handle[] =>
  (process as unknown as { _getActiveHandles(): Handle[] })._getActiveHandles()

/** `12 /proc`, in the order in which they were mounted. */
function mounts(): string[] {
  return fs
    .readFileSync('/proc/thread-self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => line.split(' '))
    .map(([id, , , , target]) => `${id} ${target}`)
}

/** The names of the links of this process's own network namespace. */
function links(): string {
  const lines = fs.readFileSync('/proc/thread-self/net/dev', 'latin1').split('\n')
  return lines.map(line => line.split(':')[0]?.trim()).join(' ')
}

const descriptors = () => fs.readdirSync('/proc/self/fd').length

/** Listeners that would outlive the script that added them. */
const LISTENED = ['uncaughtException', 'unhandledRejection', 'beforeExit', 'warning', 'exit']
const listenedTo = () =>
  [...LISTENED, ...process.eventNames().filter(name => String(name).startsWith('SIG'))] as 'exit'[]

/** So many descriptors more than at first are too many. */
const SPARE_DESCRIPTORS = 200
/** So much is kept of a heap that grows from file to file. */
const MOST_HEAP_BYTES = 512 << 20

/**
 * What a sandbox was like before the first file ran in it, and how it becomes so again: what a file
 * left behind is found and ended.
 */
export class Leftovers {
  readonly #handles = new Set(openHandles())
  readonly #mounts = new Set(mounts())
  readonly #links = links()
  readonly #globals = new Map(Object.entries(Object.getOwnPropertyDescriptors(globalThis)))
  readonly #environment = { ...process.env }
  readonly #folder = process.cwd()
  readonly #listeners = new Map(
    listenedTo().map(name => [name, new Set<unknown>(process.listeners(name))]),
  )
  #descriptors: number | undefined

  constructor() {
    trackTimers()
  }

  /**
   * Processes that run although the script is over, as `ps` prints them.
   *
   * @param programs the process groups of what a lab ends by itself
   */
  running(programs: readonly number[]): string[] {
    return otherProcesses()
      .filter(({ isZombie, group }) => !isZombie && !programs.includes(group))
      .map(({ command }) => command)
  }

  /** @returns what could not be ended: the sandbox is of no more use then. */
  async end(): Promise<string | undefined> {
    clearTimers()
    this.#restoreProcess()
    const unmounted = this.#unmount()
    this.#closeHandles()
    const pending = await this.#untilQuiet()
    const { left } = await endOtherProcesses()
    const commands = left.map(({ command }) => command)
    if (left.length > 0) return `a process that cannot be ended: ${commands.join(', ')}`
    if (pending !== undefined) return `something that never ends: ${pending}`
    if (!unmounted) return 'a mount that cannot be undone'
    if (links() !== this.#links) return 'links outside of the lab'
    if (process.memoryUsage().heapUsed > MOST_HEAP_BYTES) return 'a large heap'
    const open = descriptors()
    this.#descriptors ??= open
    return open > this.#descriptors + SPARE_DESCRIPTORS ? 'many open files' : undefined
  }

  #restoreProcess(): void {
    for (const name of listenedTo()) {
      const known = this.#listeners.get(name) ?? new Set()
      for (const listener of process.listeners(name)) {
        if (!known.has(listener)) process.removeListener(name, listener as never)
      }
    }
    for (const key of Object.keys(process.env)) {
      if (!(key in this.#environment)) delete process.env[key]
    }
    Object.assign(process.env, this.#environment)
    process.chdir(this.#folder)
    process.exitCode = undefined
    for (const key of Object.getOwnPropertyNames(globalThis)) {
      if (!this.#globals.has(key)) Reflect.deleteProperty(globalThis, key)
    }
    for (const [key, was] of this.#globals) {
      const is = Object.getOwnPropertyDescriptor(globalThis, key)
      const isSame = is?.value === was.value && is?.get === was.get
      if (!isSame) Reflect.defineProperty(globalThis, key, was)
    }
  }

  #unmount(): boolean {
    const fresh = mounts().filter(mount => !this.#mounts.has(mount))
    return fresh
      .toReversed()
      .map(mount => libcCalls.umount2(mount.slice(mount.indexOf(' ') + 1), MNT_DETACH))
      .every(result => result === 0)
  }

  #isOurs(handle: Handle): boolean {
    return (
      this.#handles.has(handle) ||
      handle === (process.stdout as unknown) ||
      handle === (process.stderr as unknown) ||
      handle === (process.stdin as unknown)
    )
  }

  #closeHandles(): void {
    for (const handle of openHandles()) {
      if (this.#isOurs(handle)) continue
      try {
        handle.closeAllConnections?.()
        handle.kill?.('SIGKILL')
        if (handle.destroy !== undefined) handle.destroy()
        else handle.close?.()
      } catch {
        // It is closing already.
      }
    }
  }

  /** Nothing waits any more; what still does is named. */
  async #untilQuiet(): Promise<string | undefined> {
    const waiting = () => {
      const left = openHandles().filter(handle => !this.#isOurs(handle))
      const requests = process
        .getActiveResourcesInfo()
        .filter(kind => /^(Timeout|FSReqCallback|FSReqPromise|GetAddrInfoReqWrap)$/.test(kind))
      return [...left.map(handle => handle.constructor.name), ...requests]
    }
    await setImmediate()
    const quiet = await poll(() => (waiting().length === 0 ? true : undefined), {
      timeoutMs: 300,
    })
    return quiet === true ? undefined : waiting().join(', ')
  }
}
