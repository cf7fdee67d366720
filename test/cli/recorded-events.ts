import fs from 'node:fs'
import path from 'node:path'

/** How the events of a run begin that was kept. */
export const runStart = {
  type: 'run-start',
  version: 2,
  tool: '0.1.0',
  files: ['a.ts'],
  node: 'v20.20.2',
  kernel: '6.18.0',
  rootless: true,
  jobs: 1,
  seed: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
}

/** Events as a file has them. */
export const textOf = (events: readonly object[]): string =>
  events.map(event => `${JSON.stringify(event)}\n`).join('')

/** Keeps events, in a folder that is made. */
export function keep(file: string, events: readonly object[]): void {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, textOf(events))
}
