import { configOf } from './config-of.ts'
import { oneRun } from './one-run.ts'
import { parseRun } from './run-flags.ts'
import { runHelp } from './run-help.ts'

/** @returns the exit code */
export async function runCommand(args: string[]): Promise<number> {
  const parsed = parseRun('run', args)
  if (parsed.values.help === true) {
    process.stdout.write(runHelp)
    return 0
  }
  const config = await configOf(parsed.values)
  if (parsed.values.watch === true) return (await import('./watch/watch.ts')).watch(parsed, config)
  return (await oneRun(parsed, config)).end.exitCode
}
