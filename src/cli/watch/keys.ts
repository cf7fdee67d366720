/** Single keys, while nothing runs that wants the terminal for itself. */
export class Keys {
  /** Hears `Enter`, `f`, `q`; Ctrl-C and Ctrl-D count as `q`. */
  onKey: (key: string) => void = () => {}
  #isListening = false

  /** Whether somebody can press any. */
  get isThere(): boolean {
    return process.stdin.isTTY
  }

  readonly #read = (chunk: Buffer): void => {
    for (const character of chunk.toString()) {
      if (character === '\r' || character === '\n') this.onKey('Enter')
      else this.onKey(character === '\x03' || character === '\x04' ? 'q' : character)
    }
  }

  listen(): void {
    if (!this.isThere || this.#isListening) return
    this.#isListening = true
    process.stdin.setRawMode(true).resume().on('data', this.#read)
  }

  /** Leaves the terminal as it was. */
  rest(): void {
    if (!this.#isListening) return
    this.#isListening = false
    process.stdin.off('data', this.#read).pause().setRawMode(false)
  }
}
