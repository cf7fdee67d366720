import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** How a script went that ran in an empty sandbox. */
export interface Tried {
  exitCode: number | null
  stdout: string
  stderr: string
  /** What stopped this program meanwhile: `SIGINT`. */
  stoppedBy?: NodeJS.Signals
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** A script that takes longer hangs. */
const LONGEST_MS = 10 * 60_000

/** Runs a script for bash in an empty sandbox: this same program's. */
export async function inSandbox(script: string, longestMs = LONGEST_MS): Promise<Tried> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-lab-export-'))
  const file = path.join(folder, 'script.sh')
  fs.writeFileSync(file, script)
  const program = [...process.execArgv, process.argv[1] ?? '']
  const child = spawn(process.execPath, [...program, 'sandbox', '--', 'bash', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const tried: Tried = { exitCode: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (tried.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (tried.stderr += text))
  const stop = (signal: NodeJS.Signals) => {
    tried.stoppedBy = signal
    child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  const timer = setTimeout(() => {
    tried.stderr += `\nit was not over after ${longestMs / 1000} s: a command of it does not end`
    child.kill('SIGKILL')
  }, longestMs)
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null]
    return { ...tried, exitCode }
  } finally {
    clearTimeout(timer)
    for (const signal of SIGNALS) process.off(signal, stop)
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
