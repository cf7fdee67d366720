import fs from 'node:fs'
import { watch, type FSWatcher } from 'chokidar'

/** Editors write a file in several steps; what comes so soon after each other is one change. */
const TOGETHER_MS = 50
/** Of a file that was not there when its folder was first looked at, chokidar does not always hear. */
const LOOKED_MS = 200

/** Files that were saved, made or deleted since somebody last asked. */
export class Changes {
  readonly #watcher: FSWatcher
  readonly #changed = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #look: NodeJS.Timeout | undefined
  /** Hears that there is something. */
  onChange: () => void = () => {}

  /** @param places files and folders, by absolute path */
  constructor(places: readonly string[], isIgnored: (file: string) => boolean) {
    this.#watcher = watch([...places], { ignoreInitial: true, ignored: isIgnored })
    this.#watcher.on('all', (_, file) => this.#note(file))
    this.#watcher.on('error', () => {})
  }

  #note(file: string): void {
    this.#changed.add(file)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.onChange(), TOGETHER_MS)
  }

  /** Looks out for those of them that were taken away. */
  expect(files: readonly string[]): void {
    clearInterval(this.#look)
    const gone = new Set(files.filter(file => !fs.existsSync(file)))
    const look = () => {
      for (const file of gone) {
        if (!fs.existsSync(file)) continue
        gone.delete(file)
        this.#note(file)
      }
      if (gone.size === 0) clearInterval(this.#look)
    }
    if (gone.size > 0) this.#look = setInterval(look, LOOKED_MS)
  }

  /** Resolves when what is saved from now on is seen. */
  async ready(): Promise<void> {
    await new Promise<void>(resolve => this.#watcher.once('ready', resolve))
  }

  /** More to watch. */
  add(places: readonly string[]): void {
    this.#watcher.add([...places])
  }

  /** @returns absolute paths */
  take(): string[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    clearInterval(this.#look)
    await this.#watcher.close()
  }
}
