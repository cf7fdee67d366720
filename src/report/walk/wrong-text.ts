import type { Walked } from '../../runner/events.ts'
import { clipped } from '../clipped.ts'
import { diffLines, diffLineText } from './diff-lines.ts'
import { VERDICT_WORDS } from './words.ts'

const LONGEST_COMMAND = 200
const MOST_DIFF_LINES = 30

/** A command's first line, and a sign where there are more. */
export function firstLineOf({ command }: Pick<Walked, 'command'>): string {
  const [first = '', ...more] = command.trim().split(/\r?\n/)
  return clipped(more.length === 0 ? first : `${first} …`, LONGEST_COMMAND)
}

/** `DOC.md:310 differs: $ ping -c 1 10.0.0.1` */
export const wrongHeading = (file: string, command: Walked) =>
  `${file}:${command.line} ${VERDICT_WORDS[command.verdict]}: $ ${firstLineOf(command)}`

/** Why, what differs, and what is known besides: lines. */
export function wrongDetails(command: Walked): string {
  const { reason, remarks = [], exitCode } = command
  const ended = exitCode === undefined || exitCode === 0 ? [] : [`exit code ${exitCode ?? 'none'}`]
  const told = diffLines(command, MOST_DIFF_LINES).map(diffLineText)
  return [...(reason === undefined ? [] : [reason]), ...ended, ...told, ...remarks].join('\n')
}

/** All that are wrong, each with its place and its differences. */
export function wrongText(file: string, commands: readonly Walked[]): string {
  return commands
    .map(command => {
      const details = wrongDetails(command).replace(/^(?=[^\n])/gm, '  ')
      return [wrongHeading(file, command), ...(details === '' ? [] : [details])].join('\n')
    })
    .join('\n')
}
