import fs from 'node:fs'
import path from 'node:path'
import { EnvironmentError, UsageError, type ErrorReport, type TnetError } from '../errors.ts'
import type { Config } from './config.ts'
import { runDefaults } from './run-options.ts'
import { SandboxProcess } from './sandbox-process.ts'
import { isPrivileged } from './sandbox.ts'
import { shownPath } from './shown-path.ts'

/** What a sandbox says went wrong: as it was thrown there, or what the file itself threw or did. */
function rethrown(file: string, report: ErrorReport): TnetError {
  const { name, message, code, hint, facts, at } = report
  if (name === 'EnvironmentError') return new EnvironmentError(message, report)
  if (name === 'UsageError' && code !== 'TNET_SCENARIO_EXITED')
    return new UsageError(message, report)
  return new UsageError(`${file} could not be read: ${message}`, {
    code: 'TNET_CONFIG_INVALID',
    hint: code === 'TNET_SCENARIO_THREW' ? 'mend what it threw' : hint,
    facts: { ...facts, ...(at === undefined ? {} : { at }) },
  })
}

/** Its paths are those of the folder that it is in, wherever somebody runs it. */
function placed({ files, ignore, report, history, ...config }: Config, folder: string): Config {
  const place = (name: string) => path.relative('', path.resolve(folder, name)) || '.'
  return {
    ...config,
    ...(files === undefined ? {} : { files: files.map(place) }),
    ...(ignore === undefined ? {} : { ignore: ignore.map(place) }),
    ...(report === undefined ? {} : { report: place(report) }),
    ...(history === undefined ? {} : { history: place(history) }),
  }
}

/** Reads a config file, in a sandbox: it is the user's code, and it is TypeScript. */
export async function loadConfig(file: string): Promise<Config> {
  if (!fs.existsSync(file)) {
    throw new UsageError(`there is no config ${shownPath(file)}`, {
      code: 'TNET_CONFIG_MISSING',
      hint: 'tnet-lab init writes one',
    })
  }
  const { memoryBytes, timeoutMs } = runDefaults
  const sandbox = new SandboxProcess({ rootless: !isPrivileged(), memoryBytes })
  try {
    const answer = await sandbox.ask('config', file, timeoutMs)
    // Standard output may be a report's.
    for (const { chunk } of answer.printed.take().printed) process.stderr.write(chunk)
    if (answer.type === 'uncollected') throw rethrown(shownPath(file), answer.error)
    if (answer.type === 'config') return placed(answer.config as Config, path.dirname(file))
    throw new Error('a config was asked for')
  } finally {
    sandbox.stop()
    await sandbox.ended
  }
}
