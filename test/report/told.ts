import type { Reporter, ReporterOutput } from '../../src/report/reporter.ts'
import type { RunEvent } from '../../src/runner/events.ts'

/** What a reporter writes when it is told all of a recorded run, and then closed. */
export async function told(
  reporter: (output: ReporterOutput) => Reporter,
  events: readonly RunEvent[],
): Promise<string> {
  let text = ''
  const made = reporter({ write: more => void (text += more) })
  for (const event of events) made.tell(event)
  await made.close?.()
  return text
}
