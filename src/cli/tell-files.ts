import type { ReporterSpec } from '../report/reporters.ts'
import type { History } from '../runner/history.ts'

/** Where files of reports are; nothing where a reporter's own output is read by a program. */
export function tellFiles(specs: readonly ReporterSpec[]): void {
  const isRead = specs.some(({ name, output }) => output === '-' && name !== 'terminal')
  const isGithub = specs.some(({ name }) => name === 'github')
  if (isRead && !isGithub) return
  for (const { name, output } of specs) {
    if (output !== '-') process.stdout.write(`${name.padEnd(5)} ${output}\n`)
  }
}

/** Keeps what scenarios took; that it cannot be kept is no failure, but said. */
export function saveHistory(history: History): void {
  const said = history.save()
  if (said !== undefined) process.stderr.write(`${said}\n`)
}
