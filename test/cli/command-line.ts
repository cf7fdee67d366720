import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { RunEvent, ScenarioEnd } from '../../src/runner/events.ts'

/** The command as it is shipped; scripts/setup has built it. */
const cli = path.resolve('dist/cli/main.cjs')

export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface StartOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** In place of Node and the command. */
  through?: readonly string[]
}

/** As a user's shell starts Node: tap would have it load what watches tests, and its sandboxes too. */
const plain = ['/usr/bin/env', '-u', 'NODE_OPTIONS']

export function start(args: readonly string[], { cwd, env, through = [] }: StartOptions = {}) {
  const options = env?.['NODE_OPTIONS']
  const own = options === undefined ? [] : [`NODE_OPTIONS=${options}`]
  const command = [...plain, ...own, process.execPath, cli, ...args]
  const [file = '', ...rest] = [...through, ...command]
  return spawn(file, rest, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, stdout, stderr }
}

/** A folder that goes when the test does. */
export function scratch(t: { teardown: (undo: () => void) => void }): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-lab-test-'))
  t.teardown(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a scenario that is given as text, and reads the events of the run. */
export async function runText(
  t: { teardown: (undo: () => void) => void },
  text: string,
  args: readonly string[] = [],
): Promise<Ended & { events: RunEvent[]; end: ScenarioEnd | undefined }> {
  const folder = scratch(t)
  fs.writeFileSync(path.join(folder, 'story.ts'), text)
  const result = await ended(start(['run', 'story.ts', '--report', '.', ...args], { cwd: folder }))
  const events = fs
    .readFileSync(path.join(folder, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as RunEvent)
  const end = events.find((event): event is ScenarioEnd => event.type === 'scenario-end')
  return { ...result, events, end }
}

/** A scenario file whose body is `body`. */
export function story(body: string): string {
  return `import { expect, scenario } from 'tnet-lab'
export default scenario('a story', async ({ lab, step, note }) => {
${body}
})
`
}
