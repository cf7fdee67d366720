import fs from 'node:fs'
import path from 'node:path'
import { EnvironmentError } from '../errors.ts'
import { makeFolder } from '../make-folder.ts'
import type { ReporterOutput } from './reporter.ts'

function unwritable(file: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(`could not write to ${file}`, {
    code: 'TNET_REPORT_UNWRITABLE',
    hint: 'give --report or --reporter a place that you may write to',
    facts: { error: (cause as Error).message },
    cause,
  })
}

const draftOf = (file: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`)

/** Nothing is put in place of a device, a pipe or a link. */
function mayReplace(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() !== false
}

/**
 * A file that is begun anew. It is another file than the one that was there: a run that still
 * writes that one, because both have one report folder, shall not write into ours.
 */
function begun(file: string): number {
  makeFolder(path.dirname(file))
  try {
    if (mayReplace(file)) fs.rmSync(file, { force: true })
  } catch {
    // A folder that is not ours, or a file that is mounted: it is written over.
  }
  return fs.openSync(file, 'w')
}

/**
 * Before the first of several is begun: what an earlier run wrote is not lost for a place that
 * cannot be written to.
 *
 * @throws EnvironmentError TNET_REPORT_UNWRITABLE
 */
export function refuseUnwritable(file: string): void {
  try {
    makeFolder(path.dirname(file))
    const there = fs.statSync(file, { throwIfNoEntry: false })
    if (there?.isDirectory() === true) throw new Error('it is a folder')
    if (there?.isFile() === false) return
    const draft = draftOf(file)
    try {
      fs.closeSync(fs.openSync(draft, 'wx'))
      fs.rmSync(draft)
    } catch (error) {
      if (!fs.existsSync(file)) throw error
      fs.accessSync(file, fs.constants.W_OK)
    }
  } catch (error) {
    throw unwritable(file, error)
  }
}

/** A file that a reporter writes from the first event to the last. */
export class OutputFile implements ReporterOutput {
  readonly #file: string
  readonly #fd: number

  constructor(file: string) {
    this.#file = file
    try {
      this.#fd = begun(file)
    } catch (error) {
      throw unwritable(file, error)
    }
  }

  write(text: string): void {
    const bytes = Buffer.from(text)
    try {
      // A pipe may take less than it is given.
      for (let at = 0; at < bytes.length;) at += fs.writeSync(this.#fd, bytes, at)
    } catch (error) {
      throw unwritable(this.#file, error)
    }
  }

  /** All is written: puts it back where somebody took it away, or another run wrote meanwhile. */
  close(): void {
    try {
      if (!this.#isInPlace() && mayReplace(this.#file)) this.#putBack()
      fs.closeSync(this.#fd)
    } catch (error) {
      throw unwritable(this.#file, error)
    }
  }

  #isInPlace(): boolean {
    const mine = fs.fstatSync(this.#fd)
    const there = fs.statSync(this.#file, { throwIfNoEntry: false })
    return !mine.isFile() || (there?.ino === mine.ino && there.dev === mine.dev)
  }

  #putBack(): void {
    const draft = draftOf(this.#file)
    makeFolder(path.dirname(this.#file))
    try {
      // What has no name any more is still to be read there.
      fs.copyFileSync(`/proc/self/fd/${this.#fd}`, draft)
      fs.renameSync(draft, this.#file)
    } finally {
      fs.rmSync(draft, { force: true })
    }
  }
}
