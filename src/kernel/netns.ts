import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import fs from 'node:fs'
import { namespaceName } from '../names.ts'
import { setFreshSysctls } from './fresh-sysctls.ts'
import { bind, createMountNamespace, insideMounts, type MountNamespace } from './mount-namespace.ts'
import { createNetNamespace, insideNet } from './net-namespace.ts'
import { NetlinkConnection } from './netlink/connection.ts'
import type { Request } from './netlink/message.ts'
import { readSysctl, writeSysctl } from './sysctl.ts'
import { spelled } from './spelling.ts'

/** Hears of each action with the command that does the same, before it is done. */
export type ActionListener = (shell: string) => void

export interface NetnsOptions {
  /** What a person reads. */
  label: string
  /** Its name under /run/netns and in shell spellings. Default: derived from the label. */
  name?: string
  /** Whether it will have bridges: its links then get no link-local addresses by themselves. */
  bridges?: boolean
  onAction?: ActionListener
  /** Hears of each program that is started in all of the node's namespaces. */
  onSpawn?: () => void
}

/**
 * A network namespace with a label, spoken to through rtnetlink; its mount and UTS namespaces are
 * made when a command first runs in it, because most containers of a large lab never run one.
 */
export class Netns implements Disposable {
  readonly label: string
  readonly name: string
  readonly fd: number
  readonly #onAction: ActionListener
  readonly #onSpawn: () => void
  #wire: NetlinkConnection | undefined
  #mounts: MountNamespace | undefined
  #nextIndex = 100
  #names = new Map<string, Netns>()
  #unbound: Netns[] = []
  #hosts = ''
  #isClosed = false

  constructor(options: NetnsOptions) {
    const { label, name = namespaceName(label), bridges = false, onAction = () => {} } = options
    this.label = label
    this.name = name
    this.#onAction = onAction
    this.#onSpawn = options.onSpawn ?? (() => {})
    let settings: ReturnType<typeof setFreshSysctls> = []
    this.fd = createNetNamespace(() => (settings = setFreshSysctls(bridges)))
    this.#onAction(`ip netns add ${name}`)
    for (const [path, value] of settings) {
      this.announce(`sysctl -w ${path.replaceAll('/', '.')}=${value}`)
    }
  }

  /** An index for a link that is to be made here: known before the link is. */
  nextIndex(): number {
    return this.#nextIndex++
  }

  /** Tells the trace about something that is done in another way than by `execute`. */
  announce(shell: string): void {
    this.#onAction(spelled(this.name, shell))
  }

  get #connection(): NetlinkConnection {
    return (this.#wire ??= new NetlinkConnection(this.fd, this))
  }

  /** Sends requests in order; throws the first refusal. */
  execute(...requests: readonly Request[]): void {
    for (const request of requests) this.announce(request.shell)
    this.#connection.execute(requests)
  }

  dump<T>(request: Request, parse: (body: Buffer) => T | undefined): T[] {
    return this.#connection.dump(request, parse)
  }

  get<T>(request: Request, parse: (body: Buffer) => T | undefined): T | undefined {
    return this.#connection.get([request], parse)[0]
  }

  getAll<T>(requests: readonly Request[], parse: (body: Buffer) => T | undefined): T[] {
    return this.#connection.get(requests, parse)
  }

  sysctl(key: string): string {
    return readSysctl(this.fd, key)
  }

  setSysctl(key: string, value: string | number): void {
    this.announce(`sysctl -w ${key}=${value}`)
    writeSysctl(this.fd, key, value)
  }

  /** Runs `work` with the main thread in this network namespace: for sockets. */
  insideNet<T>(work: () => T extends PromiseLike<unknown> ? never : T): T {
    return insideNet(this.fd, work)
  }

  /** Gives another namespace a name here, for `ip netns exec` on this node. */
  addName(other: Netns): void {
    this.#names.set(other.name, other)
    this.#unbound.push(other)
  }

  /** What this node's /etc/hosts says from now on. */
  setHosts(content: string): void {
    this.#hosts = content
  }

  /** Runs `work` in all of this node's namespaces: what it spawns is on this node. */
  inside<T>(work: () => T): T {
    return insideNet(this.fd, () => {
      this.#mounts ??= createMountNamespace(this.fd, this.name)
      return insideMounts(this.#mounts, () => {
        this.#refresh()
        return work()
      }) as never
    })
  }

  #refresh(): void {
    fs.writeFileSync('/run/tnet-lab/hosts', this.#hosts)
    for (const other of this.#unbound.splice(0)) {
      if (other.#isClosed) continue
      const file = `/run/netns/${other.name}`
      fs.writeFileSync(file, '')
      bind(`/proc/self/fd/${other.fd}`, file)
    }
  }

  /** Starts a program on this node; the working directory is the caller's unless it says so. */
  spawn(file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    this.#onSpawn()
    return this.inside(() => spawn(file, args, { cwd: process.cwd(), ...options }))
  }

  /** The same in the network namespace alone: the machine's own /etc, one namespace less. */
  spawnBare(file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return insideNet(this.fd, () => spawn(file, args, options) as never)
  }

  /** Lets go of the namespaces; they end with what runs in them. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    fs.closeSync(this.fd)
    this.#wire?.close()
    if (this.#mounts === undefined) return
    fs.closeSync(this.#mounts.mnt)
    fs.closeSync(this.#mounts.uts)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
