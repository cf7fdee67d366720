import { simpleCommands } from '../simple-command.ts'
import { plainLines } from '../lines.ts'

const TITLE = /^Every [\d.,]+ ?s: /

/** What watch(1) is told to run; undefined: nothing is watched. */
export function watchedCommand(text: string): string | undefined {
  const [one, ...others] = simpleCommands(text)
  if (one?.program !== 'watch' || others.length > 0) return undefined
  const from = one.args.findIndex(
    (arg, i) => !arg.startsWith('-') && !/^(?:-\w*n|--interval)$/.test(one.args[i - 1] ?? ''),
  )
  return from === -1 ? undefined : one.args.slice(from).join(' ')
}

/** Without the title that it puts above each; what it has shown last is the last. */
export function screens(text: string): string[] {
  const found: string[][] = [[]]
  for (const line of plainLines(text)) {
    if (TITLE.test(line)) found.push([])
    else found.at(-1)?.push(line)
  }
  const texts = found.map(lines => lines.join('\n').trim())
  const shown = texts.filter(screen => screen !== '')
  return shown.length === 0 ? [''] : shown
}
