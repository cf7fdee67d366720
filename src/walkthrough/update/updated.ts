import { compare } from '../compare/compare.ts'
import { plainLines } from '../compare/lines.ts'
import { forgottenUps } from '../repair.ts'
import type { TypedCommand, TypedDocument } from '../typed/typed.ts'
import { isWrong, type WalkedStep } from '../verdict.ts'
import { fileLines, type FileLine } from './file-lines.ts'
import { findShown, isWritable, type ShownPlace } from './find-shown.ts'
import { newLines, shownThen, wholly, type NewLines } from './new-lines.ts'
import { Rewriting } from './rewriting.ts'

/** Shown output that differs, and that could not be written anew. */
export interface LeftOutput {
  /** Of the command. */
  line: number
  /** A sentence: `two lines of it stand in one`. */
  why: string
}

export interface Updated {
  text: string
  /** Lines of the commands whose output is another now. */
  renewed: number[]
  left: LeftOutput[]
}

/** What a walk tells of an output at most. */
const MOST_SEEN = 64 * 1024
const FENCE = /^\s{0,3}(?:`{3,}|~{3,})/

/** Whether a line is in a listing of HTML, where other signs mean themselves. */
function isInHtml(lines: readonly FileLine[], at: number): boolean {
  for (let i = at; i >= 0; i--) {
    const text = lines[i]?.text ?? ''
    if (/<\/pre\s*>/i.test(text) && i < at) return false
    if (/<pre[\s>]/i.test(text)) return true
  }
  return false
}

/** What there is in the place of what is shown, as much of it as has to be. */
function renewal(command: TypedCommand, step: WalkedStep, seen: readonly string[]): NewLines {
  const { text, shown = [] } = command
  const some = newLines(shown, seen, step.leftOut)
  const compared = compare(text, {
    shown: shownThen(shown, some),
    seen: seen.join('\n'),
    exitCode: step.exitCode ?? null,
    isStrict: false,
  })
  return compared.differences.length === 0 ? some : wholly(shown, seen)
}

function whyLeft(
  lines: readonly FileLine[],
  { shown = [] }: TypedCommand,
  places: readonly ShownPlace[] | undefined,
): string | undefined {
  if (places === undefined) return 'where its output stands is not sure'
  if (isInHtml(lines, places[0]?.lines[0] ?? 0)) return 'its output stands in HTML'
  if (!isWritable(lines, places, shown)) return 'its output is not written as a terminal prints it'
  return undefined
}

/**
 * A document in which what is shown and differs from what was seen is as it was seen; all else stays as
 * it is, by the byte. In a listing whose lines have numbers, those below count on.
 */
export function updated(
  text: string,
  { commands }: TypedDocument,
  walked: readonly WalkedStep[],
): Updated {
  const lines = fileLines(text)
  const rewriting = new Rewriting(lines)
  const renewed: number[] = []
  const left: LeftOutput[] = []
  for (const step of walked) {
    const command = commands[step.number - 1]
    if (command?.shown === undefined || !isWrong(step.verdict) || step.seen === undefined) continue
    const leave = (why: string) => left.push({ line: command.line, why })
    const places = findShown(lines, command)
    const reason = whyLeft(lines, command, places)
    const seen = plainLines(step.seen)
    // The walk went on as if it were there, so that what comes below was seen with it.
    const [forgotten] = forgottenUps(command.shown, step.seen)
    if (places === undefined || reason !== undefined) leave(reason ?? '')
    else if (step.seen.length >= MOST_SEEN) leave('it printed too much to show')
    else if (seen.some(line => FENCE.test(line))) leave('it printed what would end the listing')
    else if (forgotten !== undefined) {
      leave(`it shows ${forgotten} up, and the command that brings it up is missing above it`)
    } else if (!rewriting.rewrite(places, renewal(command, step, seen))) {
      leave('its output stands among that of another command')
    } else renewed.push(command.line)
  }
  return { text: rewriting.text(), renewed, left: left.toSorted((a, b) => a.line - b.line) }
}
