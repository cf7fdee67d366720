/** Bytes of each that are kept, the first ones. */
const KEPT_BYTES = 64 << 10

/** The first so many bytes at most, no character cut in two. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text)
  let end = Math.min(limit, bytes.length)
  // The bytes of a character after its first are 10xxxxxx.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

/** A text that grows, as much of it as is kept. */
class Section {
  #text = ''
  #bytes = 0
  #omitted = 0

  add(text: string): void {
    const bytes = Buffer.byteLength(text)
    const left = this.#omitted > 0 ? 0 : KEPT_BYTES - this.#bytes
    const kept = bytes <= left ? text : firstBytes(text, left)
    const keptBytes = bytes <= left ? bytes : Buffer.byteLength(kept)
    this.#text += kept
    this.#bytes += keptBytes
    this.#omitted += bytes - keptBytes
  }

  /** @param why what is said when it is not whole */
  text(why?: string): string {
    const notes = [
      ...(this.#omitted === 0 ? [] : [`… ${this.#omitted} bytes more`]),
      ...(why === undefined ? [] : [`… ${why}`]),
    ]
    return [this.#text.replace(/\n$/, ''), ...notes].join('\n')
  }
}

/** Takes a stream apart at lines that are `MARK NUMBER`, and tells each part when it is over. */
export class Sections {
  readonly #mark: string
  readonly #onSection: (number: number, text: string) => void
  #open: { number: number; section: Section } | undefined
  #line = ''

  constructor(mark: string, onSection: (number: number, text: string) => void) {
    this.#mark = mark
    this.#onSection = onSection
  }

  add(chunk: string): void {
    const lines = (this.#line + chunk).split('\n')
    this.#line = lines.pop() ?? ''
    for (const line of lines) this.#read(line)
    // A line without an end is not waited for.
    if (this.#line.length > KEPT_BYTES) this.#flush()
  }

  #flush(): void {
    this.#open?.section.add(this.#line)
    this.#line = ''
  }

  #read(line: string): void {
    if (!line.startsWith(`${this.#mark} `)) return this.#open?.section.add(`${line}\n`)
    this.#tell()
    this.#open = { number: Number(line.slice(this.#mark.length)), section: new Section() }
  }

  #tell(why?: string): void {
    if (this.#open === undefined) return
    const { number, section } = this.#open
    this.#open = undefined
    this.#onSection(number, section.text(why))
  }

  /** @param why what is said of a part that is not whole */
  end(why?: string): void {
    this.#flush()
    this.#tell(why)
  }
}
