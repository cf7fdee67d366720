import fs from 'node:fs'
import path from 'node:path'
import type { Test } from 'tap'
import type { RunEvent } from '../../../src/runner/events.ts'
import { ended, scratch, start } from '../command-line.ts'

/** Walks a document that is given as text, and reads the events. */
export async function walked(t: Test, text: string, args: readonly string[] = []) {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'doc.md'), text)
  const all = ['walk', 'doc.md', '-r', 'terminal', '-r', 'jsonl=events.jsonl', ...args]
  const done = await ended(start(all, { cwd }))
  const file = path.join(cwd, 'events.jsonl')
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : []
  const events = lines.map(line => JSON.parse(line) as RunEvent)
  const verdicts = events.flatMap(event =>
    event.type === 'walked' ? [`${event.line} ${event.verdict}`] : [],
  )
  return { ...done, events, verdicts, end: events.find(({ type }) => type === 'walk-end') }
}
