import fs from 'node:fs'
import type net from 'node:net'
import { hideDescriptor } from '../../kernel/hidden-descriptor.ts'
import { exitNow } from '../../kernel/libc.ts'
import type { WorkerLine, WorkerTask } from '../worker-task.ts'

/** The descriptors that a sandbox starts with: events go out by one, tasks come in by the other. */
const EVENTS_FD = 3
const TASKS_FD = 4

// What a script makes of these is its own affair.
const { writeSync } = fs
const { stringify, parse } = JSON

/** What a sandbox and whoever made it tell each other. */
export class Wire {
  #unread = ''
  #socket: net.Socket | undefined
  #waiting: ((task: WorkerTask) => void) | undefined
  #heard: (() => void) | undefined
  #isHeard = false
  readonly #tasks: WorkerTask[] = []
  readonly #events = hideDescriptor(EVENTS_FD, 0)
  readonly #orders = hideDescriptor(TASKS_FD, 1)
  /** No more scenarios of this task are wanted. */
  isHalted = false
  /** Hears of what comes while a task is done. */
  onWord: (word: WorkerTask) => void = () => {}

  /** Written at once: nothing is lost when the script exits. */
  tell(line: WorkerLine): void {
    writeSync(this.#events, stringify(line) + '\n')
  }

  /** The first task is waited for with the thread, which is faster. */
  first(): WorkerTask {
    const chunk = Buffer.alloc(1 << 16)
    const chunks: Buffer[] = []
    for (let end = -1; end < 0;) {
      const length = fs.readSync(this.#orders, chunk)
      if (length === 0) throw new Error('nobody tells this sandbox what to do')
      end = chunk.subarray(0, length).indexOf(0x0a)
      chunks.push(Buffer.from(chunk.subarray(0, length)))
    }
    const [line = '', ...rest] = Buffer.concat(chunks).toString().split('\n')
    this.#unread = rest.pop() ?? ''
    for (const more of rest) this.#hear(parse(more) as WorkerTask)
    return parse(line) as WorkerTask
  }

  /** Listens from now on. It does not keep the process alive. */
  listen(): void {
    const { Socket } = process.getBuiltinModule('node:net')
    this.#socket ??= new Socket({ fd: this.#orders, readable: true, writable: false })
      .setEncoding('utf8')
      .on('data', (chunk: string) => this.#read(chunk))
      .on('error', () => {})
      // Nobody is there any more to tell, or to end this: unshare may have been killed before its
      // child was tied to it.
      .on('end', () => exitNow(1))
      .unref()
  }

  /** What the wire itself keeps open. */
  get handle(): object | undefined {
    return this.#socket
  }

  #read(chunk: string): void {
    const lines = (this.#unread + chunk).split('\n')
    this.#unread = lines.pop() ?? ''
    for (const line of lines) this.#hear(parse(line) as WorkerTask)
  }

  #hear(task: WorkerTask): void {
    if (task.type === 'halt') this.isHalted = true
    else if (task.type === 'heard') {
      this.#isHeard = true
      this.#heard?.()
    } else if (task.type === 'interrupt' || task.type === 'resume') this.onWord(task)
    else if (this.#waiting === undefined) this.#tasks.push(task)
    else {
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting(task)
    }
  }

  /** Waits for the next task. */
  async next(): Promise<WorkerTask> {
    this.listen()
    this.isHalted = false
    const [task] = this.#tasks.splice(0, 1)
    const next = task ?? (await this.#awake<WorkerTask>(resolve => (this.#waiting = resolve)))
    this.#isHeard = false
    return next
  }

  /** Waits until what a scenario told and printed was read, so that it is told as its own. */
  async heard(): Promise<void> {
    this.listen()
    if (!this.#isHeard) await this.#awake<void>(resolve => (this.#heard = resolve))
    this.#isHeard = false
  }

  /** Keeps the process alive until it is called. */
  async #awake<T>(wait: (resolve: (value: T) => void) => void): Promise<T> {
    this.#socket?.ref()
    try {
      return await new Promise<T>(wait)
    } finally {
      this.#socket?.unref()
    }
  }
}
