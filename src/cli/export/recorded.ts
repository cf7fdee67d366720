import { EnvironmentError, explain, ExpectationError, UsageError } from '../../errors.ts'
import { Recorder, type Recording } from '../../export/recording.ts'
import { findScenarios } from '../../runner/find-scenarios.ts'
import { History } from '../../runner/history.ts'
import { run } from '../../runner/run.ts'
import { runDefaults } from '../../runner/run-options.ts'
import { StopSignals } from '../stop-signals.ts'

/** What of a file is to be written, and how it was run for that. */
export interface Recorded {
  /** Absolute. */
  file: string
  recordings: Recording[]
  stoppedBy?: string
}

async function onlyFile(argument: string): Promise<string> {
  const [file = '', ...others] = await findScenarios([argument])
  if (others.length === 0) return file
  throw new UsageError(`${argument} is ${others.length + 1} files, and one is exported at a time`, {
    code: 'TNET_EXPORT_SEVERAL',
    hint: `tnet-lab export ${file}`,
  })
}

/** Only what happened as the scenario says can be told to others. */
function checkPassed({ start, end }: Recording): void {
  const name = JSON.stringify(start.name)
  const again = `tnet-lab run ${start.file}`
  if (end.status === 'skipped') {
    throw new EnvironmentError(`${name} is skipped here, so there is nothing to export`, {
      code: 'TNET_EXPORT_SKIPPED',
      hint: 'run it where it is not: "tnet-lab doctor" says what this machine can do; of a file with several, --filter NAME chooses another',
      ...(end.reason === undefined ? {} : { facts: { reason: end.reason } }),
    })
  }
  if (end.isExpectedToFail) {
    throw new UsageError(`${name} is expected to fail, so there is nothing to export`, {
      code: 'TNET_EXPORT_FAILS',
      hint: 'choose another one of the file with --filter NAME',
    })
  }
  if (end.status === 'passed') return
  throw new ExpectationError(`${name} fails, so there is nothing to export`, {
    code: 'TNET_EXPORT_FAILED',
    hint: `${again} says more`,
    ...(end.error === undefined ? {} : { facts: { failure: explain(end.error) } }),
  })
}

/**
 * Runs the scenarios of a file, for what they do.
 *
 * @param filter parts of names, when not all are wanted
 */
export async function recorded(argument: string, filter?: readonly string[]): Promise<Recorded> {
  const file = await onlyFile(argument)
  const recorder = new Recorder()
  const start = () =>
    run({
      ...runDefaults,
      files: [file],
      selection: filter === undefined ? {} : { filter },
      seed: 1,
      forbidsOnly: false,
      remembers: false,
      history: History.none(),
      wanted: { actions: true, commands: true, topology: true, captures: true, diagnostics: false },
      onEvent: event => recorder.tell(event),
    })
  const signals = new StopSignals(start, () => () => {})
  try {
    const { stoppedBy } = await signals.run.ended
    const recordings = recorder.recordings()
    if (stoppedBy !== undefined) return { file, recordings, stoppedBy }
    recordings.forEach(checkPassed)
    return { file, recordings }
  } finally {
    signals.forget()
  }
}
