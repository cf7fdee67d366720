import path from 'node:path'
import type { SimpleCommand } from './compare/comparison.ts'
import { simpleCommands } from './compare/simple-command.ts'

/** They read the file that their first word names. */
const READERS = /^(?:(?:ba|da|z|k)?sh|source|\.|python[\d.]*|perl|chmod)$/
const NO_FILE = /No such file or directory|[Cc](?:an't|annot) open|exec: \S+: not found/
const MAKES = />|\b(?:tee|cp|mv|ln|touch|wget|curl|git|scp|tar|unzip)\b/
/** What a file of commands is called; others may be programs that are not installed. */
const IN_FOLDER = /(?:^|[\s;&|(])(?:\.{1,2}|~)\//

function fileOf({ program, args }: SimpleCommand, text: string): string | undefined {
  if (READERS.test(program)) {
    const words = args.filter(arg => !arg.startsWith('-') && !/^\+|^\d+$/.test(arg))
    return args.includes('-c') ? undefined : words[0]
  }
  return IN_FOLDER.test(text) && text.includes(`/${program}`) ? program : undefined
}

/** The files that a line runs, or makes ready to be run. */
const filesOf = (text: string): string[] =>
  simpleCommands(text)
    .map(one => path.basename(fileOf(one, text) ?? ''))
    .filter(name => name.length > 1)

/**
 * The file of commands that is not there, where no other line of the document makes it: its author
 * has it beside the text.
 *
 * @param typed all that the document types
 */
export function unshownScript(
  text: string,
  output: string,
  typed: () => readonly string[],
): string | undefined {
  if (!NO_FILE.test(output)) return undefined
  const others = typed()
  return filesOf(text).find(
    name => output.includes(name) && !others.some(one => one.includes(name) && MAKES.test(one)),
  )
}

/** Whether a line runs a file of commands, which may do anything. */
export const runsScript = (text: string): boolean => filesOf(text).length > 0
