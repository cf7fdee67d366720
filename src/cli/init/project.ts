import fs from 'node:fs'
import path from 'node:path'
import { EnvironmentError } from '../../errors.ts'
import { readPackageFile, SCRIPT, SCRIPT_COMMAND, withScript } from './package-file.ts'

/** What became of a file. */
export interface Outcome {
  file: string
  did: 'wrote' | 'added' | 'kept'
  /** What was added, or why it was kept and what to do about that. */
  about?: string
}

const IS_THERE = 'it is there already; --force writes over it'

function unwritable(file: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(`could not write ${file}`, {
    code: 'TNET_INIT_UNWRITABLE',
    hint: 'give a folder that you may write to: tnet-lab init DIR',
    facts: { error: (cause as Error).message },
    cause,
  })
}

/** A folder of the user's: what is in it stays, unless it is ours and `--force` is given. */
export class Project {
  readonly folder: string
  readonly #isForced: boolean

  constructor(folder: string, isForced: boolean) {
    this.folder = folder
    this.#isForced = isForced
  }

  #path(file: string): string {
    return path.join(this.folder, file)
  }

  has(file: string): boolean {
    return fs.existsSync(this.#path(file))
  }

  list(folder: string): string[] {
    const isFolder = this.has(folder) && fs.statSync(this.#path(folder)).isDirectory()
    return isFolder ? fs.readdirSync(this.#path(folder)) : []
  }

  read(file: string): string {
    return this.has(file) ? fs.readFileSync(this.#path(file), 'utf8') : ''
  }

  /** @returns whether there was none, so that it could be written */
  #write(file: string, text: string, flag: 'w' | 'wx'): boolean {
    try {
      fs.mkdirSync(path.dirname(this.#path(file)), { recursive: true })
    } catch (error) {
      throw unwritable(this.#path(file), error)
    }
    try {
      fs.writeFileSync(this.#path(file), text, { flag })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw unwritable(this.#path(file), error)
    }
  }

  /** @param others what does its work under another name */
  create(file: string, text: string, others: readonly string[] = []): Outcome {
    const other = others.find(name => this.has(name))
    if (other !== undefined && !this.#isForced) {
      return { file: other, did: 'kept', about: `it is there already; --force writes ${file}` }
    }
    const isWritten = this.#write(file, text, this.#isForced ? 'w' : 'wx')
    return isWritten ? { file, did: 'wrote' } : { file, did: 'kept', about: IS_THERE }
  }

  /** A file that others have their say in as well: never written over. */
  createOnce(file: string, text: string, advice: (text: string) => string): Outcome {
    if (this.#write(file, text, 'wx')) return { file, did: 'wrote' }
    return { file, did: 'kept', about: advice(this.read(file)) }
  }

  /** A line that is not there yet. */
  addLine(file: string, line: string): Outcome {
    const text = this.read(file)
    if (text.split(/\r?\n/).includes(line)) {
      return { file, did: 'kept', about: `it has ${line} already` }
    }
    const begin = text === '' || text.endsWith('\n') ? text : `${text}\n`
    this.#write(file, `${begin}${line}\n`, 'w')
    return { file, did: 'added', about: line }
  }

  /** The script in package.json; nothing in a project that has none. */
  addScript(): Outcome | undefined {
    const file = 'package.json'
    const known = readPackageFile(this.#path(file))
    const script = `"${SCRIPT}": "${SCRIPT_COMMAND}"`
    if (known === undefined) return undefined
    if (known === 'unreadable') {
      return { file, did: 'kept', about: `it is not JSON; among its scripts, add ${script}` }
    }
    if (known.script !== undefined) {
      return { file, did: 'kept', about: `it has a script "${SCRIPT}" already: ${known.script}` }
    }
    this.#write(file, withScript(known), 'w')
    return { file, did: 'added', about: script }
  }

  /** Packages that package.json names. */
  get packages(): readonly string[] {
    const known = readPackageFile(this.#path('package.json'))
    return typeof known === 'object' ? known.packages : []
  }
}
