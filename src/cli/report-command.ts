import fs from 'node:fs'
import { UsageError } from '../errors.ts'
import { isElsewhere, refuseClashes, reporterSpec, type ReporterSpec } from '../report/reporters.ts'
import { History } from '../runner/history.ts'
import { merged, missingParts, recordedRuns, type RecordedRun } from '../runner/recorded-run.ts'
import { runDefaults } from '../runner/run-options.ts'
import { parseCommand } from './arguments.ts'
import { Audience } from './audience.ts'
import { outlastOutput } from './lost-output.ts'
import { endOnSignals } from './stop-signals.ts'
import { tellFiles, saveHistory } from './tell-files.ts'

const reportHelp = `Usage: tnet-lab report FILE… [options]

Makes reports out of the events of runs that are over. Several become one: the
parts of a run that machines shared with --shard.

FILE is what --reporter jsonl wrote, or a folder with such files in it.

Options:
  -r, --reporter NAME[=FILE]   terminal (default), tap, jsonl, junit, html, github,
                               or a module of your own; may be given several times
      --history FILE           add what the scenarios took, for --shard to divide by
      --report DIR             where reports go (default tnet-lab-report)
  -h, --help                   print this

Examples:
  tnet-lab report tnet-lab-report/events.jsonl -r html
  tnet-lab report downloaded/ -r terminal -r html=report.html -r junit=junit.xml

The exit code is that of the runs: 1 when one failed, or a part is missing.
`

/** A file is emptied as soon as a reporter opens it. */
function refuseOverwriting(runs: readonly RecordedRun[], specs: readonly ReporterSpec[]): void {
  const read = new Set(runs.map(({ file }) => fs.realpathSync(file)))
  for (const { name, output } of specs) {
    if (output === '-' || !fs.existsSync(output) || !read.has(fs.realpathSync(output))) continue
    throw new UsageError(`reporter "${name}" would write over ${output}, which is to be read`, {
      code: 'TNET_REPORTER_CLASH',
      hint: `give it another file: --reporter ${name}=FILE`,
    })
  }
}

/** @returns the exit code */
export async function reportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand('report', args, {
    reporter: { type: 'string', short: 'r', multiple: true },
    report: { type: 'string' },
    history: { type: 'string' },
  })
  if (values.help === true) {
    process.stdout.write(reportHelp)
    return 0
  }
  if (positionals.length === 0) {
    throw new UsageError('which events?', {
      code: 'TNET_ARGUMENT_MISSING',
      hint: 'tnet-lab report tnet-lab-report/events.jsonl; see tnet-lab report --help',
    })
  }
  const folder = values.report ?? runDefaults.reportFolder
  const specs = (values.reporter ?? ['terminal']).map(text => reporterSpec(text, folder))
  refuseClashes(specs)
  const runs = await recordedRuns(positionals)
  refuseOverwriting(runs, specs)
  const missing = missingParts(runs)
  if (values.history !== undefined || specs.some(isElsewhere)) outlastOutput(true)
  endOnSignals()
  const history = values.history === undefined ? undefined : new History(values.history)
  const audience = new Audience()
  await audience.load(specs, folder, false)
  let exitCode = 1
  try {
    for await (const event of merged(runs)) {
      if (event.type === 'run-end') ({ exitCode } = event)
      if (event.type === 'scenario-end') history?.remember(event)
      audience.tell(event)
    }
    if (history !== undefined) saveHistory(history)
  } finally {
    // What was told before events that cannot be read is told as a run that was cut off.
    await audience.close()
  }
  tellFiles(specs)
  for (const part of missing) process.stderr.write(`${part} is missing\n`)
  return exitCode
}
