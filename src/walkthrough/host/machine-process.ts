import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { EnvironmentError } from '../../errors.ts'
import { untilGone } from '../../kernel/children.ts'
import { unmount } from '../../kernel/mounts.ts'
import { withoutSetgroups } from '../../kernel/setgroups-filter.ts'
import type { Lab } from '../../lab/lab.ts'
import { makeMachineRoot, nameMachine, type MachineNames } from './machine-root.ts'
import { insideScript, machineEnvironment, machineScript } from './machine-script.ts'
import { kill } from './processes.ts'
import { Session } from './session.ts'
import { Terminal } from './terminal.ts'

/** Nobody's own, on every Linux. */
const NOBODY = 65534
const STARTED_MS = 10_000

/**
 * What a simulated machine is made of: namespaces of its own for everything, in a user namespace that
 * may do nothing outside of them, with a file system that begins empty but for programs. It is started
 * before it is known which machine it is, as that takes a while.
 */
export class MachineProcess {
  /** Its file system, from outside. */
  readonly root: string
  /** What a document types, in its first terminal. */
  readonly session: Session
  readonly #lab: Lab
  readonly #control: Session
  readonly #child: ChildProcess
  readonly #complaint: Complaint

  /**
   * @param root a folder that there is not yet, for its files
   */
  constructor(lab: Lab, root: string) {
    fs.mkdirSync(root)
    const owner = process.geteuid?.() === 0 && isOutermost() ? NOBODY : undefined
    makeMachineRoot(root, owner)
    lab.undo.push('files of a machine', () => unmount(root))
    const child = startIn(root, owner)
    lab.undo.push('a machine', () => end(child))
    this.root = root
    this.#lab = lab
    this.#child = child
    this.#complaint = new Complaint(child)
    this.#control = new Session(child.stdin as Writable, child.stdout as Readable)
    this.session = new Session(child.stdio[3] as Writable, child.stdio[4] as Readable)
  }

  /** Where it is, for whoever enters its namespaces from outside. */
  get pid(): number {
    return firstOf(this.#child)
  }

  /**
   * Says which machine it is, and waits until it can be typed into.
   *
   * @throws EnvironmentError TNET_MACHINE_FAILED
   */
  async call(names: MachineNames): Promise<void> {
    nameMachine(this.root, names)
    const { exitCode } = await this.#control.enter(names.name, STARTED_MS)
    if (exitCode === undefined) throw notStarted(names.name, this.#complaint.text)
  }

  /**
   * Another shell, beside the first.
   *
   * @throws EnvironmentError TNET_MACHINE_FAILED
   */
  async openTerminal(): Promise<Session> {
    const terminal = await Terminal.open({ root: this.root, control: this.#control })
    this.#lab.undo.push('a terminal', () => terminal.close())
    return terminal.session
  }
}

function startIn(root: string, owner: number | undefined): ChildProcess {
  const kinds = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--']
  const words = ['bash', root, `${owner ?? ''}`, insideScript, ...withoutSetgroups()]
  return spawn('unshare', [...kinds, 'bash', '--norc', '-c', machineScript, ...words], {
    cwd: '/',
    env: machineEnvironment,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
}

/** What a process says while it starts. */
class Complaint {
  text = ''

  constructor(child: ChildProcess) {
    const add = (text: string) => (this.text = (this.text + text).slice(0, 2000))
    child.on('error', ({ message }) => add(message))
    child.stderr?.setEncoding('utf8').on('data', add)
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

/** The process that `unshare --fork` has started; 0: none yet, or none any more. */
function firstOf({ pid }: ChildProcess): number {
  try {
    return Number(fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')[0])
  } catch {
    return 0
  }
}

/** `unshare` ends with what it has started, and asks how that ended: an orphan would be left to us. */
async function end(child: ChildProcess): Promise<void> {
  const first = firstOf(child)
  if (first > 0) kill([first])
  else child.kill('SIGKILL')
  await untilGone(child)
}
