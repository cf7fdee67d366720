import type { Config } from '../runner/config.ts'
import type { EventListener, RunEnd } from '../runner/events.ts'
import type { RunOptions } from '../runner/run-options.ts'
import { run } from '../runner/run.ts'
import { isElsewhere } from '../report/reporters.ts'
import { Audience } from './audience.ts'
import { outlastOutput } from './lost-output.ts'
import { atTerminal, noTerminal, pauseOutput } from './pause/pause-terminal.ts'
import { reportsOf, runOptionsOf, type parseRun } from './run-flags.ts'
import { StopSignals } from './stop-signals.ts'
import { tellFiles, saveHistory } from './tell-files.ts'

/** One run that is over. */
export interface OverRun {
  end: RunEnd
  /** What stopped it, or was to stop what comes after it. */
  stoppedBy: string | undefined
  /** The files of each scenario file, by absolute path. */
  dependencies: ReadonlyMap<string, readonly string[]>
}

/** What the flags of a run do not say. */
export interface RunMore extends Pick<RunOptions, 'walk'> {
  /** Absolute paths, in place of those that the command line means. */
  files?: readonly string[]
  onEvent?: EventListener
}

/** One run from its first sandbox to its last report. */
export async function oneRun(
  parsed: ReturnType<typeof parseRun>,
  config: Config,
  { files, onEvent, ...more }: RunMore = {},
): Promise<OverRun> {
  const reports = reportsOf(parsed.values, config)
  const given = await runOptionsOf(parsed, config, reports, files)
  const options = { ...given, ...more }
  if (onEvent !== undefined || reports.specs.some(isElsewhere)) outlastOutput(true)
  const audience = new Audience()
  const output = pauseOutput()
  if (options.pausesOnFailure && output === undefined) throw noTerminal('--pause-on-failure')
  const hold = () => audience.loaded.then(() => audience.hold())
  const stop = () => signals.stop('SIGINT')
  const start = () =>
    run({
      ...options,
      onEvent: event => {
        audience.tell(event)
        onEvent?.(event)
      },
      ...(output === undefined ? {} : { onPause: atTerminal({ output, hold, stop }) }),
    })
  const signals = new StopSignals(start, () => audience.hold())
  const started = signals.run
  let end: RunEnd
  try {
    await audience.load(reports.specs, reports.folder, parsed.values.trace === true)
    end = await started.ended
    signals.over()
  } catch (error) {
    started.stop('SIGTERM')
    started.stop('SIGTERM')
    throw error
  } finally {
    await audience.close().finally(() => signals.forget())
    if (options.remembers) saveHistory(options.history)
  }
  tellFiles(reports.specs)
  const stoppedBy = end.stoppedBy ?? signals.first
  return { end, stoppedBy, dependencies: started.dependencies }
}
