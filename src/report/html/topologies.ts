import { createHash } from 'node:crypto'
import type { Topology } from '../../runner/events.ts'
import { nowMs } from '../../clock.ts'
import { drawingOf, type Drawing } from '../drawing/drawing.ts'
import { summaryOf } from '../drawing/summary.ts'
import { shownTime } from '../terminal/shown.ts'
import { html, Markup } from './markup.ts'
import type { Spool, SpoolRange } from './spool.ts'
import { topologyText } from './topology-text.ts'

interface Known {
  json: SpoolRange
  /** What follows the heading of a figure, and what it refers to. */
  drawn?: { body: Markup; store: SpoolRange }
}

/**
 * The end of a run does not wait longer for drawings, once there are some; the page's order is that
 * failures are drawn first. The rest is in words.
 */
const LONGEST_MS = 10_000
const ALWAYS = 50

/** MAC addresses are drawn by lot, and no drawing shows them: equal otherwise is equal. */
export const topologyKey = (topology: Topology) =>
  JSON.stringify(topology, (key, value: unknown) => (key === 'mac' ? undefined : value))

/** The topologies of a run, each drawn and kept once, however many scenarios build it. */
export class Topologies {
  readonly #spool: Spool
  readonly #known: Known[] = []
  readonly #numbers = new Map<string, number>()
  readonly #longestMs: number
  #drawn = 0
  #tookMs = 0

  constructor(spool: Spool, { longestMs = LONGEST_MS } = {}) {
    this.#spool = spool
    this.#longestMs = longestMs
  }

  /** @returns its number */
  add(topology: Topology): number {
    const digest = createHash('sha256').update(topologyKey(topology)).digest('base64')
    const known = this.#numbers.get(digest)
    if (known !== undefined) return known
    const number = this.#known.length
    this.#numbers.set(digest, number)
    this.#known.push({ json: this.#spool.append(JSON.stringify(topology)) })
    return number
  }

  /** What stands in a scenario: without a script it refers to the drawing, which stands once. */
  async figure(number: number, title = 'Topology', intro?: Markup): Promise<Markup> {
    const known = this.#known[number]
    if (known === undefined) throw new Error(`no topology has the number ${number}`)
    known.drawn ??= await this.#draw(number, JSON.parse(this.#spool.text(known.json)) as Topology)
    return html` <section class="topology" data-topology="${number}">
      <h4>${title}</h4>
      ${intro}${known.drawn.body}
    </section>`
  }

  /** Every drawing that a figure refers to, and its text. */
  *stores(): Generator<SpoolRange> {
    for (const { drawn } of this.#known) if (drawn !== undefined) yield drawn.store
  }

  async #draw(number: number, topology: Topology): Promise<NonNullable<Known['drawn']>> {
    const summary = summaryOf(topology)
    const text = topologyText(topology)
    const svg = await this.#svg(number, topology)
    const body = html`<p class="dim">
        ${summary} <a class="unscripted" href="#topology-${number}">in words</a>
      </p>
      ${svg.figure}`
    const store = html` <noscript data-store="${number}"
      ><section class="store" id="topology-${number}">
        <h3>Topology ${number + 1}: ${summary}</h3>
        ${svg.store}
        <div class="words">${text}</div>
      </section></noscript
    >`
    return { body, store: this.#spool.append(store.text) }
  }

  async #svg(number: number, topology: Topology): Promise<{ figure: Markup; store: Markup }> {
    const drawing = await this.#drawing(topology)
    if (typeof drawing === 'string') {
      return { figure: html`<p class="dim">${drawing}</p>`, store: html`` }
    }
    const { width, height, content } = drawing
    const size = html` viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"
    style="--width:${width}px"`
    const label = html`role="img" aria-label="Drawing: ${summaryOf(topology)}"`
    return {
      figure: html` <div
        class="scroll"
        tabindex="0"
        role="group"
        aria-label="Drawing of the topology"
      >
        <svg class="drawing" ${size} ${label}><use href="#drawing-${number}" /></svg>
      </div>`,
      store: html` <div class="scroll">
        <svg class="drawing" ${size} ${label}>
          <g class="drawing" id="drawing-${number}">${new Markup(content)}</g>
        </svg>
      </div>`,
    }
  }
  /** @returns or why there is none */
  async #drawing(topology: Topology): Promise<Drawing | string> {
    if (this.#drawn >= ALWAYS && this.#tookMs > this.#longestMs) {
      return `Not drawn: drawing the ${this.#drawn} before it took ${shownTime(this.#tookMs)}.`
    }
    const sinceMs = nowMs()
    try {
      return await drawingOf(topology)
    } catch (error) {
      // What made such a topology is worth a report all the same.
      return `It could not be drawn: ${(error as Error).message}`
    } finally {
      this.#drawn++
      this.#tookMs += nowMs() - sinceMs
    }
  }
}
