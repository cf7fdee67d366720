import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { RunEvent } from '../src/runner/events.ts'
import { ended, type Ended } from './cli/command-line.ts'

export interface BootOptions {
  /** Which processor it gets, counted from 0. */
  cpu?: number
  /** The folder whose files stay. */
  keep?: string
  /** When it is ended. */
  seconds?: number
}

/** Starts a command under a kernel of its own. */
export function boot(command: readonly string[], options: BootOptions = {}): ChildProcess {
  const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  return spawn('sh', ['scripts/uml', ...named, ...command], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export const cli = [process.execPath, 'dist/cli/main.cjs'] as const

export interface ScenarioRun extends Ended {
  /** What was heard of it before it ended, however it ended. */
  events: RunEvent[]
}

/** Runs scenario files one after the other, in one boot; `folder` is for what they report. */
async function runFiles(
  files: readonly string[],
  folder: string,
  options: BootOptions,
): Promise<ScenarioRun> {
  // A processor there does a tenth of what it does here.
  const run = [...cli, 'run', '--timeout', '120', '--report', folder, ...files]
  const result = await ended(boot(run, { ...options, keep: folder }))
  const file = path.join(folder, 'events.jsonl')
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : []
  const events = lines.filter(line => line.endsWith('}')).map(line => JSON.parse(line) as RunEvent)
  return { ...result, events }
}

/** Shares files out so that each group has about as much to read; the longest first. */
export function shares(files: readonly string[], groups: number): string[][] {
  const sized = files.map(file => ({ file, size: fs.statSync(file).size }))
  const parts = Array.from({ length: groups }, () => ({ files: [] as string[], size: 0 }))
  for (const { file, size } of sized.sort((a, b) => b.size - a.size)) {
    const least = parts.reduce((a, b) => (b.size < a.size ? b : a))
    least.files.push(file)
    least.size += size
  }
  return parts.map(part => part.files).filter(part => part.length > 0)
}

/** Runs scenario files under as many kernels as there are processors, two at most. */
export function runScenarios(
  files: readonly string[],
  folder: string,
  seconds: number,
): Promise<ScenarioRun[]> {
  const groups = shares(files, Math.min(2, os.availableParallelism()))
  return Promise.all(
    groups.map((group, cpu) => {
      const own = path.join(folder, String(cpu))
      fs.mkdirSync(own)
      return runFiles(group, own, { cpu, seconds })
    }),
  )
}
