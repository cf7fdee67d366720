/** What a terminal has to be for this; `process.stdout` on a terminal is. */
export interface RegionOutput {
  write(text: string): unknown
  columns?: number | undefined
  rows?: number | undefined
}

const CSI = '\x1b['
/** DEC private mode 2026: the terminal shows all of a frame at once; others ignore it. */
const BEGIN = `${CSI}?2026h`
const END = `${CSI}?2026l`
/** DECTCEM */
const HIDE_CURSOR = `${CSI}?25l`
const SHOW_CURSOR = `${CSI}?25h`
/** DECAWM: a line that is too long stays one row, whatever this process thinks of its width. */
const NO_WRAP = `${CSI}?7l`
const WRAP = `${CSI}?7h`
const ERASE_LINE_END = `${CSI}K`
/** From the second column on: from the first of a screen, tmux keeps what goes as history. */
const ERASE_BELOW = `\r ${CSI}J\r`
/** On to the next row as by a line that is too long: a blank in the last column, and one more. */
const WRAPPED = `${WRAP}${CSI}999G  \r${NO_WRAP}`

const up = (rows: number) => (rows > 0 ? `${CSI}${rows}A\r` : '\r')
const down = (rows: number) => (rows > 0 ? `${CSI}${rows}B\r` : '\r')

/**
 * Lines at the bottom of what a program writes that change in place.
 *
 * Between frames the cursor, hidden, stands at the start of the first of them, and everything
 * from there on goes with the next frame. So nobody needs to know how many rows the last frame
 * takes by now: a terminal that got narrower may have wrapped it, one that got lower has cut it,
 * but both keep the cursor where it is in the text. Those built on xterm.js do so only where no
 * line below it is wrapped anew; they leave alone what is one long line with the cursor, and so
 * these lines are.
 *
 * log-update 7 counts rows upwards from below, as many as the last frame had when it was written:
 * old rows stay behind when the terminal gets narrower, and what scrolls away takes a frame of
 * its own without the lines.
 */
export class Region {
  readonly #output: RegionOutput
  #lines: readonly string[] = []
  #size = ''
  /** Whether the lines are where the cursor is. */
  #isDrawn = false
  #isCursorHidden = false

  constructor(output: RegionOutput) {
    this.#output = output
  }

  /** In one write: `above`, whole lines, scrolls away; `lines` are at the bottom. */
  paint(above: string, lines: readonly string[]): void {
    const size = `${this.#output.columns} ${this.#output.rows}`
    const isInPlace =
      this.#isDrawn && above === '' && size === this.#size && lines.length === this.#lines.length
    const frame = isInPlace
      ? changed(this.#lines, lines)
      : HIDE_CURSOR + ERASE_BELOW + above + drawn(lines)
    if (frame !== '') this.#output.write(BEGIN + frame + END)
    this.#isDrawn = true
    this.#isCursorHidden = true
    this.#lines = lines
    this.#size = size
  }

  /** In one write: takes the lines away, writes `above`, and gives the cursor back. */
  clear(above = ''): void {
    const text = (this.#isDrawn ? ERASE_BELOW : '') + above
    const frame = this.#isCursorHidden ? `${BEGIN}${text}${SHOW_CURSOR}${END}` : text
    if (frame !== '') this.#output.write(frame)
    this.#isDrawn = false
    this.#isCursorHidden = false
  }

  /** Somebody else wrote: the next frame starts afresh, where the cursor is then. */
  forget(): void {
    this.#isDrawn = false
  }
}

function drawn(lines: readonly string[]): string {
  return NO_WRAP + lines.join(WRAPPED) + up(lines.length - 1) + WRAP
}

/** From the first line down to the last that changed, and back. */
function changed(before: readonly string[], after: readonly string[]): string {
  let text = ''
  let row = 0
  for (const [i, line] of after.entries()) {
    if (line === before[i]) continue
    // No line feed: it would make the row a line of its own.
    text += down(i - row) + line + ERASE_LINE_END
    row = i
  }
  return text === '' ? '' : NO_WRAP + text + up(row) + WRAP
}
