import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

/** The last bytes of text that begin a character: none is cut in two. */
function lastBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text)
  let from = bytes.length - limit
  // The bytes of a character after its first are 10xxxxxx.
  while (from < bytes.length && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++
  return bytes.toString('utf8', from)
}

/** The last of what was printed, as text; what came before is let go. */
export class Tail {
  readonly #limit: number
  #pieces: { text: string; bytes: number }[] = []
  #bytes = 0
  #hasLost = false

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Keeps what comes by a stream from now on; whoever else listens gets the same. */
  listen(stream: Readable | null | undefined): void {
    const decoder = new StringDecoder('utf8')
    stream?.on('data', (chunk: Buffer | string) => {
      this.add(typeof chunk === 'string' ? chunk : decoder.write(chunk))
    })
    stream?.once('end', () => this.add(decoder.end()))
  }

  add(text: string): void {
    if (text === '') return
    const bytes = Buffer.byteLength(text)
    this.#pieces.push({ text, bytes })
    this.#bytes += bytes
    if (this.#bytes < 2 * this.#limit && this.#pieces.length < 1000) return
    this.#pieces = [this.#joined()]
    this.#bytes = this.#pieces[0]?.bytes ?? 0
  }

  #joined(): { text: string; bytes: number } {
    const text = this.#pieces.map(piece => piece.text).join('')
    if (this.#bytes <= this.#limit) return { text, bytes: this.#bytes }
    this.#hasLost = true
    const kept = lastBytes(text, this.#limit)
    return { text: kept, bytes: Buffer.byteLength(kept) }
  }

  get text(): string {
    const joined = this.#joined()
    this.#pieces = [joined]
    this.#bytes = joined.bytes
    return joined.text
  }

  /** Whether something came before what it has. */
  get isCut(): boolean {
    return this.#hasLost || this.#bytes > this.#limit
  }
}
