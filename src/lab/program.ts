import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { CommandError, DeadlineError } from '../errors.ts'
import { untilEvent, untilGone } from '../kernel/children.ts'
import { isListening } from '../kernel/listening.ts'
import { isToolMissing, toolMissing } from '../kernel/tool.ts'
import { shellWord } from '../names.ts'
import { poll } from '../poll.ts'
import { hostsFile } from './hosts-file.ts'
import type { Node } from './node.ts'
import { Tail } from './tail.ts'

/** What shows that a program is ready. */
export type Ready =
  | { port: number; protocol?: 'tcp' | 'udp' }
  /** A line of its output that contains this text, or matches. */
  | { line: string | RegExp }

export interface ProgramOptions {
  ready?: Ready
  /** Milliseconds until it must be ready. Default 5000. */
  readyTimeoutMs?: number
  /** Bytes of output that are kept, the last ones. Default 1 MiB. */
  keepBytes?: number
}

/** A program that runs on a node until it is stopped; its output is kept. */
export class Program implements AsyncDisposable {
  readonly node: Node
  /** As a shell reads it. */
  readonly command: string
  readonly pid: number
  readonly #child: ChildProcess
  readonly #output: Tail
  #hasEnded = false

  private constructor(node: Node, command: string, child: ChildProcess, keepBytes: number) {
    this.node = node
    this.command = command
    this.#child = child
    this.pid = child.pid ?? 0
    this.#output = new Tail(keepBytes)
    this.#output.listen(child.stdout)
    this.#output.listen(child.stderr)
    child.once('close', () => (this.#hasEnded = true))
  }

  static async start(
    node: Node,
    file: string,
    args: readonly string[],
    options: ProgramOptions & SpawnOptions,
  ): Promise<Program> {
    const { ready, readyTimeoutMs = 5000, keepBytes = 1 << 20, ...spawnOptions } = options
    node.netns.setHosts(hostsFile(node))
    // A group of its own, so that what it starts ends with it.
    const child = node.netns.spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...spawnOptions,
    })
    const command = [file, ...args].map(shellWord).join(' ')
    const program = new Program(node, command, child, keepBytes)
    try {
      await once(child, 'spawn')
    } catch (error) {
      if (isToolMissing(error)) throw toolMissing(file, error)
      throw program.#failure('could not be started', error)
    }
    node.lab.programs.push(program)
    node.lab.undo.push(`program "${command}"`, () => program.stop())
    if (ready !== undefined) await program.#untilReady(ready, readyTimeoutMs)
    return program
  }

  /** What it printed, both streams as they came; the last of it when it was a lot. */
  get output(): string {
    return this.#output.text
  }

  get isRunning(): boolean {
    return !this.#hasEnded && this.#child.exitCode === null && this.#child.signalCode === null
  }

  #isReady(ready: Ready): boolean {
    if ('port' in ready) {
      return isListening(this.node.netns.fd, ready.port, ready.protocol ?? 'tcp')
    }
    const { line } = ready
    return this.output
      .split('\n')
      .some(text => (typeof line === 'string' ? text.includes(line) : line.test(text)))
  }

  async #untilReady(ready: Ready, timeoutMs: number): Promise<void> {
    const state = await poll(
      () => (this.#isReady(ready) ? 'ready' : this.isRunning ? undefined : 'ended'),
      { timeoutMs },
    )
    if (state === 'ready') return
    const wanted = 'port' in ready ? `listened on port ${ready.port}` : `printed ${ready.line}`
    if (state === 'ended') throw this.#failure(`ended before it ${wanted}`)
    await this.stop()
    throw new DeadlineError(`"${this.command}" on "${this.node.label}" never ${wanted}`, {
      code: 'TNET_PROGRAM_NOT_READY',
      hint: 'see its output above; give it more time with readyTimeoutMs',
      facts: { waited: `${timeoutMs} ms`, output: this.#tail() },
    })
  }

  #tail(): string {
    return this.output.trimEnd().split('\n').slice(-20).join('\n')
  }

  #failure(what: string, cause?: unknown): CommandError {
    const { exitCode, signalCode } = this.#child
    const ended = signalCode ?? (exitCode === null ? undefined : `exit code ${exitCode}`)
    return new CommandError(`"${this.command}" on "${this.node.label}" ${what}`, {
      code: 'TNET_PROGRAM_FAILED',
      hint: `type it by hand: ip netns exec ${this.node.netns.name} ${this.command}`,
      facts: {
        ...(ended === undefined ? {} : { ended }),
        ...(this.output === '' ? {} : { output: this.#tail() }),
      },
      cause,
    })
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal)
    } catch {
      // It ended by itself.
    }
  }

  /**
   * Asks it to end (SIGTERM), makes it after `graceMs` (default 1000), waits until it has. What it
   * started in a session of its own goes on until the lab ends.
   */
  async stop({ graceMs = 1000 }: { graceMs?: number } = {}): Promise<void> {
    if (this.#hasEnded) return
    const child = this.#child
    this.#signal('SIGTERM')
    await untilEvent(child, 'close', graceMs)
    if (this.#hasEnded) return
    this.#signal('SIGKILL')
    await untilGone(child)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
