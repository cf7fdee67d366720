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

interface Place {
  folder: string
  isThere: boolean
  /** Why something was not written, the first time. */
  failure?: string
}

/** What was collected about an attempt. */
interface Collected {
  /** Where it is, as people find it. */
  folder?: string
  /** The same for people, and what of it is missing. */
  said: string
}

/** Writes what is collected about a failure: a folder an attempt, in it a folder a node. */
export class DiagnosticFiles {
  readonly #folder: string
  readonly #starts = new Map<string, ScenarioStart>()
  /** Where each attempt's are, once there is anything. */
  readonly #places = new Map<string, Place>()
  readonly #used = new Set<string>()

  constructor(reportFolder: string) {
    this.#folder = path.join(reportFolder, 'diagnostics')
  }

  begin(start: ScenarioStart): void {
    this.#starts.set(start.id, start)
  }

  #placeOf(id: string): Place {
    const known = this.#places.get(id)
    if (known !== undefined) return known
    const place: Place = { folder: this.#folderFor(id), isThere: false }
    this.#places.set(id, place)
    return place
  }

  #folderFor(id: string): string {
    const { file = 'x', name = '', attempt = 1, repeat = 1 } = this.#starts.get(id) ?? {}
    const stem = path.basename(file).replace(/\.(?:[cm]?[jt]s|md|markdown)$/, '')
    // A document without a heading is called as its file is.
    const parts = (name === path.basename(file) ? [stem] : [stem, name]).map(plain)
    const more = [repeat > 1 ? `run-${repeat}` : '', attempt > 1 ? `attempt-${attempt}` : '']
    const base = [...parts, ...more].filter(part => part !== '').join('-')
    let place = path.join(this.#folder, base)
    for (let n = 2; this.#used.has(place); n++) place = path.join(this.#folder, `${base}-${n}`)
    this.#used.add(place)
    return place
  }

  write({ id, node, what, command, text }: Diagnostic): void {
    this.#write(id, node, `${plain(what) || 'x'}.txt`, `$ ${command}\n${text}\n`)
  }

  /** A capture of an attempt that failed: what else is known of it has been collected before. */
  writeCapture({ id, node, link, packets, pcap }: CaptureTaken): void {
    const place = this.#places.get(id)?.folder
    if (place === undefined) return
    const name = `capture-${plain(link ?? 'any') || 'x'}`
    const isTaken = () => fs.existsSync(path.join(place, plain(node) || 'node', `${base}.pcap`))
    let base = name
    for (let n = 2; isTaken(); n++) base = `${name}-${n}`
    const lines = packets.map(({ atMs, text }) => `${atMs.toFixed(3).padStart(10)} ${text}\n`)
    this.#write(id, node, `${base}.txt`, lines.join(''))
    this.#write(id, node, `${base}.pcap`, Buffer.from(pcap, 'base64'))
  }

  #make(place: Place): void {
    fs.rmSync(place.folder, { recursive: true, force: true })
    makeFolder(place.folder)
    place.isThere = true
    ignoreInGit(this.#folder)
  }

  /** What cannot be written is in the events alone. */
  #write(id: string, node: string, name: string, content: string | Buffer): void {
    const place = this.#placeOf(id)
    try {
      if (!place.isThere) this.#make(place)
      const folder = path.join(place.folder, plain(node) || 'node')
      makeFolder(folder)
      fs.writeFileSync(path.join(folder, name), content)
    } catch (error) {
      place.failure ??= (error as Error).message
    }
  }

  end(id: string): Collected | undefined {
    const place = this.#places.get(id)
    this.#places.delete(id)
    this.#starts.delete(id)
    if (place === undefined) return undefined
    const { folder, isThere, failure } = place
    const shown = shownPath(path.resolve(folder))
    if (failure === undefined) return { folder: shown, said: shown }
    const whole = isThere ? 'not all could be written' : 'could not be made'
    return { ...(isThere ? { folder: shown } : {}), said: `${shown} ${whole}: ${failure}` }
  }
}

/** What runs leave behind is nobody's source. */
function ignoreInGit(folder: string): void {
  const file = path.join(folder, '.gitignore')
  if (!fs.existsSync(file)) fs.writeFileSync(file, '*\n')
}
