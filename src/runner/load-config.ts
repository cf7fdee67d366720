import fs from 'node:fs'
import { EnvironmentError, UsageError, type ErrorReport, type TnetError } from '../errors.ts'
import { checkConfig, type Config } from './config.ts'
import { runDefaults } from './run-options.ts'
import { SandboxProcess } from './sandbox-process.ts'
import { isPrivileged } from './sandbox.ts'
import { shownPath } from './shown-path.ts'

/** What a sandbox says went wrong, as it was thrown there. */
function rethrown({ name, message, ...rest }: ErrorReport): TnetError {
  return new (name === 'EnvironmentError' ? EnvironmentError : UsageError)(message, rest)
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
    if (answer.type === 'uncollected') throw rethrown(answer.error)
    if (answer.type === 'config') return checkConfig(answer.config, shownPath(file))
    throw new Error('a config was asked for')
  } finally {
    sandbox.stop()
    await sandbox.ended
  }
}
