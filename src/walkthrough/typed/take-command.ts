import { likeness } from './command-shape.ts'
import { isBlank, type ListingLine } from './listing-line.ts'
import { promptOn, type ListingStyle } from './listing-style.ts'
import { UNQUOTED, withQuotedBraces } from './nft-braces.ts'
import { Statement, type Waiting } from './statement.ts'
import { WRAP, type Mistake } from './typed.ts'
import { asTyped } from './typography.ts'
import { isWrapOf } from './wrapped-command.ts'

/** A command as it is typed, and which lines of the listing it takes. */
export interface TakenCommand {
  text: string
  lastLine: number
  /** Of the first line behind it. */
  next: number
  mistakes: Mistake[]
}

/** Lines of one command; in a walkthrough none is longer. */
const LONGEST: Readonly<Record<Waiting, number>> = {
  quote: 400,
  compound: 1000,
  backslash: 1000,
  operator: 1000,
  heredoc: Infinity,
}
/** Lines of a listing that may be read for a quote or `done` that never comes. */
export const READ_IN_VAIN = 5000
const STRAY = 'a blank stands behind the backslash, so that bash would not go on; read as if it did'
/** `<pid of /bin/sh>`; `[name]` reads well for bash, as a pattern of names of files. */
const PLACEHOLDER =
  /(?:^|\s)(?:<[A-Za-z](?:[\w ./'-]{0,40}[\w.'-])?>(?=[\s:/.]|$)|\[[A-Za-z]{2}[\w-]{1,40}\](?=\s|$))/

interface Cursor {
  lines: readonly ListingLine[]
  style: ListingStyle
  /** What is left of `READ_IN_VAIN`. */
  vain: { left: number }
}

class Taking {
  readonly statement = new Statement()
  readonly mistakes: Mistake[] = []
  text = ''
  next: number
  /** Without the lines that are in a quote or between `if` and `fi`. */
  head = { text: '', next: 0 }
  /** How a quote began at the end of its line, as in `bash -c '`: what follows is in it. */
  isQuoteLast = false

  constructor(first: ListingLine, rest: string, at: number) {
    this.next = at + 1
    this.append(first, rest, undefined)
  }

  append(line: ListingLine, given: string, waiting: Waiting | undefined): void {
    this.mistakes.push(...line.mistakes)
    let text = given.replaceAll(WRAP, ' ')
    if (waiting !== 'heredoc' && waiting !== 'quote') {
      const typed = asTyped(text, line.line)
      this.mistakes.push(...typed.mistakes)
      if (/\\[ \t]+$/.test(typed.text)) this.mistakes.push({ line: line.line, text: STRAY })
      text = withQuotedBraces(typed.text.trimEnd())
      if (text !== typed.text.trimEnd()) this.mistakes.push({ line: line.line, text: UNQUOTED })
    }
    this.statement.add(text)
    if (waiting === undefined) this.text += text
    else if (waiting === 'backslash') this.text = continued(this.text, text)
    else if (waiting === 'operator') this.text += ` ${text.trimStart()}`
    else this.text += `\n${text}`
    if (waiting === undefined || waiting === 'backslash' || waiting === 'operator') {
      this.head = { text: this.text, next: this.next }
    }
    if (this.statement.waiting === 'quote' && waiting !== 'quote') {
      this.isQuoteLast = /(?:^|[\s=(])['"]$/.test(text)
    }
  }
}

/** A backslash before a newline is nothing; the indentation behind it is one space at most. */
function continued(text: string, next: string): string {
  const bare = text.slice(0, -1)
  if (/\s$/.test(bare)) return bare + next.trimStart()
  return /^\s/.test(next) ? `${bare} ${next.trimStart()}` : bare + next
}

/** What a prompt for more, `> `, stands before. */
function withoutMore(text: string, style: ListingStyle): string {
  if (style.size === 0 || style.has('>')) return text
  return text.replace(/^\s*> ?/, '')
}

/** Whether the end of the heredoc is still to come, so that prompts in it are its text. */
function endsBelow(taking: Taking, { lines }: Cursor): boolean {
  const end = taking.statement.heredocEnd
  return lines.slice(taking.next, taking.next + 1000).some(({ text }) => text.trim() === end)
}

/** Whether the line can be inside of what is open, or shows that it was never closed. */
function goesOn(taking: Taking, line: ListingLine, cursor: Cursor): boolean {
  const { waiting } = taking.statement
  const isTyped = promptOn(line.text, cursor.style) !== undefined
  if (waiting === 'backslash') return !isBlank(line) && !isTyped
  if (isTyped && waiting === 'heredoc') return endsBelow(taking, cursor)
  if (isTyped) return false
  if (waiting === 'quote' && !taking.isQuoteLast) return likeness(line.text) < 3
  return true
}

/** A heredoc's end that is indented with its listing, or followed by a blank. */
function heredocLine(taking: Taking, line: ListingLine): string {
  const end = taking.statement.heredocEnd
  if (end === undefined || line.text === end || line.text.trim() !== end) return line.text
  if (/^\t+\S+$/.test(line.text)) return line.text
  const text = `blanks stand around the heredoc's "${end}", so that bash would not see it; read as its end`
  taking.mistakes.push({ line: line.line, text })
  return end
}

/** Closes what the listing leaves open, so that a shell does not wait for it. */
function closed(taking: Taking, at: number, cursor: Cursor): TakenCommand {
  const first = cursor.lines[at]
  const line = first?.line ?? 0
  const { waiting } = taking.statement
  const lastLine = cursor.lines[taking.next - 1]?.lastLine ?? line
  const { mistakes, next } = taking
  if (waiting === undefined) return { text: taking.text, lastLine, next, mistakes }
  if (waiting === 'backslash') {
    mistakes.push({ line: lastLine, text: 'it ends in a backslash, and nothing follows; left out' })
    return { text: taking.text.replace(/\s*\\$/, ''), lastLine, next, mistakes }
  }
  if (waiting === 'operator') {
    mistakes.push({ line: lastLine, text: 'it ends where bash waits for another command' })
    return { text: taking.text.replace(/[\s|&]+$/, ''), lastLine, next, mistakes }
  }
  if (waiting === 'heredoc') {
    const end = taking.statement.heredocEnd ?? ''
    const text = `a heredoc is never closed: bash waits for "${end}"; it ends with its listing`
    mistakes.push({ line, text })
    return { text: `${taking.text}\n${end}`, lastLine, next, mistakes }
  }
  const what =
    waiting === 'quote' ? 'a quote' : `what "${taking.statement.closer ?? ''}" would close`
  cursor.vain.left -= next - at
  const { text, next: behind } = taking.head
  const end = cursor.lines[behind - 1]?.lastLine ?? line
  const kept = mistakes.filter(mistake => mistake.line <= end)
  return {
    text,
    lastLine: end,
    next: behind,
    mistakes: [...kept, { line: end, text: `${what} is never closed: bash waits for more` }],
  }
}

/** Reads the command that begins with `rest` of line `at`, over as many lines as a shell does. */
export function takeCommand(cursor: Cursor, at: number, rest: string): TakenCommand {
  const { lines, style, vain } = cursor
  const first = lines[at] ?? { line: 0, lastLine: 0, text: '', mistakes: [] }
  const taking = new Taking(first, rest.trimStart(), at)
  for (let line = lines[at + 1]; line !== undefined; line = lines[taking.next]) {
    const { waiting } = taking.statement
    if (waiting === undefined) {
      if (isBlank(line) || promptOn(line.text, style) !== undefined) break
      if (!isWrapOf(taking.text, line.text)) break
      taking.mistakes.push({ line: first.line, text: 'a page wrapped this command; read as one' })
      taking.next++
      taking.append(line, line.text.trim(), 'operator')
      continue
    }
    const read = taking.next - at
    const isVain = (waiting === 'quote' || waiting === 'compound') && read > vain.left
    if (isVain || read > LONGEST[waiting] || !goesOn(taking, line, cursor)) break
    const text = waiting === 'heredoc' ? heredocLine(taking, line) : line.text
    taking.next++
    taking.append(line, withoutMore(text, style), waiting)
  }
  const taken = closed(taking, at, cursor)
  // Below a heredoc's first line anything may stand.
  const [own = ''] = taken.text.includes('<<') ? taken.text.split('\n', 1) : [taken.text]
  const placeholder = PLACEHOLDER.exec(own.replace(/"[^"]*"|'[^']*'/g, ''))?.[0].trim()
  if (placeholder !== undefined && !/<<?\s/.test(own)) {
    const kind = placeholder.startsWith('[') ? 'pattern' : 'redirection'
    const text = `"${placeholder}" stands for something to fill in; bash reads it as a ${kind}`
    taken.mistakes.push({ line: first.line, text })
  }
  return taken
}
