import { spawn } from 'node:child_process'
import fs from 'node:fs'
import type { FeatureAnswer, FeatureName } from '../../kernel/features.ts'
import type { SandboxReport } from '../../report/doctor-table.ts'
import { isPrivileged, sandboxed } from '../../runner/sandbox.ts'
import { explainDenial } from './sandbox-denial.ts'

/** A line of the probe that runs inside: it got there, or it learnt of a feature. */
type ProbeLine = { type: 'ready' } | ({ type: 'feature'; name: FeatureName } & FeatureAnswer)

/**
 * Between two answers: all of them take a fifth of a second, unless the machine is busy or emulated,
 * or a module is slow to load.
 */
const LIMIT_MS = 30_000

export interface ProbeResult {
  sandbox: SandboxReport
  features: Map<FeatureName, FeatureAnswer>
  /** Why some features have no answer. */
  cutShort?: string
}

/** Whether uid 0 here is uid 0 of the machine: the first user namespace maps all ids to themselves. */
function isFirstUserNamespace(): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(fs.readFileSync('/proc/self/uid_map', 'latin1'))
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd()
  } catch {
    return undefined
  }
}

/** What the process in the sandbox does: tries everything, a line of JSON for each answer. */
export async function probeFromInside(): Promise<void> {
  const tell = (line: ProbeLine) => fs.writeSync(1, JSON.stringify(line) + '\n')
  tell({ type: 'ready' })
  const { featureNames, hasFeature } = await import('../../kernel/features.ts')
  for (const name of featureNames) tell({ type: 'feature', name, ...hasFeature(name) })
}

interface Ended {
  lines: ProbeLine[]
  said: string
  isLate: boolean
  code?: string | undefined
}

/** Runs this same program in a sandbox like a scenario's. */
function runInside(rootless: boolean): Promise<Ended> {
  const script = process.argv[1] ?? ''
  const probe = [process.execPath, ...process.execArgv, script, 'doctor', '--probe']
  const [file, args] = sandboxed(probe, rootless)
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr, isLate] = ['', '', false]
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, LIMIT_MS)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      timer.refresh()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      const whole = stdout.split('\n').filter(line => /^\{.*\}$/.test(line))
      const lines = whole.map(line => JSON.parse(line) as ProbeLine)
      resolve({ lines, said: stderr.trim().slice(-500), isLate })
    })
  })
}

/** Also where setpriv itself could not be started. */
async function tryInside(rootless: boolean): Promise<Ended> {
  try {
    return await runInside(rootless)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { lines: [], said: message, isLate: false, code }
  }
}

/** Makes a sandbox as `run` does, and has a probe in it try every feature. */
export async function probeSandbox(): Promise<ProbeResult> {
  const rootless = !isPrivileged()
  const mode = rootless ? 'rootless' : isFirstUserNamespace() ? 'root' : 'root of a user namespace'
  const { lines, said, isLate, code } = await tryInside(rootless)
  const features = new Map<FeatureName, FeatureAnswer>()
  for (const line of lines) {
    if (line.type === 'feature') features.set(line.name, line)
  }
  if (lines.length > 0) {
    const sandbox: SandboxReport = { available: true, mode, commands: [] }
    if (isLate) return { sandbox, features, cutShort: `no answer within ${LIMIT_MS} ms` }
    return { sandbox, features, cutShort: `the probe ended early${said === '' ? '' : `: ${said}`}` }
  }
  const why = isLate
    ? { reason: `no sandbox was ready within ${LIMIT_MS} ms`, commands: [] }
    : explainDenial({ rootless, said, code, read })
  return { sandbox: { available: false, mode, ...why }, features }
}
