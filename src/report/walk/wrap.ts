import type { Difference, Walked } from '../../runner/events.ts'

/** In what a document shows: a page wrapped the line here, with a space or without. */
const WRAP = /\u{F8FF}/gu

const marked = (text: string) => text.replace(WRAP, '↩')

const markedIn = (differences: readonly Difference[]): Difference[] =>
  differences.map(one => (one.shown === undefined ? one : { ...one, shown: marked(one.shown) }))

/** A command, the places where its document was wrapped with a sign that fonts have. */
export function withMarkedWraps(command: Walked): Walked {
  const { shown, differences, explained } = command
  return {
    ...command,
    ...(shown === undefined ? {} : { shown: marked(shown) }),
    ...(differences === undefined ? {} : { differences: markedIn(differences) }),
    ...(explained === undefined ? {} : { explained: markedIn(explained) }),
  }
}
