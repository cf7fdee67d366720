import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Test } from 'tap'
import { poll } from '../../src/poll.ts'
import { scratch } from './command-line.ts'
import { machineState, processesWith } from './machine.ts'
import { PseudoTerminal } from './pseudo-terminal.ts'

/** Reports in the folder that a run began in, and what scenarios took, at the user's home. */
const MAY_STAY = ['tnet-lab-report', '.cache']

/** A folder with scenarios, a shell in a terminal in it, and a look at what is left of them. */
export class TerminalProject implements AsyncDisposable {
  readonly folder: string
  readonly terminal: PseudoTerminal
  /** By what is started in it, it is found. */
  readonly env: NodeJS.ProcessEnv
  readonly #marker: string
  readonly #machine = machineState()
  readonly #files: string[]
  /** The shell, and what else was there before anything was typed. */
  readonly #before: readonly number[]

  private constructor(folder: string, terminal: PseudoTerminal, marker: string, files: string[]) {
    this.folder = folder
    this.terminal = terminal
    this.#marker = marker
    this.env = { ...process.env, HOME: folder, TNET_TEST_PROJECT: marker }
    this.#files = files
    this.#before = processesWith(marker)
  }

  static async open(
    t: Test,
    files: Readonly<Record<string, string>>,
    env: NodeJS.ProcessEnv = {},
  ): Promise<TerminalProject> {
    const folder = scratch(t)
    for (const [name, text] of Object.entries(files)) {
      fs.writeFileSync(path.join(folder, name), text)
    }
    const marker = randomUUID()
    const terminal = await PseudoTerminal.bash({
      TNET_TEST_PROJECT: marker,
      // Nobody's settings, and what a shell leaves at home is found as well.
      HOME: folder,
      // The tests may run by npm; what is typed here does not.
      npm_command: undefined,
      ...env,
    })
    const project = new TerminalProject(folder, terminal, marker, Object.keys(files))
    terminal.type(`cd ${folder}; unset HISTFILE\n`)
    await terminal.shows('outer> ')
    return project
  }

  /** Processes that came of what was typed, wherever they are now. */
  get started(): number[] {
    return processesWith(this.#marker).filter(pid => !this.#before.includes(pid))
  }

  /** Waits for a file that a scenario writes to say how far it is, and takes it away. */
  async reaches(name: string): Promise<void> {
    const file = path.join(this.folder, name)
    const isThere = () => (fs.existsSync(file) ? true : undefined)
    const reached = await poll(isThere, { timeoutMs: 60_000 })
    if (reached === undefined) {
      throw new Error(`nothing wrote ${name}; the terminal shows ${this.terminal.shown}`)
    }
    fs.rmSync(file)
  }

  /** Waits until the shell is back, and asks it for the exit code. */
  async exitsWith(exitCode: number): Promise<void> {
    await this.terminal.shows('outer> ')
    this.terminal.type('echo "[$?]"\n')
    await this.terminal.shows(`[${exitCode}]\r\n`)
  }

  async leavesNothing(t: Test): Promise<void> {
    const gone = await poll(() => (this.started.length === 0 ? true : undefined), {
      timeoutMs: 30_000,
    })
    t.ok(gone, 'no process is left')
    t.strictSame(machineState(), this.#machine, 'the network of the machine is as it was')
    const files = fs.readdirSync(this.folder)
    const left = files.filter(name => ![...this.#files, ...MAY_STAY].includes(name))
    t.strictSame(left, [], 'no file is left but in the report folder')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]()
  }
}
