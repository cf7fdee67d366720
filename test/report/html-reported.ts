import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { RunEvent } from '../../src/runner/events.ts'
import { htmlReporter } from '../../src/report/html/html-reporter.ts'

/** @returns the file of the report of these events */
export async function reported(folder: string, events: readonly RunEvent[]): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'index.html')
  const reporter = htmlReporter({ file })
  for (const event of events) reporter.tell(event)
  await reporter.close?.()
  return file
}
