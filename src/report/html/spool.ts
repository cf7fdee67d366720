import fs from 'node:fs'
import path from 'node:path'

/** A piece of a spool. */
export interface SpoolRange {
  offset: number
  length: number
}

const CHUNK_BYTES = 256 * 1024

/**
 * A file without a name, so that nothing of it stays, however this process ends. What was written
 * can be read again in any order.
 */
export class Spool {
  readonly #fd: number
  #length = 0

  /** @param folder where it takes its room */
  constructor(folder: string) {
    const file = path.join(folder, `.tnet-lab-${process.pid}-${Date.now()}.spool`)
    this.#fd = fs.openSync(file, 'wx+', 0o600)
    fs.unlinkSync(file)
  }

  append(text: string): SpoolRange {
    const bytes = Buffer.from(text)
    const offset = this.#length
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(this.#fd, bytes, done, bytes.length - done, offset + done)
    }
    this.#length += bytes.length
    return { offset, length: bytes.length }
  }

  /** In chunks of at most 256 KiB. */
  *read({ offset, length }: SpoolRange): Generator<Buffer> {
    for (let done = 0; done < length;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, length - done))
      const count = fs.readSync(this.#fd, chunk, 0, chunk.length, offset + done)
      if (count === 0) throw new Error(`the spool ends before ${offset + length} bytes`)
      done += count
      yield chunk.subarray(0, count)
    }
  }

  text(range: SpoolRange): string {
    return Buffer.concat([...this.read(range)]).toString()
  }

  close(): void {
    fs.closeSync(this.#fd)
  }
}
