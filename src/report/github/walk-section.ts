import { isWrong, type Walked } from '../../runner/events.ts'
import { bounded } from '../bounded.ts'
import { clipped } from '../clipped.ts'
import { unjudgedOf, wrongOf, type Walk } from '../walk/walk.ts'
import { countsText, VERDICT_WORDS, whyOf } from '../walk/words.ts'
import { firstLineOf, wrongText } from '../walk/wrong-text.ts'
import { codeBlock, folded, inline, table } from './markdown.ts'

const MOST_ROWS = 50
const MOST_GUESSES = 30
const LONGEST_TEXT = 200
const LONGEST_DIFF = 8 * 1024

const MARKS: Readonly<Record<Walked['verdict'], string>> = {
  ran: '✅',
  'as-shown': '✅',
  differs: '❌',
  failed: '❌',
  succeeded: '❌',
  'not-run': '⏭️',
  'cannot-judge': '❔',
}

const short = (text: string) => inline(clipped(text, LONGEST_TEXT))

function whatOf({ reason, differences = [] }: Walked): string {
  if (reason !== undefined) return short(reason)
  return differences
    .slice(0, 3)
    .map(({ what }) => short(what))
    .join(', ')
}

function row(command: Walked): string[] {
  const { line, verdict } = command
  const said = [MARKS[verdict], String(line), inline(firstLineOf(command))]
  return [...said, VERDICT_WORDS[verdict], whatOf(command)]
}

/** Commands that are wrong or were not judged, the former first. */
function tableOf(walk: Walk): string {
  const all = [...wrongOf(walk), ...unjudgedOf(walk)]
  if (all.length === 0) return ''
  const rows = all.slice(0, MOST_ROWS).map(row)
  const more = all.length - rows.length
  const left = more > 0 ? `\nand ${more} more\n` : ''
  return table(['', 'line', 'command', 'verdict', 'what'], rows) + left
}

function guessesOf({ plan }: Walk): string {
  const all = plan?.guesses ?? []
  if (all.length === 0) return ''
  const lines = all
    .slice(0, MOST_GUESSES)
    .map(guess => `- ${short(guess.text)} (${short(whyOf(guess))})\n`)
  const more = all.length - lines.length
  const left = more > 0 ? `- and ${more} more\n` : ''
  return folded(`taken for granted: ${all.length}`, lines.join('') + left)
}

/** @returns pieces of Markdown: the counts, what to look at, the differences, the guesses */
export function walkPieces(walk: Walk, file: string): string[] {
  const wrong = walk.commands.filter(({ verdict }) => isWrong(verdict))
  const diff = wrong.length === 0 ? '' : bounded(wrongText(file, wrong), LONGEST_DIFF)
  return [
    `**${countsText(walk.counts)}**\n`,
    tableOf(walk),
    diff === '' ? '' : codeBlock(diff.replace(/^ {2}/gm, ''), 'diff'),
    guessesOf(walk),
  ]
}
