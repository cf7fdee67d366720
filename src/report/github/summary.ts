import type { RunStart } from '../../runner/events.ts'
import { shownTime } from '../terminal/shown.ts'
import type { Verdict } from '../verdicts.ts'
import { interruption, type Ending } from './interruption.ts'
import { inline } from './markdown.ts'
import { failedSection, passedSection, skippedSection } from './scenario-section.ts'
import { Scoreboard } from './scoreboard.ts'

const KIB = 1024
/** What is kept while a run goes on. */
const MOST_FAILED = 600 * KIB
const MOST_PASSED = 150 * KIB
const MOST_ROWS = 200 * KIB
/** Each drawing is a page of its own to a browser. */
const MOST_PASSED_SECTIONS = 20

/** Pieces of Markdown up to a size; the first that does not fit, and all after it, are counted. */
class Pieces {
  readonly #kept: string[] = []
  #left: number
  leftOut = 0

  constructor(bytes: number) {
    this.#left = bytes
  }

  get count(): number {
    return this.#kept.length
  }

  get isFull(): boolean {
    return this.leftOut > 0
  }

  add(piece: string): void {
    this.#left -= Buffer.byteLength(piece) + 1
    if (this.isFull || this.#left < 0) this.leftOut++
    else this.#kept.push(piece)
  }

  get all(): readonly string[] {
    return this.#kept
  }
}

/** A job's summary in Markdown, gathered while the run goes on. */
export class Summary {
  readonly #scores = new Scoreboard()
  readonly #failed = new Pieces(MOST_FAILED)
  readonly #passed = new Pieces(MOST_PASSED)
  readonly #counts = { failed: 0, passed: 0, skipped: 0, flaky: 0 }
  #start: RunStart | undefined

  begin(start: RunStart): void {
    this.#start = start
  }

  tell(verdict: Verdict): void {
    const { status, isFlaky } = verdict.end
    this.#scores.tell(verdict)
    this.#counts[status]++
    if (isFlaky) this.#counts.flaky++
    if (status === 'failed') this.#failed.add(this.#failed.isFull ? '' : failedSection(verdict))
    if (status === 'failed' || this.#passed.count >= MOST_PASSED_SECTIONS) return
    const sectionOf = status === 'passed' ? passedSection : skippedSection
    const section = this.#passed.isFull ? '' : sectionOf(verdict)
    if (section !== '') this.#passed.add(section)
  }

  #head(ending: Ending): string {
    const { failed, passed, skipped, flaky } = this.#counts
    const counts = [
      failed > 0 ? `${failed} failed` : '',
      `${passed} passed`,
      skipped > 0 ? `${skipped} skipped` : '',
      flaky > 0 ? `${flaky} flaky` : '',
    ].filter(text => text !== '')
    const took = ending.end === undefined ? '' : ` in ${shownTime(ending.end.durationMs)}`
    const cut = interruption(ending)
    const mark = failed > 0 || cut !== undefined ? '❌' : '✅'
    const { tool = '', node = '', kernel = '', seed = 0, shard } = this.#start ?? {}
    const part = shard === undefined ? '' : `, shard ${shard.index} of ${shard.total}`
    return [
      `## ${mark} tnet-lab: ${counts.join(', ')}${took}\n`,
      ...(cut === undefined ? [] : [`**${inline(cut)}**\n`]),
      `tnet-lab ${inline(tool)}, Node ${inline(node)}, Linux ${inline(kernel)}, seed ${seed}${part}\n`,
    ].join('\n')
  }

  /** All of it, in at most so many bytes; what is left out is said. */
  text(ending: Ending, bytes: number): string {
    const head = this.#head(ending)
    const sentence = (failed: number) =>
      `\n**Cut to fit into a summary of GitHub's: ${failed} more failed scenarios are in the log and in the other reports.**\n`
    let left = bytes - Buffer.byteLength(head) - Buffer.byteLength(sentence(1e9)) - 1
    if (left < 0) return ''
    const scores = this.#scores.table(Math.min(MOST_ROWS, left / 3))
    left -= Buffer.byteLength(scores) + 1
    const failed = new Pieces(left)
    for (const section of this.#failed.all) failed.add(section)
    const passed = new Pieces(left - Buffer.byteLength(failed.all.join('\n')) - 1)
    for (const section of this.#passed.all) passed.add(section)
    const leftOut = this.#failed.leftOut + failed.leftOut
    const cut = leftOut > 0 ? sentence(leftOut) : ''
    return `${[head, scores, ...failed.all].join('\n')}${cut}\n${passed.all.join('\n')}`
  }
}
