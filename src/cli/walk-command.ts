import { UsageError } from '../errors.ts'
import { findDocuments } from '../runner/find-scenarios.ts'
import { parseCommand } from './arguments.ts'
import { configOf } from './config-of.ts'
import { oneRun } from './one-run.ts'
import { noTerminal, pauseOutput } from './pause/pause-terminal.ts'
import { runFlags, whole, withBail } from './run-flags.ts'
import { walkHelp } from './walk-help.ts'

const flags = {
  ...runFlags,
  until: { type: 'string' },
  shell: { type: 'boolean' },
  'to-scenario': { type: 'boolean' },
  update: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
} as const

type Walk = ReturnType<typeof parseWalk>
const parseWalk = (args: string[]) => parseCommand('walk', withBail(args), flags)

function refuse(message: string, hint: string): never {
  throw new UsageError(message, { code: 'TNET_ARGUMENT_INVALID', hint })
}

/** What does not go together. */
function check({ output, update, shell, watch, 'to-scenario': toScenario }: Walk['values']): void {
  if (toScenario === true && update === true) {
    refuse(
      '--to-scenario and --update do not go together',
      '--to-scenario writes a script and runs nothing; --update walks, and writes the document',
    )
  }
  if (output !== undefined && toScenario !== true && update !== true) {
    refuse('--output belongs to --to-scenario or --update', 'reports go elsewhere: -r html=FILE')
  }
  if (update === true && (output === '-' || watch === true)) {
    const other = watch === true ? '--watch' : '--output -'
    refuse(`--update does not go with ${other}`, 'tnet-lab walk --update DOCUMENT.md -o FILE')
  }
  if (shell === true && pauseOutput() === undefined) throw noTerminal('--shell')
}

/** How far documents are walked. */
function walkOf({ until, shell }: Walk['values']) {
  return {
    ...(until === undefined ? {} : { until: whole('until', until, 1) }),
    ...(shell === true ? { pauses: true } : {}),
  }
}

async function walk(parsed: Walk, files: readonly string[]): Promise<number> {
  const { values, positionals } = parsed
  const config = await configOf(values)
  const more = { walk: walkOf(values) }
  if (values.watch === true) {
    const find = () => findDocuments(positionals)
    return (await import('./watch/watch.ts')).watch(parsed, config, { find, more })
  }
  if (values.update !== true) {
    return (await oneRun(parsed, config, { files, ...more })).end.exitCode
  }
  const { Updates } = await import('./walk/write-update.ts')
  const updates = new Updates(files, values.output)
  const { end } = await oneRun(parsed, config, { files, ...more, onEvent: updates.onEvent })
  await updates.write()
  return end.exitCode
}

/** @returns the exit code */
export async function walkCommand(args: string[]): Promise<number> {
  const parsed = parseWalk(args)
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
  check(values)
  const files = findDocuments(positionals)
  if (values['to-scenario'] !== true) return walk(parsed, files)
  await (await import('./walk/write-scenario.ts')).writeScenario(files, values.output)
  return 0
}
