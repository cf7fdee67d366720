import type { Reporter, ReporterOutput } from './reporter.ts'

/** The event stream itself, an event a line: what `reports/README.md` describes. */
export function jsonLinesReporter(output: ReporterOutput): Reporter {
  return { tell: event => output.write(`${JSON.stringify(event)}\n`) }
}
