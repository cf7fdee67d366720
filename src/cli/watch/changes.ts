import { watch, type FSWatcher } from 'chokidar'

/** Editors write a file in several steps; what comes so soon after each other is one change. */
const TOGETHER_MS = 50

/** Files that were saved, made or deleted since somebody last asked. */
export class Changes {
  readonly #watcher: FSWatcher
  readonly #changed = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  /** Hears that there is something. */
  onChange: () => void = () => {}

  /** @param places files and folders, by absolute path */
  constructor(places: readonly string[], isIgnored: (file: string) => boolean) {
    this.#watcher = watch([...places], { ignoreInitial: true, ignored: isIgnored })
    this.#watcher.on('all', (_, file) => {
      this.#changed.add(file)
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.onChange(), TOGETHER_MS)
    })
    this.#watcher.on('error', () => {})
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
    await this.#watcher.close()
  }
}
