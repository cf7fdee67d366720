import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import fs from 'node:fs'
import { namespaceName } from '../names.ts'
import { Children } from './children.ts'
import { setSysctls } from './fresh-sysctls.ts'
import {
  closeMountNamespace,
  createMountNamespace,
  insideMounts,
  type MountNamespace,
} from './mount-namespace.ts'
import { bind } from './mounts.ts'
import { closeHandle, labIsOver, onNamespaceClose, openHandle } from './namespace-handle.ts'
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
  /** Whose network namespace it is as well: only its files and its host name are its own. */
  shares?: Netns
  /** A descriptor of a namespace that somebody else made: it is looked at and built on as it is. */
  adopts?: number
  onAction?: ActionListener
  /** Hears that something may have changed: by an action, or by a program that was started. */
  onChange?: () => void
}

/**
 * A network namespace with a label, spoken to through rtnetlink; its mount and UTS namespaces are
 * made when a command first runs in it, because most containers of a large lab never run one.
 */
export class Netns implements Disposable {
  readonly label: string
  readonly name: string
  /** Whose network namespace it is as well. */
  readonly shares: Netns | undefined
  readonly #onAction: ActionListener | undefined
  readonly #onChange: () => void
  readonly #wire: NetlinkConnection
  readonly #descriptor: number
  readonly #handle: number
  readonly #children = new Children()
  #mounts: MountNamespace | undefined
  #nextIndex = 100
  #unbound: Netns[] = []
  #hosts = ''
  #isClosed = false
  #isGone = false
  #hasRunPrograms = false
  /** What waits for the next message, or for somebody who acts here. */
  #putOff: Request[] = []
  #isUsed: boolean

  constructor(options: NetnsOptions) {
    const { label, name = namespaceName(label), bridges = false, shares, adopts } = options
    this.label = label
    this.name = name
    this.shares = shares
    this.#onAction = options.onAction
    this.#onChange = options.onChange ?? (() => {})
    shares?.prepare()
    const given = shares?.descriptor ?? adopts
    this.#isUsed = bridges || given !== undefined
    if (given !== undefined) {
      this.#descriptor = fs.openSync(`/proc/self/fd/${given}`, 'r')
      this.#handle = openHandle(this.#descriptor)
      this.#wire = new NetlinkConnection(this.#descriptor, this)
      return
    }
    let settings: ReturnType<typeof setSysctls> = []
    let wire: NetlinkConnection | undefined
    const stage = bridges ? 'bridging' : 'fresh'
    this.#descriptor = createNetNamespace(() => {
      settings = setSysctls(stage)
      wire = new NetlinkConnection('here', { label, name })
      return wire.namespace()
    })
    this.#handle = openHandle(this.#descriptor)
    this.#wire = wire ?? new NetlinkConnection(this.#descriptor, this)
    this.#onAction?.(`ip netns add ${name}`)
    this.#announceSysctls(settings)
  }

  /**
   * What stands for it wherever something is done in a namespace, for whoever is about to act there:
   * a number that is never another's, as a descriptor's is once that is closed.
   *
   * @throws UsageError TNET_LAB_CLOSED
   */
  get fd(): number {
    this.prepare()
    return this.#handle
  }

  /**
   * Its descriptor, to be handed to the kernel at once, for links that are made or moved into it; to
   * act in it use `fd`.
   *
   * @throws UsageError TNET_LAB_CLOSED
   */
  get descriptor(): number {
    this.#checkOpen()
    return this.#descriptor
  }

  /** Whether it refuses everything. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether programs were started here, which may have left others behind. */
  get hasRunPrograms(): boolean {
    return this.#hasRunPrograms
  }

  #checkOpen(): void {
    if (this.#isClosed) throw labIsOver(this.label)
  }

  /** Does what was put off until somebody acts here, or sends packets here that it may refuse. */
  prepare(): void {
    this.#checkOpen()
    this.#flush()
    if (this.#isUsed) return
    this.#isUsed = true
    this.#announceSysctls(insideNet(this.#descriptor, () => setSysctls('used')))
  }

  /** Remembers how to end what lives here, for when it is closed; returns what forgets it again. */
  onClose(end: () => void): () => void {
    this.#checkOpen()
    return onNamespaceClose(this.#handle, end)
  }

  #announceSysctls(settings: ReturnType<typeof setSysctls>): void {
    for (const [path, value] of settings) {
      this.announce(`sysctl -w ${path.replaceAll('/', '.')}=${value}`)
    }
  }

  /** An index for a link that is to be made here: known before the link is. */
  nextIndex(): number {
    return this.shares?.nextIndex() ?? this.#nextIndex++
  }

  /** Tells the trace about something that is done in another way than by `execute`. */
  announce(shell: string): void {
    this.#onChange()
    this.#onAction?.(spelled(this.name, shell))
  }

  /** Sends requests in order; throws the first refusal. */
  execute(...requests: readonly Request[]): void {
    this.#checkOpen()
    for (const request of requests) this.announce(request.shell)
    this.#wire.execute([...this.#putOff.splice(0), ...requests])
  }

  /** Sends requests along with the next, or before anybody acts here: a message less each. */
  executeLater(...requests: readonly Request[]): void {
    this.#checkOpen()
    for (const request of requests) this.announce(request.shell)
    this.#putOff.push(...requests)
  }

  #flush(): void {
    if (this.#putOff.length > 0) this.#wire.execute(this.#putOff.splice(0))
  }

  dump<T>(request: Request, parse: (body: Buffer) => T | undefined): T[] {
    this.#flush()
    return this.#wire.dump(request, parse)
  }

  get<T>(request: Request, parse: (body: Buffer) => T | undefined): T | undefined {
    this.#flush()
    return this.#wire.get([request], parse)[0]
  }

  getAll<T>(requests: readonly Request[], parse: (body: Buffer) => T | undefined): T[] {
    this.#flush()
    return this.#wire.get(requests, parse)
  }

  sysctl(key: string): string {
    return readSysctl(this.fd, key)
  }

  setSysctl(key: string, value: string | number): void {
    this.#checkOpen()
    // A link's name may have dots: then all separators are slashes, which sysctl takes as well.
    const spelling = key.includes('.') ? key : key.replaceAll('/', '.')
    this.announce(`sysctl -w ${spelling}=${value}`)
    writeSysctl(this.fd, key, value)
  }

  /** Runs `work` with the main thread in this network namespace: for sockets. */
  insideNet<T>(work: () => T extends PromiseLike<unknown> ? never : T): T {
    return insideNet(this.fd, work)
  }

  /** Gives another namespace a name here, for `ip netns exec` on this node. */
  addName(other: Netns): void {
    this.#unbound.push(other)
  }

  /** What this node's /etc/hosts says from now on. */
  setHosts(content: string): void {
    this.#hosts = content
  }

  /** Runs `work` in all of this node's namespaces: what it spawns is on this node. */
  inside<T>(work: () => T): T {
    this.#hasRunPrograms = true
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
      other.prepare() // whoever enters it by name acts there
      bind(`/proc/self/fd/${other.descriptor}`, file)
    }
  }

  /** Starts a program on this node; the working directory is the caller's unless it says so. */
  spawn(file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    this.#onChange()
    const child = this.inside(() => spawn(file, args, { cwd: process.cwd(), ...options }))
    return this.#children.add(child, options.detached === true)
  }

  /** The same in the network namespace alone: the machine's own /etc, one namespace less. */
  spawnBare(file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    this.#hasRunPrograms = true
    const child: ChildProcess = insideNet(this.fd, () => spawn(file, args, options) as never)
    return this.#children.add(child, options.detached === true)
  }

  /** Ends what lives here; from now on everything that is asked of it throws. */
  retire(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#children.kill()
    closeHandle(this.#handle)
  }

  /** Retires it, and lets go of the namespaces; they end with what runs in them. */
  close(): void {
    try {
      this.retire()
    } finally {
      this.#letGo()
    }
  }

  #letGo(): void {
    if (this.#isGone) return
    this.#isGone = true
    fs.closeSync(this.#descriptor)
    this.#wire.close()
    if (this.#mounts !== undefined) closeMountNamespace(this.#mounts)
  }

  /** Waits until the programs have ended that were started here. */
  ended(): Promise<void> {
    return this.#children.ended()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
