import fs from 'node:fs'
import path from 'node:path'
import { adoptedHost } from '../../lab/adopted.ts'
import type { Host } from '../../lab/host.ts'
import type { Lab } from '../../lab/lab.ts'
import type { MachineProcess } from './machine-process.ts'
import { ownPid, processesBelow } from './processes.ts'
import { lastOf, type Session } from './session.ts'

/** A shell, and what starts another when it ends. */
const OF_A_TERMINAL = 2
const KEPT_BYTES = 64 << 10
/** A command that prints more is ended. */
export const MOST_OUTPUT_BYTES = 16 << 20

/** A simulated machine of a document. */
export class Machine {
  readonly name: string
  /** Its network, as the lab sees it. */
  readonly host: Host
  readonly #process: MachineProcess
  /** Where it is, for whoever enters its namespaces from outside. */
  readonly pid: number
  #outputs = 0
  readonly #terminals = new Map<string, Promise<Session>>()
  readonly #folders = new Map<string, string>()

  private constructor(name: string, process: MachineProcess, host: Host) {
    this.name = name
    this.#process = process
    this.pid = process.pid
    this.host = host
  }

  /** Makes a process that was called by a name the machine of that name. */
  static of(lab: Lab, name: string, process: MachineProcess): Machine {
    const net = fs.openSync(`/proc/${process.pid}/ns/net`, 'r')
    try {
      return new Machine(name, process, adoptedHost(lab, name, net))
    } finally {
      fs.closeSync(net)
    }
  }

  /** What the document types, in its first terminal. */
  get session(): Session {
    return this.#process.session
  }

  /**
   * What it types in another, which is opened when it is first asked for.
   *
   * @throws EnvironmentError TNET_MACHINE_FAILED
   */
  async terminal(name: string | undefined): Promise<Session> {
    if (name === undefined) return this.session
    const opened = this.#terminals.get(name) ?? this.#process.openTerminal()
    this.#terminals.set(name, opened)
    return opened
  }

  /** Whether more runs on it than the shells of its terminals. */
  get isBusy(): boolean {
    return processesBelow(this.pid).length > OF_A_TERMINAL * (1 + this.#terminals.size)
  }

  /** The shell that is typed into, as a list of one, or none. */
  shells({ shell }: Session): number[] {
    return processesBelow(this.pid).filter(pid => ownPid(pid) === shell)
  }

  /** A file for the output of a command, as the machine sees it. */
  newOutput(): string {
    return `/.tnet/out/${++this.#outputs}`
  }

  #outputFile(output: string): string {
    return path.join(this.#process.root, output)
  }

  /** What a command printed until now: the last 64 KiB, none when it was removed. */
  read(output: string): string {
    try {
      return lastOf(path.dirname(this.#outputFile(output)), path.basename(output), KEPT_BYTES)
    } catch {
      return ''
    }
  }

  /** Makes room for the output of others; what was printed is forgotten. */
  forget(output: string): void {
    try {
      fs.truncateSync(this.#outputFile(output))
    } catch {
      // The document removed it.
    }
  }

  sizeOf(output: string): number {
    return fs.lstatSync(this.#outputFile(output), { throwIfNoEntry: false })?.size ?? 0
  }

  /** A path of the machine's, as it is reached from outside. */
  #inside(file: string): string {
    return `/proc/${this.pid}/root${file}`
  }

  /** A folder of the machine's, from outside. */
  names(folder: string): string[] {
    try {
      return fs.readdirSync(this.#inside(folder))
    } catch {
      return []
    }
  }

  /** Whether something was made or removed in a folder of the machine's since it was asked last. */
  hasChanged(folder: string): boolean {
    const found = fs.statSync(this.#inside(folder), { bigint: true, throwIfNoEntry: false })
    const now = `${found?.ino} ${found?.mtimeNs} ${this.names(folder).join('/')}`
    if (this.#folders.get(folder) === now) return false
    this.#folders.set(folder, now)
    return true
  }

  /** `net:[4026531840]`: those that its first process is in. */
  namespaces(): Set<string> {
    const folder = `/proc/${this.pid}/ns`
    return new Set(fs.readdirSync(folder).map(name => fs.readlinkSync(path.join(folder, name))))
  }

  /** The network namespaces that its processes are in, as descriptors that the caller closes. */
  *openNamespacesOfProcesses(): Generator<number> {
    for (const pid of processesBelow(this.pid)) {
      try {
        yield fs.openSync(`/proc/${pid}/ns/net`, 'r')
      } catch {
        // It ended meanwhile.
      }
    }
  }

  /** A process as the real machine counts it; undefined: it is over. */
  realPid(process: number): number | undefined {
    return processesBelow(this.pid).find(one => ownPid(one) === process)
  }

  /** Whether a process, as the real machine counts it, is in another network namespace than its first. */
  isElsewhere(pid: number): boolean {
    const of = (one: number) =>
      fs.statSync(`/proc/${one}/ns/net`, { throwIfNoEntry: false })?.ino ?? 0
    return of(pid) !== of(this.pid)
  }

  /** A named network namespace of the machine's, as a descriptor that the caller closes. */
  openNamespace(name: string): number | undefined {
    try {
      const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW
      return fs.openSync(this.#inside(`/run/netns/${name}`), flags)
    } catch {
      return undefined
    }
  }

  /** Processes whose output goes to a file of the machine's. */
  processesPrintingTo(output: string): number[] {
    const file = fs.lstatSync(this.#outputFile(output), { throwIfNoEntry: false })
    if (file === undefined) return []
    return processesBelow(this.pid).filter(pid => {
      try {
        const { ino, dev } = fs.statSync(`/proc/${pid}/fd/1`)
        return ino === file.ino && dev === file.dev
      } catch {
        return false
      }
    })
  }
}
