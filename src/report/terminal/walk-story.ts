import { stripVTControlCharacters } from 'node:util'
import { isWrong, type Walked, type WalkEnd, type WalkPlanned } from '../../runner/events.ts'
import { clipped } from '../clipped.ts'
import { diffLines, diffLineText, type DiffLine } from '../walk/diff-lines.ts'
import { notReachedOf, type Counts } from '../walk/walk.ts'
import { countsText, leftAloneText, promptOf, VERDICT_WORDS, whyOf } from '../walk/words.ts'
import { withMarkedWraps } from '../walk/wrap.ts'
import { firstLineOf, wrongHeading } from '../walk/wrong-text.ts'
import type { Colours } from './colours.ts'
import { cellsAtMost, shortened } from './shortened.ts'
import { shown, shownName, shownTime } from './shown.ts'

/** Where there is no terminal to measure by, such as in a log. */
const COLUMNS = 120
const NARROWEST = 40
const MOST_GUESSES = 12
const MOST_DIFF_LINES = 16
const MOST_SAID = 4
/** So many wrong commands are named again where a walkthrough ends. */
const MOST_NAMED = 20
const LONGEST_SAID = 400
/** A command that took less is as fast as anybody types. */
const LONG_MS = 1000
/** Of a mark, a line's number and the spaces after them. */
const MARGIN = 7

export interface WalkStoryOptions {
  colours: Colours
  columns: number | undefined
  /** The document. */
  file: string
}

const NONE: Counts = { found: 0, run: 0, confirmed: 0, differing: 0, notRun: 0, cannotJudge: 0 }

const isFine = (verdict: Walked['verdict']) => verdict === 'ran' || verdict === 'as-shown'

/** A walkthrough as text: a typed session, judged. */
export class WalkStory {
  readonly #colours: Colours
  readonly #columns: number
  readonly #file: string
  readonly #wrong: string[] = []
  readonly #tally: Counts = { ...NONE }
  #end: WalkEnd | undefined
  #plan: WalkPlanned | undefined
  #part = 0

  constructor({ colours, columns, file }: WalkStoryOptions) {
    this.#colours = colours
    this.#columns = Math.max(NARROWEST, columns || COLUMNS)
    this.#file = file
  }

  /** @returns lines that come before the first command */
  plan(plan: WalkPlanned): string[] {
    this.#plan = plan
    this.#tally.found = plan.found
    const { dim } = this.#colours
    const { guesses, leftAlone, parts, remarks } = plan
    const hosts = new Set(parts.flatMap(part => part.hosts))
    const taken = guesses
      .slice(0, MOST_GUESSES)
      .map(guess => `taken for granted: ${said(guess.text)} ${dim(`(${said(whyOf(guess))})`)}`)
    const left = guesses.length - taken.length
    return [
      ...(hosts.size > 1 ? [`machines: ${[...hosts].map(said).join(', ')}`] : []),
      ...taken,
      ...(left > 0 ? [`taken for granted: ${left} things more`] : []),
      ...(leftAlone.length > 0 ? [dim(`left alone: ${said(leftAloneText(leftAlone))}`)] : []),
      ...remarks.slice(0, MOST_SAID).map(remark => dim(said(remark))),
    ]
  }

  /** @returns its line, and those below it; they begin `indent` cells further to the right */
  command(event: Walked, indent: number): string[] {
    const command = withMarkedWraps(event)
    this.#count(command)
    const below = [...this.#about(command), ...this.#besides(command)]
    const margin = ' '.repeat(MARGIN)
    return [
      ...this.#freshMachines(command),
      ...this.#line(command, indent),
      ...below.map(line => margin + line),
    ]
  }

  #count(command: Walked): void {
    const tally = this.#tally
    const { verdict } = command
    if (verdict === 'not-run') tally.notRun++
    else tally.run++
    if (verdict === 'cannot-judge') tally.cannotJudge++
    if (verdict === 'as-shown') tally.confirmed++
    if (!isWrong(verdict)) return
    if (tally.differing++ < MOST_NAMED) this.#wrong.push(wrongHeading(this.#file, command))
  }

  end(counts: WalkEnd): string[] {
    this.#end = counts
    const { durationMs, waitedMs } = counts
    const waited = waitedMs < LONG_MS ? '' : `, ${shownTime(waitedMs)} of it waited`
    const took = this.#colours.dim(`in ${shownTime(durationMs)}${waited}`)
    return this.#counts(counts).map(line => `${line} ${took}`)
  }

  #counts(counts: Counts): string[] {
    const { bold, red, green, yellow } = this.#colours
    const { differing, notRun, cannotJudge } = counts
    const isOpen = notRun + cannotJudge + notReachedOf(counts) > 0
    const colour = differing > 0 ? red : isOpen ? yellow : green
    return [bold(colour(countsText(counts)))]
  }

  /** What became of its commands, those that are over if it ended early; nothing of a script. */
  get counts(): Counts | undefined {
    return this.#end ?? (this.hasBegun ? this.#tally : undefined)
  }

  /** Where it ended before its counts came. */
  get cut(): string[] {
    if (!this.hasBegun || this.#end !== undefined) return []
    return this.#counts(this.#tally)
  }

  /** The wrong commands again, a line each with its place. */
  get wrong(): string[] {
    const left = this.#tally.differing - this.#wrong.length
    return [...this.#wrong.map(shownName), ...(left > 0 ? [`and ${left} more`] : [])]
  }

  /** Whether it is a walkthrough at all. */
  get hasBegun(): boolean {
    return this.#plan !== undefined
  }

  #freshMachines({ line }: Walked): string[] {
    const parts = this.#plan?.parts ?? []
    const part = parts.findLastIndex(one => one.line <= line)
    if (part <= this.#part) return []
    this.#part = part
    const { why } = parts[part] ?? {}
    const { cyan } = this.#colours
    return [cyan(`fresh machines from here on${why === undefined ? '' : `: ${said(why)}`}`)]
  }

  /** What became of it stands behind it where there is room, and else below it. */
  #line(command: Walked, indent: number): string[] {
    const { dim } = this.#colours
    const { line, verdict, durationMs } = command
    const took = durationMs < LONG_MS ? '' : ` ${dim(shownTime(durationMs))}`
    const prompt = said(promptOf(command, this.#plan))
    const typed = shownName(firstLineOf(command))
    const verdictWords = this.#words(command)
    const head = `${this.#mark(verdict)} ${dim(String(line).padStart(4))} ${dim(prompt)} `
    const before = MARGIN + cellsAtMost(prompt) + 1
    const room = Math.max(NARROWEST / 2, this.#columns - indent - before)
    if (verdictWords === '') return [`${head}${shortened(typed, room)}${took}`]
    const plain = stripVTControlCharacters(verdictWords)
    if (cellsAtMost(typed) + cellsAtMost(plain) + 4 <= room) {
      return [`${head}${typed}  ${dim('#')} ${verdictWords}${took}`]
    }
    return [`${head}${shortened(typed, room)}${took}`, ' '.repeat(MARGIN) + verdictWords]
  }

  #mark(verdict: Walked['verdict']): string {
    const { green, red, yellow, dim } = this.#colours
    if (isWrong(verdict)) return red('✗')
    if (verdict === 'as-shown') return green('✓')
    if (verdict === 'ran') return dim('·')
    return yellow(verdict === 'not-run' ? '-' : '?')
  }

  #words({ verdict, reason }: Walked): string {
    const { red, yellow } = this.#colours
    if (isFine(verdict)) return ''
    if (isWrong(verdict)) return red(VERDICT_WORDS[verdict])
    const why = reason === undefined ? '' : `: ${said(reason)}`
    return `${yellow(VERDICT_WORDS[verdict])}${why}`
  }

  /** Of one that is wrong: why, and what differs. */
  #about(command: Walked): string[] {
    const { verdict, reason } = command
    if (!isWrong(verdict)) return []
    const why = reason === undefined ? [] : [said(reason)]
    return [...why, ...diffLines(command, MOST_DIFF_LINES).map(line => this.#diffLine(line))]
  }

  #diffLine(line: DiffLine): string {
    const { red, green, dim } = this.#colours
    const text =
      (line.kind === 'shown' || line.kind === 'seen' ? '  ' : '') + shown(diffLineText(line))
    if (line.kind === 'shown') return red(text)
    if (line.kind === 'seen') return green(text)
    return line.kind === 'what' ? text : dim(text)
  }

  /** What a reader should know besides. */
  #besides({ explained = [], remarks = [] }: Walked): string[] {
    const known = explained.map(
      ({ what, explanation }) => `explained: ${[what, explanation].filter(Boolean).join(': ')}`,
    )
    const all = [...known, ...remarks]
    const left = all.length - MOST_SAID
    const told = all.slice(0, MOST_SAID).map(said)
    return [...told, ...(left > 0 ? [`and ${left} more`] : [])].map(text => this.#colours.dim(text))
  }
}

/** A sentence of somebody's: one line, of a length that can be read. */
const said = (text: string) => shownName(clipped(text, LONGEST_SAID))
