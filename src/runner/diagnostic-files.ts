import fs from 'node:fs'
import path from 'node:path'
import { makeFolder } from '../make-folder.ts'
import type { CaptureTaken, Diagnostic, ScenarioStart } from './events.ts'
import { shownPath } from './shown-path.ts'

/** What of a name is plain, for a file's. */
const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 60)

/** Writes what is collected about a failure: a folder an attempt, in it a folder a node. */
export class DiagnosticFiles {
  readonly #folder: string
  readonly #starts = new Map<string, ScenarioStart>()
  /** Where each attempt's are, once there is anything. */
  readonly #places = new Map<string, string>()
  readonly #used = new Set<string>()

  constructor(reportFolder: string) {
    this.#folder = path.join(reportFolder, 'diagnostics')
  }

  begin(start: ScenarioStart): void {
    this.#starts.set(start.id, start)
  }

  #placeOf(id: string): string {
    const known = this.#places.get(id)
    if (known !== undefined) return known
    const { file = 'x', name = '', attempt = 1, repeat = 1 } = this.#starts.get(id) ?? {}
    const stem = path.basename(file).replace(/\.(?:[cm]?[jt]s|md|markdown)$/, '')
    // A document without a heading is called as its file is.
    const parts = (name === path.basename(file) ? [stem] : [stem, name]).map(plain)
    const more = [repeat > 1 ? `run-${repeat}` : '', attempt > 1 ? `attempt-${attempt}` : '']
    const base = [...parts, ...more].filter(part => part !== '').join('-')
    let place = path.join(this.#folder, base)
    for (let n = 2; this.#used.has(place); n++) place = path.join(this.#folder, `${base}-${n}`)
    this.#used.add(place)
    this.#places.set(id, place)
    fs.rmSync(place, { recursive: true, force: true })
    makeFolder(place)
    ignoreInGit(this.#folder)
    return place
  }

  write({ id, node, what, command, text }: Diagnostic): void {
    this.#write(id, node, `${plain(what) || 'x'}.txt`, `$ ${command}\n${text}\n`)
  }

  /** A capture of an attempt that failed: what else is known of it has been collected before. */
  writeCapture({ id, node, link, packets, pcap }: CaptureTaken): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    const name = `capture-${plain(link ?? 'any') || 'x'}`
    const isTaken = () => fs.existsSync(path.join(place, plain(node) || 'node', `${base}.pcap`))
    let base = name
    for (let n = 2; isTaken(); n++) base = `${name}-${n}`
    const lines = packets.map(({ atMs, text }) => `${atMs.toFixed(3).padStart(10)} ${text}\n`)
    this.#write(id, node, `${base}.txt`, lines.join(''))
    this.#write(id, node, `${base}.pcap`, Buffer.from(pcap, 'base64'))
  }

  /** A folder where nothing can be written leaves them in the events alone. */
  #write(id: string, node: string, name: string, content: string | Buffer): void {
    try {
      const folder = path.join(this.#placeOf(id), plain(node) || 'node')
      makeFolder(folder)
      fs.writeFileSync(path.join(folder, name), content)
    } catch {
      this.#places.delete(id)
    }
  }

  /** @returns where it all is, as people find it */
  end(id: string): string | undefined {
    const place = this.#places.get(id)
    this.#places.delete(id)
    this.#starts.delete(id)
    return place === undefined ? undefined : shownPath(path.resolve(place))
  }
}

/** What runs leave behind is nobody's source. */
function ignoreInGit(folder: string): void {
  const file = path.join(folder, '.gitignore')
  if (!fs.existsSync(file)) fs.writeFileSync(file, '*\n')
}
