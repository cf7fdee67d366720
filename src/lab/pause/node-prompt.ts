import type { ChildProcess } from 'node:child_process'
import type tty from 'node:tty'
import type { Foreground } from '../../kernel/foreground.ts'
import { PromptLines, type LinesEnd } from './prompt-lines.ts'

/** A node as it is typed: by its name, or by its label where that is one word. */
export interface PromptNode {
  name: string
  label: string
}

/** What the prompt knows besides nodes. */
export interface PromptWord {
  /** All of them mean the same; the first is the one to show. */
  names: readonly string[]
  help: string
  /** @returns how the prompt ends, if it does */
  act: () => LinesEnd | void
}

/** A program that puts a shell, or a command, on a node; it gets the terminal. */
export type EnterNode<N> = (node: N, command: string | undefined) => ChildProcess

export interface NodePromptOptions<N extends PromptNode> {
  input: tty.ReadStream
  output: tty.WriteStream
  foreground: Foreground
  nodes: readonly N[]
  enter: EnterNode<N>
  words: readonly PromptWord[]
  history: string[]
  over?: AbortSignal
}

const PROMPT = 'paused> '
/** A shell's exit code for a command that SIGINT ended. */
const AFTER_SIGINT = 130

/** Asks what to do on the nodes of a lab that waits, until somebody says that it goes on. */
export class NodePrompt<N extends PromptNode> {
  readonly #options: NodePromptOptions<N>
  readonly #words: readonly PromptWord[]

  constructor(options: NodePromptOptions<N>) {
    this.#options = options
    this.#words = [
      ...options.words,
      { names: ['continue'], help: 'goes on; so does Ctrl-D', act: () => 'closed' },
      { names: ['help', '?'], help: 'prints this', act: () => this.#help() },
    ]
  }

  /** What may be typed, a line each. */
  #help(): void {
    const rows = [
      ['NODE', 'a shell on a node; the same: shell NODE'],
      ['NODE COMMAND…', 'runs a command there'],
      ...this.#words.map(({ names, help }) => [names.join(', '), help]),
    ]
    const width = Math.max(...rows.map(([what = '']) => what.length))
    for (const [what = '', help = ''] of rows) this.#say(`  ${what.padEnd(width)}  ${help}`)
  }

  #say(line: string): void {
    this.#options.output.write(`${line}\n`)
  }

  #complete(line: string): string[] {
    const { nodes } = this.#options
    const names = nodes.map(({ name }) => name)
    const words = this.#words.flatMap(({ names }) => names)
    if (/^\s*\S*$/.test(line)) return [...names, 'shell', ...words].map(word => `${word} `)
    return /^\s*shell\s+\S*$/.test(line) ? names.map(name => `${name} `) : []
  }

  /** @returns how it ended; `interrupted` is Ctrl-C */
  async ended(): Promise<LinesEnd> {
    const { input, output, history, over } = this.#options
    using lines = new PromptLines({
      input,
      output,
      history,
      prompt: PROMPT,
      complete: line => this.#complete(line),
      ...(over === undefined ? {} : { over }),
    })
    for (;;) {
      const line = await lines.next()
      const end = line === undefined ? lines.end : await this.#obey(line, lines)
      if (end !== undefined) return end
    }
  }

  async #obey(line: string, lines: PromptLines): Promise<LinesEnd | undefined> {
    const [, start = '', rest = ''] = /^\s*(\S*)\s*([^]*?)\s*$/.exec(line) ?? []
    if (start === '') return undefined
    const word = this.#words.find(({ names }) => names.includes(start))
    if (word !== undefined) return word.act() ?? undefined
    const [, afterShell = '', more = ''] = /^(\S*)\s*([^]*)$/.exec(rest) ?? []
    const [name, command] = start === 'shell' ? [afterShell, more] : [start, rest]
    const node = this.#node(name)
    if (node === undefined) this.#missing(name)
    else await this.#enter(node, command === '' ? undefined : command, lines)
    return undefined
  }

  #node(name: string): N | undefined {
    const { nodes } = this.#options
    return nodes.find(one => one.name === name) ?? nodes.find(({ label }) => label === name)
  }

  #missing(name: string): void {
    const names = this.#options.nodes.map(node => node.name)
    const there = names.length === 0 ? 'the lab has none' : `there are ${names.join(', ')}`
    const what = name === '' ? 'on which node?' : `there is no node ${JSON.stringify(name)}:`
    this.#say(`${what} ${there}; help says more`)
  }

  async #enter(node: N, command: string | undefined, lines: PromptLines): Promise<void> {
    const { foreground, enter } = this.#options
    const { exitCode, signal, error } = await lines.lend(() =>
      foreground.lend(() => enter(node, command)),
    )
    if (error !== undefined) return this.#say(`could not be started: ${error.message}`)
    // A shell's is that of its last command, and Ctrl-C needs no telling.
    const isTold = command === undefined || signal === 'SIGINT' || exitCode === AFTER_SIGINT
    if (isTold || exitCode === 0) return
    this.#say(signal === null ? `exit code ${exitCode}` : `ended by ${signal}`)
  }
}
