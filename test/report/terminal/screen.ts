import xterm from '@xterm/headless'

/** A terminal of so many columns and rows, as xterm.js has it, and what was written to it. */
export class Screen {
  readonly isTTY = true
  readonly writes: string[] = []
  columns: number
  rows: number
  readonly #terminal: InstanceType<typeof xterm.Terminal>

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
    // What a terminal's line discipline does to a line feed is ONLCR.
    const options = { convertEol: true, scrollback: 20_000, allowProposedApi: true }
    this.#terminal = new xterm.Terminal({ cols: columns, rows, ...options })
  }

  write(text: string): void {
    this.writes.push(text)
    this.#terminal.write(text)
  }

  /** The terminal first, the process hears of it later: give `columns` and `rows` by `tell`. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#settled()
    this.#terminal.resize(columns, rows)
    this.columns = columns
    this.rows = rows
  }

  /** All lines with what has scrolled away, each whole however many rows it takes. */
  async lines(): Promise<string[]> {
    await this.#settled()
    const { active } = this.#terminal.buffer
    const lines: string[] = []
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row)!
      const isContinued = active.getLine(row + 1)?.isWrapped === true
      const text = line.translateToString(!isContinued)
      if (line.isWrapped) lines.push(lines.pop()! + text)
      else lines.push(text)
    }
    while (lines.at(-1)?.trim() === '') lines.pop()
    return lines.map(line => line.trimEnd())
  }

  /** What a person sees, row by row. */
  async visible(): Promise<string[]> {
    await this.#settled()
    const { active } = this.#terminal.buffer
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      active
        .getLine(active.baseY + row)!
        .translateToString(true)
        .trimEnd(),
    )
  }

  /** What a program that ends has to leave as it was. */
  async modes(): Promise<{ isCursorHidden: boolean; wraps: boolean; isSynchronized: boolean }> {
    await this.#settled()
    const all = this.writes.join('')
    const { wraparoundMode: wraps, synchronizedOutputMode: isSynchronized } = this.#terminal.modes
    const isCursorHidden = all.lastIndexOf('\x1b[?25l') > all.lastIndexOf('\x1b[?25h')
    return { isCursorHidden, wraps, isSynchronized }
  }

  #settled(): Promise<void> {
    return new Promise(resolve => this.#terminal.write('', resolve))
  }
}
