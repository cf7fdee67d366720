import { likeness } from './command-shape.ts'
import { isBlank, type ListingLine } from './listing-line.ts'
import {
  isAskedPassword,
  isLabel,
  isLeftOut,
  isNothingSaid,
  isPageFurniture,
  isRule,
  isSaidByHand,
  STOPPED,
} from './listing-mark.ts'
import { listingStyle, promptOn, type ListingStyle } from './listing-style.ts'
import { outputKind } from './output-shape.ts'
import { fits, printingOf, type Printing } from './program-output.ts'
import { promptHeader } from './prompt.ts'
import { isOtherScript } from './sentence.ts'
import { READ_IN_VAIN, takeCommand } from './take-command.ts'
import { isInBackground } from './started-jobs.ts'
import type { Mistake, Prompt } from './typed.ts'

export interface CommandItem {
  type: 'command'
  line: number
  lastLine: number
  text: string
  prompt: Prompt | undefined
  mistakes: Mistake[]
  printing: Printing
}

/** What a listing is made of, in its order. */
export type ListingItem =
  | CommandItem
  | { type: 'comment'; line: number; text: string }
  | { type: 'output'; line: ListingLine }
  /** A rule between two parts: what follows is nobody's output yet. */
  | { type: 'rule' }

const OUTPUT_COMMENT =
  /^#+\s*(?:(?:expected )?output|result|prints|返回|输出|结果|出力|ausgabe|sortie|salida)\s*[:：]?\s*$/i

const BLANK: ListingLine = { line: 0, lastLine: 0, text: '', mistakes: [] }
const ENDED = /^(?:exit|logout)\s*$/

class ItemReader {
  readonly items: ListingItem[] = []
  readonly #lines: readonly ListingLine[]
  readonly #style: ListingStyle
  readonly #isShell: boolean
  readonly #indent: number
  readonly #vain = { left: READ_IN_VAIN }
  #at = 0
  /** The command whose output is being read, unless a rule ended that. */
  #last: CommandItem | undefined
  #printed: string[] = []
  #header: { host: string } | undefined
  #isOutputCommented = false

  constructor(lines: readonly ListingLine[], isShell: boolean) {
    this.#lines = lines
    this.#isShell = isShell
    this.#style = listingStyle(lines)
    this.#indent = Math.min(
      ...lines.filter(line => !isBlank(line)).map(({ text }) => text.search(/\S/)),
    )
  }

  read(): ListingItem[] {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]
      if (line !== undefined) this.#readLine(line)
    }
    return this.items
  }

  #readLine(line: ListingLine): void {
    const { text } = line
    const prompted = promptOn(text, this.#style)
    if (prompted !== undefined) {
      const { prompt, rest } = prompted
      const host = prompt.host ?? this.#header?.host
      this.#header = undefined
      // Typed, and then not run.
      const isCancelled = /\^C\s*$/.test(rest)
      if (this.#isOfJob(rest)) this.#output({ ...line, text: rest })
      else if (rest.trim() === '' || isCancelled || isComment(rest) || isRemark(rest))
        this.#skip(isCancelled ? '' : rest)
      else this.#command(rest, host === undefined ? prompt : { ...prompt, host })
      return
    }
    const header = promptHeader(text)
    if (header !== undefined) {
      this.#header = header
      this.#at++
    } else if (isPageFurniture(text) || isAskedPassword(text) || isNothingSaid(text)) this.#at++
    else if (/^\s*#!/.test(text) && !this.#last?.printing.isListing) this.#at++
    else if (isComment(text) && !this.#isOwnComment(text)) this.#comment(line)
    else if (this.#isSlashed(text) || this.#isJudgement(text)) this.#comment(line)
    else if (STOPPED.test(text)) this.#stopped(line)
    else if (isRule(text) && this.#isRuleHere()) {
      this.items.push({ type: 'rule' })
      this.#last = undefined
      this.#printed = []
      this.#at++
    } else if (isLabel(text) && outputKind(text) === undefined) this.#comment(line)
    else if (this.#isPlainCommand(text)) this.#command(text, undefined)
    else this.#output(line)
  }

  /** An empty prompt, or a comment behind one. */
  #skip(rest: string): void {
    const line = this.#lines[this.#at]
    if (rest.trim() !== '' && line !== undefined) this.#comment({ ...line, text: rest })
    else this.#at++
  }

  #command(rest: string, prompt: Prompt | undefined): void {
    const line = this.#lines[this.#at]
    const { text, lastLine, next, mistakes } = takeCommand(
      { lines: this.#lines, style: this.#style, vain: this.#vain },
      this.#at,
      rest,
    )
    this.#at = next
    this.#printed = []
    this.#isOutputCommented = false
    this.#last = {
      type: 'command',
      line: line?.line ?? 0,
      lastLine,
      text,
      prompt,
      mistakes,
      printing: printingOf(text),
    }
    this.items.push(this.#last)
  }

  #comment(line: ListingLine): void {
    const text = line.text
      .trim()
      .replace(/^(?:#+|\/\/)\s*/, '')
      .trim()
    this.#at++
    if (this.#last !== undefined && isLeftOut(line.text)) {
      this.items.push({ type: 'output', line: { ...line, text: '...' } })
      return
    }
    const output = line.text.trim().replace(/^#+ ?/, '')
    const kind = this.#last === undefined ? undefined : outputKind(output)
    const isPrinted = kind !== undefined && fits(this.#last?.printing, kind) === 'yes'
    if (isPrinted || (this.#isOutputCommented && text !== '' && likeness(text) === 0)) {
      this.#isOutputCommented = true
      this.items.push({ type: 'output', line: { ...line, text: output } })
      return
    }
    this.#isOutputCommented = this.#last !== undefined && OUTPUT_COMMENT.test(line.text.trim())
    if (text !== '') this.items.push({ type: 'comment', line: line.line, text })
  }

  /** `// and now the other one`, as other languages have it, and no source that is printed. */
  #isSlashed(text: string): boolean {
    const printing = this.#last?.printing
    return /^\s*\/\/(?!\S*\/)/.test(text) && !printing?.isListing && !printing?.isFree
  }

  /** What no ping prints. */
  #isJudgement(text: string): boolean {
    return (
      isSaidByHand(text) && /^(?:ping6?|arping|fping)$/.test(this.#last?.printing.words[0] ?? '')
    )
  }

  /** What is in the background prints behind the prompt that is there already. */
  #isOfJob(rest: string): boolean {
    const isThere = this.items.some(item => item.type === 'command' && isInBackground(item.text))
    if (!isThere || likeness(rest) > 0) return false
    const kind = outputKind(rest)
    return kind === 'served' || kind === 'capture'
  }

  /** What iptables-save prints, and files that are shown, have comments of their own. */
  #isOwnComment(text: string): boolean {
    if (this.#last === undefined) return false
    if (outputKind(text.trim()) === 'rules' || text.trim().startsWith('#!')) return true
    if (this.#style.size === 0 || !this.#last.printing.isListing) return false
    const below = this.#lines.slice(this.#at + 1, this.#at + 20).find(line => !isBlank(line))
    if (below === undefined) return false
    return promptOn(below.text, this.#style) === undefined
  }

  #stopped(line: ListingLine): void {
    const text = line.text.replace(STOPPED, '')
    if (text.trim() === '') this.#at++
    else this.#output({ ...line, text })
  }

  #output(line: ListingLine): void {
    this.#at++
    this.#isOutputCommented = false
    // A shell says so itself when it ends.
    if (ENDED.test(line.text) && ENDED.test(this.#last?.text ?? '')) return
    const isSkipped = this.#last !== undefined && isLeftOut(line.text)
    if (!isBlank(line)) this.#printed.push(line.text)
    this.items.push({ type: 'output', line: isSkipped ? { ...line, text: '...' } : line })
  }

  /** Rules stand in tables too: between two captures a blank line is above, or a command below. */
  #isRuleHere(): boolean {
    const above = this.#lines[this.#at - 1]
    // No output begins with one.
    if (this.#last !== undefined && this.#printed.length === 0) return true
    const below = this.#lines.slice(this.#at + 1).find(line => !isBlank(line))
    if (above === undefined || isBlank(above) || below === undefined) return true
    return (
      isComment(below.text) ||
      promptOn(below.text, this.#style) !== undefined ||
      likeness(below.text) > 1
    )
  }

  #isPlainCommand(text: string): boolean {
    const like = likeness(text)
    if (like === 0) return false
    const printing = this.#last?.printing
    const hasPrinted = this.#printed.length > 0
    // A script or a usage text that is being shown.
    if (/^(?:#!|usage:)/i.test(this.#printed[0] ?? '')) return false
    if (this.#style.size > 0) {
      const isUnseen =
        !hasPrinted && (printing === undefined || printing.isSilent || printing.isShell)
      const isApart = isBlank(this.#lines[this.#at - 1] ?? BLANK) && printing?.isFree === false
      const isSure = isUnseen || isApart || /^\s*sudo\s/.test(text) || isChangeBelow(text, printing)
      return like === 3 && !printing?.isListing && isSure
    }
    const isIndented = text.search(/\S/) > this.#indent
    if (isIndented && (like < 3 || (hasPrinted && !printing?.isShell))) return false
    if (like === 1) return this.#isShell && !hasPrinted && (printing?.isSilent ?? true)
    const isAssignment = /^\s*[A-Za-z_]\w*=/.test(text)
    return !(isAssignment && printing !== undefined && printing.isFree && hasPrinted)
  }
}

/** Without its prompt: `ip tunnel add …` is nothing that a look at links or routes prints. */
function isChangeBelow(text: string, printing: Printing | undefined): boolean {
  if (!/^\s*(?:ip|bridge|tc|brctl|ip6?tables|nft)\s/.test(text)) return false
  if (!printingOf(text).isSilent) return false
  if (printing === undefined) return true
  return !printing.isFree && printing.kinds.length > 0 && !printing.kinds.includes('usage')
}

/** A sentence behind a prompt, which lacks the sign that would make it a comment. */
function isRemark(text: string): boolean {
  return isOtherScript(text.trim().split(/\s/, 1)[0] ?? '') && likeness(text) === 0
}

function isComment(text: string): boolean {
  return /^\s*#/.test(text)
}

/** Tells commands, comments and output of a listing apart. */
export function listingItems(lines: readonly ListingLine[], isShell: boolean): ListingItem[] {
  return new ItemReader(lines, isShell).read()
}
