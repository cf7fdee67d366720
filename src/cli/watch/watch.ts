import path from 'node:path'
import { explain, TnetError } from '../../errors.ts'
import type { Config } from '../../runner/config.ts'
import { signalCode } from '../../runner/exit-code.ts'
import { findScenarios } from '../../runner/find-scenarios.ts'
import { History } from '../../runner/history.ts'
import { scenarioKey } from '../../runner/selection.ts'
import { shownPath } from '../../runner/shown-path.ts'
import { configOf } from '../config-of.ts'
import { outlastOutput } from '../lost-output.ts'
import { oneRun, type RunMore } from '../one-run.ts'
import { filesOf, reportsOf, type parseRun } from '../run-flags.ts'
import { Changes } from './changes.ts'
import { Keys } from './keys.ts'

type Parsed = ReturnType<typeof parseRun>

/** What is to be run next. */
type Wish = 'all' | 'failed' | 'quit' | { files: string[]; because: string }

const say = (text: string) => process.stdout.write(`${text}\n`)

/** What is watched instead of scenarios. */
export interface Documents {
  find: () => string[]
  more: RunMore
}

/** Runs again what a saved file touches, until somebody says that it is enough. */
class Watch {
  readonly #parsed: Parsed
  #config: Config
  readonly #documents: Documents | undefined
  #last: readonly string[] = []
  readonly #dependencies = new Map<string, readonly string[]>()
  #changes: Changes | undefined
  readonly #keys = new Keys()
  #exitCode = 0

  constructor(parsed: Parsed, config: Config, documents?: Documents) {
    this.#parsed = parsed
    this.#config = config
    this.#documents = documents
  }

  async #find(): Promise<string[]> {
    if (this.#documents !== undefined) return this.#documents.find()
    return findScenarios(filesOf(this.#parsed.positionals, this.#config), this.#config.ignore)
  }

  /** Those that there were last, where one is not there now: whoever took it away may bring it back. */
  async #files(): Promise<readonly string[]> {
    try {
      this.#last = await this.#find()
    } catch (error) {
      if (!(error instanceof TnetError) || this.#last.length === 0) throw error
    }
    return this.#last
  }

  /** Where scenarios may appear, and everything that they are made of. */
  async #places(): Promise<string[]> {
    const named = filesOf(this.#parsed.positionals, this.#config).map(name => path.resolve(name))
    const files = await this.#files()
    const folders = files.map(file => path.dirname(file))
    return [
      ...new Set([...named, ...files, ...folders, ...[...this.#dependencies.values()].flat()]),
    ]
  }

  #isIgnored(file: string): boolean {
    const { folder } = reportsOf(this.#parsed.values, this.#config)
    const inside = (parent: string) => `${file}/`.startsWith(`${path.resolve(parent)}/`)
    return /\/(node_modules|\.git)(\/|$)|[~]$|\.sw[px]$/.test(file) || inside(folder)
  }

  async #run(files: string[] | undefined): Promise<boolean> {
    try {
      const all = files ?? this.#documents?.find()
      const more = { ...this.#documents?.more, ...(all === undefined ? {} : { files: all }) }
      const { end, stoppedBy, dependencies } = await oneRun(this.#parsed, this.#config, more)
      for (const [file, all] of dependencies) this.#dependencies.set(file, all)
      this.#exitCode = stoppedBy === undefined ? end.exitCode : signalCode(stoppedBy)
      return stoppedBy === undefined
    } catch (error) {
      // A file that is half written is no reason to stop watching.
      if (!(error instanceof TnetError)) throw error
      const { name, code, message, facts, hint } = error
      say(explain({ name, code, message, facts, hint }))
      this.#exitCode = 2
      return true
    } finally {
      // Nobody reads what it does next.
      outlastOutput(false)
    }
  }

  /** Scenario files that a change of these touches: what they are made of, and new ones. */
  async #touched(changed: readonly string[]): Promise<string[]> {
    if (changed.some(file => path.basename(file).startsWith('tnet-lab.config.'))) {
      this.#config = await configOf(this.#parsed.values)
      return this.#find()
    }
    return (await this.#find()).filter(file => {
      const all = [file, ...(this.#dependencies.get(file) ?? [])]
      // A folder is one that was taken away, with all that is in it, and is there again.
      return all.some(part => changed.some(one => part === one || part.startsWith(`${one}/`)))
    })
  }

  async #failedFiles(): Promise<string[]> {
    const { history } = this.#parsed.values
    const failed = new History(history ?? this.#config.history).failed()
    const of = (file: string) =>
      failed.some(key => key.startsWith(scenarioKey(shownPath(file), '')))
    return (await this.#files()).filter(of)
  }

  async #next(changes: Changes): Promise<Wish> {
    const files = await this.#files()
    const count = files.length
    // Before anybody is told: what is saved from then on is seen.
    changes.expect(files)
    const keys = this.#keys.isThere ? '; Enter runs all, f what failed, q quits' : ''
    say(`\nwatching ${count} file${count === 1 ? '' : 's'}${keys}`)
    for (;;) {
      const key = changes.isEmpty ? await this.#keyOrChange(changes) : undefined
      if (key === 'q') return 'quit'
      if (key === 'f') return 'failed'
      if (key === 'Enter') return 'all'
      const changed = changes.take()
      const touched = await this.#touched(changed).catch(() => [])
      if (touched.length > 0) {
        return { files: touched, because: changed.map(shownPath).join(', ') }
      }
    }
  }

  #keyOrChange(changes: Changes): Promise<string | undefined> {
    return new Promise(resolve => {
      const done = (key?: string) => {
        changes.onChange = () => {}
        this.#keys.onKey = () => {}
        resolve(key)
      }
      changes.onChange = () => done()
      this.#keys.onKey = done
    })
  }

  /** What a wish means in files; all of them when there is no list. */
  async #filesOf(wish: Exclude<Wish, 'quit'>): Promise<string[] | undefined> {
    if (wish === 'all') return undefined
    if (wish !== 'failed') {
      say(`\nchanged: ${wish.because}`)
      return wish.files
    }
    const failed = await this.#failedFiles()
    if (failed.length === 0) say('nothing failed last time')
    return failed
  }

  async start(): Promise<number> {
    // Where there are none the run says so.
    await this.#files().catch(() => {})
    let goesOn = await this.#run(undefined)
    const changes = new Changes(await this.#places(), file => this.#isIgnored(file))
    this.#changes = changes
    await changes.ready()
    this.#keys.listen()
    try {
      while (goesOn) {
        const wish = await this.#next(changes)
        if (wish === 'quit') return 0
        const files = await this.#filesOf(wish)
        if (files?.length === 0) continue
        this.#keys.rest()
        goesOn = await this.#run(files)
        changes.add(await this.#places())
        this.#keys.listen()
      }
      return this.#exitCode
    } finally {
      this.#keys.rest()
      await this.#changes.close()
    }
  }
}

/** @returns the exit code: 0 when the user quits, that of the signal which ends it otherwise */
export function watch(parsed: Parsed, config: Config, documents?: Documents): Promise<number> {
  return new Watch(parsed, config, documents).start()
}
