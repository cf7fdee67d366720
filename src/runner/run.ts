import { nowMs } from '../clock.ts'
import os from 'node:os'
import { UsageError } from '../errors.ts'
import { EVENTS_VERSION, type EventListener, type RunEnd } from './events.ts'
import { exitCodeOf, worst } from './exit-code.ts'
import { isPrivileged } from './sandbox.ts'
import { SandboxedRun } from './sandboxed-run.ts'
import { shownPath } from './shown-path.ts'

export interface RunOptions {
  /** Absolute paths. */
  files: readonly string[]
  /** Milliseconds a scenario may take. Default 30 000. */
  timeoutMs?: number
  /** Only scenarios whose name or file contains this, in any case. */
  filter?: string
  /** Emit an event for each action. Default false. */
  trace?: boolean
  onEvent: EventListener
}

/** A run that has begun; `stop` ends what is running now, and no more scenarios follow. */
export interface Run {
  ended: Promise<RunEnd>
  stop: () => void
}

/** Runs scenarios one after the other, each in a sandbox of its own. The first starts at once. */
export function run(options: RunOptions): Run {
  const { files, timeoutMs = 30_000, trace = false, filter, onEvent } = options
  const start = nowMs()
  const rootless = !isPrivileged()
  const begin = (file: string) =>
    new SandboxedRun({ file, timeoutMs, trace, filter }, rootless, onEvent)
  let current = files[0] === undefined ? undefined : begin(files[0])
  let isStopped = false

  const all = async (): Promise<RunEnd> => {
    onEvent({
      type: 'run-start',
      version: EVENTS_VERSION,
      files: files.map(file => shownPath(file)),
      node: process.version,
      kernel: os.release(),
      rootless,
      startedAt: new Date().toISOString(),
    })
    const codes: number[] = []
    for (const [i, file] of files.entries()) {
      if (isStopped) break
      if (i > 0) current = begin(file)
      const end = await current?.ended()
      if (end !== undefined) codes.push(exitCodeOf(end.error))
    }
    if (codes.length === 0 && !isStopped) throw nothingMatches(filter)
    const passed = codes.filter(code => code === 0).length
    const end: RunEnd = {
      type: 'run-end',
      passed,
      failed: codes.length - passed,
      durationMs: nowMs() - start,
      exitCode: worst(codes),
    }
    onEvent(end)
    return end
  }
  const ended = all()
  // Whoever awaits it hears of it; a run that is stopped first must not end the process.
  ended.catch(() => {})
  return {
    ended,
    stop: () => {
      isStopped = true
      current?.stop()
    },
  }
}

function nothingMatches(filter = ''): UsageError {
  return new UsageError(`no scenario has "${filter}" in its name or file`, {
    code: 'TNET_NOTHING_MATCHES',
    hint: 'leave --filter away to see what there is',
  })
}
