import type { Difference, Walked } from '../../runner/events.ts'
import { clipped } from '../clipped.ts'

/** A line of what is told of a command that is not as shown. */
export interface DiffLine {
  kind: 'what' | 'shown' | 'seen' | 'printed' | 'more'
  text: string
}

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = {
  what: '',
  shown: '- ',
  seen: '+ ',
  printed: '| ',
  more: '… ',
}

export const diffLineText = ({ kind, text }: DiffLine) => `${SIGNS[kind]}${text}`

const LONGEST_LINE = 400
/** Of what a command printed, where nothing of it is compared. */
const MOST_PRINTED = 5

const linesOf = (text: string) => text.replace(/\n+$/, '').split(/\r?\n/)

function lines(kind: DiffLine['kind'], text: string | undefined): DiffLine[] {
  if (text === undefined) return []
  return linesOf(text).map(line => ({ kind, text: clipped(line, LONGEST_LINE) }))
}

function ofDifference({ what, shown, seen }: Difference): DiffLine[] {
  return [...lines('what', what), ...lines('shown', shown), ...lines('seen', seen)]
}

/** What a command printed last, for one that is wrong without a difference. */
function printedLines({ seen = '' }: Walked): DiffLine[] {
  if (seen.trim() === '') return [{ kind: 'printed', text: '(nothing was printed)' }]
  const all = linesOf(seen)
  const left = all.length - MOST_PRINTED
  const more: DiffLine[] = left > 0 ? [{ kind: 'more', text: `${left} lines before` }] : []
  return [...more, ...lines('printed', all.slice(-MOST_PRINTED).join('\n'))]
}

/** What the document shows with `-`, what there is with `+`, in about so many lines. */
export function diffLines(command: Walked, most: number): DiffLine[] {
  const { differences = [] } = command
  if (differences.length === 0) return printedLines(command)
  const told: DiffLine[] = []
  for (const [i, difference] of differences.entries()) {
    const own = ofDifference(difference)
    if (told.length + own.length > most) {
      const room = Math.max(0, most - told.length)
      // One that is too long alone is cut, rather than nothing told of it.
      if (i === 0) told.push(...own.slice(0, room), { kind: 'more', text: 'cut' })
      const left = differences.length - Math.max(i, 1)
      if (left > 0) told.push({ kind: 'more', text: `and ${left} more` })
      break
    }
    told.push(...own)
  }
  return told
}
