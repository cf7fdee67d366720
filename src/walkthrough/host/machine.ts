import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { EnvironmentError } from '../../errors.ts'
import { untilGone } from '../../kernel/children.ts'
import { unmount } from '../../kernel/mounts.ts'
import { poll } from '../../poll.ts'
import { adoptedHost } from '../../lab/adopted.ts'
import type { Host } from '../../lab/host.ts'
import type { Lab } from '../../lab/lab.ts'
import { makeMachineRoot, type MachineFiles } from './machine-root.ts'
import { insideScript, machineEnvironment, machineScript } from './machine-script.ts'
import { processesBelow } from './processes.ts'
import { withoutSetgroups } from '../../kernel/setgroups-filter.ts'
import { lastOf, Session } from './session.ts'

/** Nobody's own, on every Linux. */
const NOBODY = 65534
const STARTED_MS = 10_000
const KEPT_BYTES = 64 << 10
/** A command that prints more is ended. */
export const MOST_OUTPUT_BYTES = 16 << 20

/**
 * A simulated machine: namespaces of its own for everything, in a user namespace that may do nothing
 * outside of them, with a file system that begins empty but for programs.
 */
export class Machine {
  readonly name: string
  /** Its network, as the lab sees it. */
  readonly host: Host
  /** What the document types. */
  readonly session: Session
  readonly #root: string
  readonly #child: ChildProcess
  readonly #pid: number
  #outputs = 0
  readonly #folders = new Map<string, string>()

  private constructor(
    place: { name: string; root: string; host: Host },
    session: Session,
    processes: { child: ChildProcess; pid: number },
  ) {
    this.name = place.name
    this.host = place.host
    this.#root = place.root
    this.session = session
    this.#child = processes.child
    this.#pid = processes.pid
  }

  /**
   * @param folder an empty one, where its files are put together
   * @throws EnvironmentError TNET_MACHINE_FAILED
   */
  static async start(lab: Lab, folder: string, files: MachineFiles): Promise<Machine> {
    const { name } = files
    const root = path.join(folder, name)
    fs.mkdirSync(root)
    const owner = process.geteuid?.() === 0 && isOutermost() ? NOBODY : undefined
    makeMachineRoot(root, files, owner)
    const unfurnish = lab.undo.push(`files of "${name}"`, () => unmount(root))
    const child = startIn(root, name, owner !== undefined)
    const end = async () => {
      child.kill('SIGKILL')
      await untilGone(child)
    }
    lab.undo.push(`machine "${name}"`, end)
    const complaint = new Complaint(child)
    const control = new Session(child.stdin, child.stdout)
    const session = new Session(child.stdio[3] as Writable, child.stdio[4] as Readable)
    if (owner !== undefined) await becomeRoot(child, owner)
    const ready = await control.enter(':', STARTED_MS)
    const pid = ready.exitCode === undefined ? undefined : firstOf(child.pid ?? 0)
    if (pid === undefined) {
      await end()
      unfurnish()
      throw notStarted(name, complaint.text)
    }
    const net = fs.openSync(`/proc/${pid}/ns/net`, 'r')
    try {
      const host = adoptedHost(lab, name, net)
      return new Machine({ name, root, host }, session, { child, pid })
    } finally {
      fs.closeSync(net)
    }
  }

  /** Where it is, for whoever enters its namespaces from outside. */
  get pid(): number {
    return this.#pid
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** A file for the output of a command, as the machine sees it. */
  newOutput(): string {
    return `/.tnet/out/${++this.#outputs}`
  }

  #outputFile(output: string): string {
    return path.join(this.#root, output)
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
    return `/proc/${this.#pid}/root${file}`
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
    return processesBelow(this.#pid).filter(pid => {
      try {
        const { ino, dev } = fs.statSync(`/proc/${pid}/fd/1`)
        return ino === file.ino && dev === file.dev
      } catch {
        return false
      }
    })
  }
}

function startIn(root: string, name: string, isRoot: boolean) {
  const kinds = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--']
  const words = ['bash', root, name, isRoot ? 'root' : '', insideScript, ...withoutSetgroups()]
  return spawn('unshare', [...kinds, 'bash', '--norc', '-c', machineScript, ...words], {
    cwd: '/',
    env: machineEnvironment,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
}

/** What a process says while it starts. */
class Complaint {
  text = ''

  constructor({ stderr }: ChildProcess) {
    stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.text = (this.text + chunk).slice(0, 2000)
    })
  }
}

function notStarted(name: string, said: string): EnvironmentError {
  return new EnvironmentError(`could not start the simulated machine "${name}"`, {
    code: 'TNET_MACHINE_FAILED',
    hint: 'tnet-lab doctor says what this machine lacks; util-linux has unshare and pivot_root',
    facts: { said: said.trim() === '' ? 'nothing' : said.trim() },
  })
}

/** Whether root here is root of the whole machine. user_namespaces(7): the first maps all there is. */
function isOutermost(): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(fs.readFileSync('/proc/self/uid_map', 'latin1'))
}

/** The process that `unshare --fork` has started. */
function firstOf(parent: number): number | undefined {
  return Number(fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'latin1').split(' ')[0])
}

/** Says who the root of a machine is outside of it: user_namespaces(7). */
async function becomeRoot(child: ChildProcess, owner: number): Promise<void> {
  const own = fs.readlinkSync('/proc/self/ns/user')
  await poll(
    () => {
      if (child.exitCode !== null || child.signalCode !== null) return true
      try {
        const pid = firstOf(child.pid ?? 0)
        if (!pid || fs.readlinkSync(`/proc/${pid}/ns/user`) === own) return undefined
        for (const map of ['uid_map', 'gid_map']) {
          fs.writeFileSync(`/proc/${pid}/${map}`, `0 ${owner} 1\n`)
        }
        return true
      } catch {
        return undefined // it is just becoming what it is
      }
    },
    { timeoutMs: STARTED_MS },
  )
}
