import type { TypedCommand } from '../../typed/typed.ts'
import { machineLabels, placeNamed } from './machine-words.ts'

/** `A:`, `**B**：`, and nothing else. */
const ALONE = /^[^\p{L}\d]{0,4}([A-D])[^\p{L}\d:：]{0,3}[:：][^\p{L}\d]{0,4}$/u
const FEWEST = 2

const letterOf = (text: string) => ALONE.exec(text)?.[1]?.toLowerCase()
const endOf = (label: string) => /-([a-d])$/.exec(label)?.[1]

/**
 * As `placeNamed`, in a document where letters stand alone above commands, `A:` here and `B:` there:
 * they are the machines that its sentences call node A and host B, and each is one. A letter alone may
 * be the answer to a question.
 */
export function placeWithLetters(
  commands: readonly TypedCommand[],
  textsAbove: (command: TypedCommand) => readonly string[],
): typeof placeNamed {
  const texts = commands.flatMap(command => [...command.headings, ...textsAbove(command)])
  const letters = new Set(texts.map(letterOf).filter(letter => letter !== undefined))
  if (letters.size < FEWEST) return placeNamed
  const places = texts.map(text => placeNamed(text, false)).filter(one => typeof one === 'string')
  const mentions = commands.flatMap(({ before }) => before.flatMap(machineLabels))
  const called = [...places, ...mentions].find(label => endOf(label) !== undefined)
  const noun = called?.replace(/-[a-d]$/, '') ?? 'host'
  return (text, isHeading) => {
    const place = placeNamed(text, isHeading)
    const letter = typeof place === 'string' ? endOf(place) : letterOf(text)
    return letter === undefined ? place : `${noun}-${letter}`
  }
}
