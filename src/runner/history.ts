import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { UsageError } from '../errors.ts'
import { makeFolder } from '../make-folder.ts'
import type { ScenarioEnd } from './events.ts'
import { scenarioKey } from './selection.ts'

const VERSION = 1

interface Remembered {
  durationMs: number
  hasFailed: boolean
}

/** FNV-1a: node:crypto takes a millisecond and a half to load. */
function digest(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

/** Where it is kept unless somebody says so: with other caches, and never in the way. */
function historyFile(): string {
  for (let folder = process.cwd(); folder !== '/'; folder = path.dirname(folder)) {
    const packages = path.join(folder, 'node_modules')
    if (!fs.existsSync(packages)) continue
    const name = `history-${digest(process.cwd())}.json`
    return path.join(packages, '.cache', 'tnet-lab', name)
  }
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache')
  return path.join(cache, 'tnet-lab', `history-${digest(process.cwd())}.json`)
}

/** What earlier runs took, and which scenarios failed in the last one that ran them. */
export class History {
  readonly #file: string
  readonly #isAskedFor: boolean
  readonly #known: Map<string, Remembered>
  readonly #told = new Set<string>()

  /** @param file where it is kept; a file of the user's must be readable */
  constructor(file?: string) {
    this.#file = file ?? historyFile()
    this.#isAskedFor = file !== undefined
    this.#known = this.#read()
  }

  /** Of no run, and of none to come: it is never saved. */
  static none(): History {
    return new History('/dev/null')
  }

  #read(): Map<string, Remembered> {
    let text = ''
    try {
      text = fs.readFileSync(this.#file, 'utf8')
    } catch {
      // no run yet
    }
    if (text === '') return new Map()
    try {
      const { version, scenarios } = JSON.parse(text) as {
        version: number
        scenarios: Record<string, Remembered>
      }
      if (version === VERSION) return new Map(Object.entries(scenarios))
    } catch (error) {
      if (this.#isAskedFor) throw unreadable(this.#file, error)
    }
    return new Map()
  }

  durationMs(file: string, name: string): number | undefined {
    return this.#known.get(scenarioKey(file, name))?.durationMs
  }

  /** Keys of those that failed when they last ran. */
  failed(): string[] {
    return [...this.#known].filter(([, { hasFailed }]) => hasFailed).map(([key]) => key)
  }

  remember({ file, name, status, durationMs, isFinal }: ScenarioEnd): void {
    if (!isFinal || status === 'skipped') return
    this.#told.add(scenarioKey(file, name))
    this.#known.set(scenarioKey(file, name), {
      durationMs: Math.round(durationMs),
      hasFailed: status === 'failed',
    })
  }

  /** What ran is there, if elsewhere: reports are made where the scenarios may not be. */
  #isThere(key: string): boolean {
    return this.#told.has(key) || fs.existsSync(key.split('\n')[0] ?? '')
  }

  /**
   * Written whole or not at all; a place where nothing can be written is no failure.
   *
   * @returns what to say of it, where somebody asked for it
   */
  save(): string | undefined {
    const scenarios = Object.fromEntries(
      [...this.#known].filter(([key]) => this.#isThere(key)).sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    const fresh = `${this.#file}.${process.pid}.tmp`
    try {
      const there = fs.statSync(this.#file, { throwIfNoEntry: false })
      if (there?.isFile() === false) return undefined // a device, which a rename would replace
      makeFolder(path.dirname(this.#file))
      fs.writeFileSync(fresh, JSON.stringify({ version: VERSION, scenarios }, undefined, 1) + '\n')
      fs.renameSync(fresh, this.#file)
      return undefined
    } catch (error) {
      removeIfThere(fresh)
      const why = (error as Error).message
      return this.#isAskedFor ? `the history ${this.#file} could not be written: ${why}` : undefined
    }
  }
}

/** Even whether it is there may be none of our business: HOME may be another user's. */
function removeIfThere(file: string): void {
  try {
    fs.rmSync(file, { force: true })
  } catch {
    // nothing was written
  }
}

function unreadable(file: string, cause: unknown): UsageError {
  return new UsageError(`${file} is no history of runs`, {
    code: 'TNET_HISTORY_UNREADABLE',
    hint: 'delete it, or give --history another file',
    cause,
  })
}
