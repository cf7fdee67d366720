import { UsageError } from '../errors.ts'
import { findDocuments } from '../runner/find-scenarios.ts'
import { numeral, parseCommand } from './arguments.ts'
import { configOf } from './config-of.ts'
import { oneRun } from './one-run.ts'
import { noTerminal, pauseOutput } from './pause/pause-terminal.ts'
import { runFlags } from './run-flags.ts'
import { walkHelp } from './walk-help.ts'

const flags = {
  ...runFlags,
  until: { type: 'string' },
  shell: { type: 'boolean' },
} as const

/** @returns the exit code */
export async function walkCommand(args: string[]): Promise<number> {
  const parsed = parseCommand('walk', args, flags)
  const { values, positionals } = parsed
  if (values.help === true) {
    process.stdout.write(walkHelp)
    return 0
  }
  if (positionals.length === 0) {
    throw new UsageError('which document?', {
      code: 'TNET_ARGUMENT_MISSING',
      hint: 'tnet-lab walk README.md; see tnet-lab walk --help',
    })
  }
  const files = findDocuments(positionals)
  const config = await configOf(values)
  const { until, shell: pauses = false } = values
  if (pauses && pauseOutput() === undefined) throw noTerminal('--shell')
  const walk = {
    ...(until === undefined ? {} : { until: numeral('until', until, 1, 1_000_000) }),
    ...(pauses ? { pauses } : {}),
  }
  if (values.watch === true) {
    const find = () => findDocuments(positionals)
    return (await import('./watch/watch.ts')).watch(parsed, config, { find, more: { walk } })
  }
  return (await oneRun(parsed, config, { files, walk })).end.exitCode
}
