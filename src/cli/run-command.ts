import fs from 'node:fs'
import path from 'node:path'
import { EnvironmentError, UsageError } from '../errors.ts'
import type { EventListener, RunEvent } from '../runner/events.ts'
import { findScenarios } from '../runner/find-scenarios.ts'
import { run, type Run } from '../runner/run.ts'
import { parseCommand, seconds } from './arguments.ts'

export const runHelp = `Usage: tnet-lab run FILE… [options]

Runs scenarios, each in a sandbox of its own, and says how they went.

FILE is a scenario, a folder of them, or a glob in quotes. A name that is not
here is looked for in scenarios/.

Options:
      --filter TEXT      only scenarios whose name or file contains TEXT
      --timeout SECONDS  what a scenario may take (default 30)
      --trace            print each action as the command that does the same
      --report DIR       write the events of the run to DIR/events.jsonl
  -h, --help             print this

Examples:
  tnet-lab run scenarios/veth-pair.ts
  tnet-lab run docker-bridge.ts --trace
  tnet-lab run cross-host-vxlan.ts
  tnet-lab run scenarios --filter bridge
  tnet-lab run 'test/**/*.scenario.ts' --report reports

Exit codes:
  0  all passed
  1  an expectation failed, or a scenario threw
  2  misuse: of the command line, or by a scenario
  3  something could not be cleaned up
  4  could not run here: no permission, a missing tool or kernel feature
`

/** Writes each event on a line of `DIR/events.jsonl`. */
function eventFile(directory: string): EventListener {
  try {
    fs.mkdirSync(directory, { recursive: true })
    const fd = fs.openSync(path.join(directory, 'events.jsonl'), 'w')
    return event => fs.writeSync(fd, JSON.stringify(event) + '\n')
  } catch (error) {
    throw new EnvironmentError(`could not write to ${directory}`, {
      code: 'TNET_REPORT_UNWRITABLE',
      hint: 'give --report a folder that you may write to',
      facts: { error: (error as Error).message },
    })
  }
}

/** Ends the sandbox, then this process, when the user or the system says so. */
function stopOnSignals(started: Run): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      started.stop()
      void started.ended.finally(() => process.exit(code))
    })
  }
}

/** @returns the exit code */
export async function runCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand('run', args, {
    filter: { type: 'string' },
    timeout: { type: 'string' },
    trace: { type: 'boolean' },
    report: { type: 'string' },
  })
  if (values.help === true) {
    process.stdout.write(runHelp)
    return 0
  }
  if (positionals.length === 0) {
    throw new UsageError('which scenarios?', {
      code: 'TNET_ARGUMENT_MISSING',
      hint: 'tnet-lab run scenarios runs all in that folder; see tnet-lab run --help',
    })
  }
  const listeners: EventListener[] = []
  if (values.report !== undefined) listeners.push(eventFile(values.report))
  const early: RunEvent[] = []
  // The sandbox starts first; the terminal's libraries load while it does.
  const started = run({
    files: await findScenarios(positionals),
    ...(values.timeout === undefined ? {} : { timeoutMs: seconds('timeout', values.timeout) }),
    ...(values.filter === undefined ? {} : { filter: values.filter }),
    trace: values.trace === true,
    onEvent: event => {
      early.push(event)
      for (const listener of listeners) listener(event)
    },
  })
  stopOnSignals(started)
  const { terminalReport } = await import('../report/terminal.ts')
  const report = terminalReport(text => process.stdout.write(text))
  for (const event of early) report(event)
  early.push = () => 0
  listeners.push(report)
  return (await started.ended).exitCode
}
