import fs from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { poll } from '../../poll.ts'
import { libcCalls } from '../../kernel/libc.ts'
import { endOtherProcesses } from '../../kernel/orphans.ts'
import { Builtins } from './builtins.ts'
import { clearTimers } from './timers.ts'

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

/** A table of this process's own network namespace. */
function netTable(name: string): string {
  try {
    return fs.readFileSync(`/proc/thread-self/net/${name}`, 'latin1')
  } catch {
    return '' // a kernel without it
  }
}

/** Its columns that do not change by use. */
function table(name: string, columns: readonly number[]): string {
  const lines = netTable(name).split('\n').slice(1)
  const rows = lines.map(line => line.trim().split(/[\s:]+/))
  return rows.map(row => columns.map(column => row[column]).join(' ')).join('\n')
}

/** How many are open of each kind: the kernel takes 4 ms to list those of TCP, however few. */
function sockets(): string {
  const counts = netTable('sockstat') + netTable('sockstat6')
  return [...counts.matchAll(/^\w+: inuse \d+/gm)].join(' ')
}

/** Links, addresses, routes and sockets outside of every lab. */
function network(): string {
  const routes = table('route', [0, 1, 2]) + table('ipv6_route', [0, 1])
  const addresses = [table('if_inet6', [0, 5]), table('fib_trie', [0, 1, 2])]
  return [table('dev', [0]), ...addresses, routes, sockets()].join('\n')
}

const descriptors = () => fs.readdirSync('/proc/self/fd').length

/** What this process hears of, and who hears it. */
function listeners(): Map<string | symbol, readonly Listener[]> {
  return new Map(
    process.eventNames().map(name => [name, process.rawListeners(name as 'exit') as Listener[]]),
  )
}

type Listener = (...args: unknown[]) => void

/** Settings of the kernel's that a script may change outside of labs, and others would find. */
const SETTINGS = [
  'kernel/hostname',
  'kernel/domainname',
  'net/ipv4/ip_forward',
  'net/ipv4/conf/all/rp_filter',
  'net/ipv4/conf/default/rp_filter',
  'net/ipv4/conf/all/proxy_arp',
  'net/ipv6/conf/all/forwarding',
  'net/ipv6/conf/all/disable_ipv6',
]

function settings(): string {
  return SETTINGS.map(name => {
    try {
      return fs.readFileSync(`/proc/sys/${name}`, 'utf8')
    } catch {
      return '' // a kernel without it
    }
  }).join('')
}

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
  readonly #network = network()
  readonly #globals = new Map(Object.entries(Object.getOwnPropertyDescriptors(globalThis)))
  readonly #environment = { ...process.env }
  readonly #folder = process.cwd()
  readonly #settings = settings()
  readonly #builtins = new Builtins()
  readonly #umask = process.umask()
  readonly #listeners = listeners()
  #descriptors: number | undefined

  /** @returns what could not be ended: the sandbox is of no more use then. */
  async end(): Promise<string | undefined> {
    if (this.#builtins.areChanged) return 'changes to what all scripts share'
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
    if (Object.getOwnPropertyNames(globalThis).some(key => !this.#globals.has(key))) {
      return 'a global that cannot be deleted'
    }
    if (settings() !== this.#settings) return 'a changed setting of the kernel outside of the lab'
    if (network() !== this.#network) return 'something of the network outside of the lab'
    if (process.memoryUsage().heapUsed > MOST_HEAP_BYTES) return 'a large heap'
    const open = descriptors()
    this.#descriptors ??= open
    return open > this.#descriptors + SPARE_DESCRIPTORS ? 'many open files' : undefined
  }

  #restoreListeners(): void {
    const now = listeners()
    for (const name of new Set([...now.keys(), ...this.#listeners.keys()])) {
      const known = this.#listeners.get(name) ?? []
      const present = now.get(name) ?? []
      for (const one of present) if (!known.includes(one)) process.off(name, one)
      for (const one of known) if (!present.includes(one)) process.on(name, one)
    }
  }

  #restoreProcess(): void {
    this.#restoreListeners()
    process.umask(this.#umask)
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
