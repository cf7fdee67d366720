import fs from 'node:fs'
import { watch, type FSWatcher } from 'chokidar'

/** Editors write a file in several steps; what comes so soon after each other is one change. */
const TOGETHER_MS = 50
/**
 * Of a file that was not there when its folder was first looked at, chokidar does not always hear,
 * and of a folder that was taken away and is made again never.
 */
const LOOKED_MS = 200

/** Files that were saved, made or deleted since somebody last asked. */
export class Changes {
  readonly #watcher: FSWatcher
  readonly #changed = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  readonly #places = new Set<string>()
  readonly #gone = new Set<string>()
  /** They were gone, and chokidar looks at what is in them by now. */
  readonly #back = new Set<string>()
  #look: NodeJS.Timeout | undefined
  /** Hears that there is something. */
  onChange: () => void = () => {}

  /** @param places files and folders, by absolute path */
  constructor(places: readonly string[], isIgnored: (file: string) => boolean) {
    this.#watcher = watch([...places], { ignoreInitial: true, ignored: isIgnored })
    for (const place of places) this.#places.add(place)
    this.#watcher.on('all', (event, file) => {
      if (!event.startsWith('unlink')) this.#gone.delete(file)
      else if (this.#places.delete(file)) this.expect([file])
      this.#note(file)
    })
    this.#watcher.on('error', () => {})
  }

  #note(file: string): void {
    this.#changed.add(file)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.onChange(), TOGETHER_MS)
  }

  /** Looks out for those of them that were taken away. */
  expect(files: readonly string[]): void {
    for (const file of files) if (!fs.existsSync(file)) this.#gone.add(file)
    if (this.#gone.size > 0) this.#look ??= setInterval(() => this.#lookOut(), LOOKED_MS)
  }

  #lookOut(): void {
    for (const folder of this.#back) this.#note(folder)
    this.#back.clear()
    for (const file of this.#gone) {
      const there = fs.statSync(file, { throwIfNoEntry: false })
      if (there === undefined) continue
      this.#gone.delete(file)
      this.add([file])
      if (there.isDirectory()) this.#back.add(file)
      else this.#note(file)
    }
    if (this.#gone.size + this.#back.size > 0) return
    clearInterval(this.#look)
    this.#look = undefined
  }

  /** Resolves when what is saved from now on is seen. */
  async ready(): Promise<void> {
    await new Promise<void>(resolve => this.#watcher.once('ready', resolve))
  }

  /**
   * More to watch. A folder that is watched is not looked at again: what is made in it meanwhile would
   * be among what was there before, and chokidar would tell nobody.
   */
  add(places: readonly string[]): void {
    const more = places.filter(place => !this.#places.has(place))
    for (const place of more) this.#places.add(place)
    if (more.length > 0) this.#watcher.add(more)
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
