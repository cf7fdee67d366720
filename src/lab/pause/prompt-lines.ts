import readline from 'node:readline'
import type tty from 'node:tty'

export interface PromptLinesOptions {
  input: tty.ReadStream
  output: tty.WriteStream
  prompt: string
  /** @returns what may stand in place of the last word of a line, whole */
  complete: (line: string) => string[]
  /** Lines of earlier prompts, the latest first; those of this one are added. */
  history: string[]
  /** Nobody needs to be asked any more. */
  over?: AbortSignal
}

/** Why no more lines come: the user ended them (Ctrl-D), pressed Ctrl-C, or nobody asks any more. */
export type LinesEnd = 'closed' | 'interrupted' | 'over'

/** What a user types at a prompt, a line at a time; programs may have the terminal in between. */
export class PromptLines implements Disposable {
  readonly #lines: readline.Interface
  readonly #options: PromptLinesOptions
  readonly #typed: string[] = []
  #end: LinesEnd | undefined
  /** The cursor is behind the prompt. */
  #isAsking = false
  #wake: () => void = () => {}

  constructor(options: PromptLinesOptions) {
    this.#options = options
    const { input, output, prompt, complete, history, over } = options
    this.#lines = readline.createInterface({
      input,
      output,
      prompt,
      terminal: true,
      removeHistoryDuplicates: true,
      history: [...history],
      completer: (line: string) => {
        const word = /\S*$/.exec(line)?.[0] ?? ''
        return [complete(line).filter(one => one.startsWith(word)), word]
      },
    })
    this.#lines
      .on('history', (lines: string[]) => history.splice(0, history.length, ...lines))
      .on('line', line => {
        this.#typed.push(line)
        this.#wake()
      })
      .on('SIGINT', () => this.#finish('interrupted'))
      // The shell could continue one of two programs that share the terminal only.
      .on('SIGTSTP', () => {})
      .on('close', () => this.#finish('closed'))
    if (over?.aborted === true) this.#finish('over')
    over?.addEventListener('abort', this.#onOver)
  }

  readonly #onOver = () => this.#finish('over')

  /** Why there are no more lines. */
  get end(): LinesEnd | undefined {
    return this.#end
  }

  #finish(end: LinesEnd): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#options.over?.removeEventListener('abort', this.#onOver)
    this.#lines.close()
    if (this.#isAsking) this.#options.output.write('\n')
    this.#wake()
  }

  /** @returns nothing when there are no more; `end` says why */
  async next(): Promise<string | undefined> {
    if (this.#typed.length === 0 && this.#end === undefined) {
      this.#isAsking = true
      this.#lines.prompt()
      await new Promise<void>(resolve => (this.#wake = resolve))
      this.#isAsking = false
    }
    return this.#end === undefined ? this.#typed.shift() : undefined
  }

  /** Leaves the terminal to `work`, and takes it back. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    const { input } = this.#options
    this.#lines.pause()
    input.setRawMode(false)
    try {
      return await work()
    } finally {
      this.#ontoEmptyLine()
      if (this.#end === undefined) {
        input.setRawMode(true)
        this.#lines.resume()
      }
    }
  }

  /** As zsh does it: so many blanks end on the next line, unless they began at a line's start. */
  #ontoEmptyLine(): void {
    const { output } = this.#options
    const { columns } = output
    if (columns > 0 && process.env['TERM'] !== 'dumb') {
      output.write(`${' '.repeat(columns)}\r\x1b[K`)
    }
  }

  [Symbol.dispose](): void {
    this.#finish('over')
  }
}
