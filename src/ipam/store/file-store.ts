import fs from 'node:fs'
import path from 'node:path'
import { EnvironmentError, TnetError } from '../../errors.ts'
import { FileLock } from '../../kernel/file-lock.ts'
import { isReadOnly } from './entries.ts'
import type { AppliedChange, Entries } from './entries.ts'
import { encodeChange, encodeSnapshot, JournalReader } from './journal.ts'
import { leaseLost, LocalLease } from './local-lease.ts'
import { leftovers, replaceFile } from './replace-file.ts'
import type { Change, Entry, Finding, Store, StoreLease } from './store.ts'

/** A journal is written anew when it has grown to four times its snapshot, but not below this. */
const COMPACT_ABOVE = 64 * 1024

export interface FileStoreOptions {
  /**
   * Waits until each change is on the disk, so that it outlives a power failure too. Without it, a
   * change outlives its process, however that ends. Default true.
   */
  fsync?: boolean
  /** Milliseconds to wait for another process to finish its change. Default 10000. */
  lockTimeoutMs?: number
  /**
   * The clock that leases run out by, in milliseconds since 1970: one for all processes. Default
   * `Date.now`.
   */
  now?: () => number
}

/** The file as far as it was read. */
interface Opened {
  fd: number
  inode: number
  end: number
  reader: JournalReader
}

/**
 * A store in one file, for several processes at once, that survives a crash at any instant. A
 * change is one checksummed line at the end of the file; what a dead writer left half-written is
 * cut off by the next. `FILE.lock` beside it is what writers lock, and the kernel unlocks.
 *
 * @example
 * await using store = await FileStore.open('/var/lib/tnet-lab/state')
 */
export class FileStore implements Store {
  readonly path: string
  readonly #lock: FileLock
  readonly #fsync: boolean
  readonly #timeoutMs: number
  readonly #now: () => number
  #file: Opened | undefined

  private constructor(file: string, lock: FileLock, options: FileStoreOptions) {
    this.path = file
    this.#lock = lock
    this.#fsync = options.fsync ?? true
    this.#timeoutMs = options.lockTimeoutMs ?? 10_000
    this.#now = options.now ?? Date.now
  }

  /**
   * Opens the store in `file`; creates it, and its folder, when there is none.
   *
   * @throws EnvironmentError TNET_STORE_FORMAT when the file is something else, TNET_STORE_FAILED
   * when the file system refuses. A damaged file does open: `check` mends it.
   */
  static async open(file: string, options: FileStoreOptions = {}): Promise<FileStore> {
    const full = path.resolve(file)
    guarded(full, () => fs.mkdirSync(path.dirname(full), { recursive: true }))
    const store = new FileStore(full, FileLock.open(`${full}.lock`), options)
    try {
      await store.#hold(() => store.#settle())
      return store
    } catch (error) {
      await store.close()
      throw error
    }
  }

  async get(key: string): Promise<Entry | undefined> {
    return guarded(this.path, () => this.#sound().entries.get(key))
  }

  async list(prefix: string): Promise<Entry[]> {
    return guarded(this.path, () => this.#sound().entries.list(prefix))
  }

  commit(change: Change): Promise<boolean> {
    return this.#hold(() => {
      const entries = this.#writable()
      if (!entries.matches(change)) return false
      for (const id of change.leases?.values() ?? []) if (!entries.isLive(id)) throw leaseLost(id)
      if (!isReadOnly(change)) this.#make({ ...change, ended: entries.expiredLeases }, entries)
      return true
    })
  }

  async lease(ttlMs: number): Promise<StoreLease> {
    const grant = (id: string, ttlMs: number, entries = this.#writable()) =>
      this.#make({ grants: new Map([[id, this.#now() + ttlMs]]) }, entries)
    const renew = (id: string, ttlMs: number) =>
      this.#hold(() => {
        const entries = this.#writable()
        if (!entries.isLive(id)) throw leaseLost(id)
        grant(id, ttlMs, entries)
      })
    const end = (id: string) =>
      this.#hold(() => this.#make({ ended: new Set([id]) }, this.#writable()))
    const lease = new LocalLease({ renew, end }, ttlMs)
    await this.#hold(() => grant(lease.id, ttlMs))
    return lease
  }

  check({ repair = false }: { repair?: boolean } = {}): Promise<Finding[]> {
    return this.#hold(() => {
      this.#forget()
      const { reader, fd, end } = this.#read()
      const torn = fs.fstatSync(fd).size - end
      const damage = reader.damage.map(({ line, reason }) => `line ${line}: ${reason}`)
      if (reader.missing > 0) damage.push(`${reader.missing} lines are missing at its end`)
      if (repair && damage.length > 0) {
        fs.copyFileSync(this.path, `${this.path}.damaged-${Date.now()}`)
        this.#replace(reader)
      } else if (repair && torn > 0) fs.ftruncateSync(fd, end)
      const findings = damage.map(message => this.#finding('TNET_FSCK_JOURNAL', message, repair))
      if (torn > 0 && damage.length === 0) {
        const message = `${torn} bytes of a change that was never finished`
        findings.push(this.#finding('TNET_FSCK_TORN', message, repair))
      }
      return findings
    })
  }

  async close(): Promise<void> {
    this.#forget()
    this.#lock.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #finding(code: string, message: string, isRepaired: boolean): Finding {
    return { code, where: this.path, message, isRepaired }
  }

  #hold<T>(work: () => T): Promise<T> {
    const timeoutMs = this.#timeoutMs
    return this.#lock.hold(() => guarded(this.path, work), { timeoutMs })
  }

  /** With the lock held nobody else writes, so every temporary file is a dead writer's. */
  #settle(): void {
    for (const leftover of leftovers(this.path)) fs.rmSync(leftover, { force: true })
    if (fs.existsSync(this.path)) this.#read()
    else this.#replace(new JournalReader(this.#now))
  }

  /** What is in the file, to be added to; a file that somebody removed is made anew. */
  #writable(): Entries {
    if (!fs.existsSync(this.path)) this.#replace(new JournalReader(this.#now))
    return this.#sound().entries
  }

  /** With the lock held, on what `#writable` said. */
  #make(change: AppliedChange, { revision }: Entries): void {
    this.#append(encodeChange(change, revision + 1))
    this.#compact()
  }

  /** What is in the file now; it has to be whole. */
  #sound(): JournalReader {
    let { reader } = this.#read()
    // A writer that could not finish takes its line back, and others may have read on from there.
    if (reader.damage.length > 0) {
      this.#forget()
      reader = this.#read().reader
    }
    if (reader.damage.length === 0 && reader.missing === 0) return reader
    const [first] = reader.damage
    throw new EnvironmentError(`the store ${this.path} is damaged`, {
      code: 'TNET_STORE_DAMAGED',
      facts: {
        found: first === undefined ? 'its end is missing' : `line ${first.line}: ${first.reason}`,
      },
      hint: 'run fsck with repair: it keeps what can be read, and a copy of the file as it is',
    })
  }

  /** Reads what was added since the last time; all of it when the file is another one by now. */
  #read(): Opened {
    const { ino, size } = fs.statSync(this.path)
    if (this.#file !== undefined && (this.#file.inode !== ino || size < this.#file.end))
      this.#forget()
    this.#file ??= this.#openFile()
    const file = this.#file
    const bytes = Buffer.alloc(fs.fstatSync(file.fd).size - file.end)
    if (bytes.length > 0) {
      const length = fs.readSync(file.fd, bytes, 0, bytes.length, file.end)
      file.end += file.reader.read(bytes.subarray(0, length))
    }
    if (file.reader.isOurs) return file
    throw new EnvironmentError(`${this.path} is not a store of this version of tnet-lab`, {
      code: 'TNET_STORE_FORMAT',
      hint: 'choose another file, or move this one away',
    })
  }

  #openFile(): Opened {
    const fd = fs.openSync(this.path, 'r+')
    const inode = fs.fstatSync(fd).ino
    return { fd, inode, end: 0, reader: new JournalReader(this.#now) }
  }

  #forget(): void {
    if (this.#file !== undefined) fs.closeSync(this.#file.fd)
    this.#file = undefined
  }

  /** Adds a line after the last whole one: in its entirety, or not at all. */
  #append(line: string): void {
    const file = this.#file!
    const bytes = Buffer.from(line)
    try {
      if (fs.fstatSync(file.fd).size > file.end) fs.ftruncateSync(file.fd, file.end)
      for (let done = 0; done < bytes.length;) {
        done += fs.writeSync(file.fd, bytes, done, bytes.length - done, file.end + done)
      }
      if (this.#fsync) fs.fdatasyncSync(file.fd)
    } catch (error) {
      fs.ftruncateSync(file.fd, file.end)
      this.#forget()
      throw error
    }
    this.#read()
  }

  #compact(): void {
    const { end, reader } = this.#file!
    if (end <= Math.max(COMPACT_ABOVE, 4 * reader.snapshotBytes)) return
    try {
      this.#replace(reader)
    } catch {
      // The change itself is safe, and the file good as it is: the next change tries again.
    }
  }

  #replace({ entries }: JournalReader): void {
    replaceFile(this.path, encodeSnapshot(entries), { fsync: this.#fsync })
    this.#forget()
    this.#read()
  }
}

/** What the file system refuses, as an error of ours. */
function guarded<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof TnetError) throw cause
    throw new EnvironmentError(`could not use the store ${file}`, {
      code: 'TNET_STORE_FAILED',
      facts: { kernel: cause instanceof Error ? cause.message : String(cause) },
      hint: 'check that the folder exists, is writable and has room',
      cause,
    })
  }
}
