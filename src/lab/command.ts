import { isToolMissing, toolMissing } from '../kernel/tool.ts'
import { hostsFile } from './hosts-file.ts'
import type { Node } from './node.ts'

export interface CommandResult {
  /** `null` when a signal ended it. */
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface CommandOptions {
  /**
   * With the node's own files, so that names of other nodes are known. Default false: the machine's
   * /etc, which saves making the node's mount namespace.
   */
  names?: boolean
  /** Milliseconds after which it is ended. Default: never. */
  timeoutMs?: number
}

/** An ordinary user's PATH lacks /usr/sbin on Debian; what it says is read in English. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
}

/**
 * Runs one program in a node's network namespace: no shell, nothing to read, its output as text.
 *
 * @throws EnvironmentError TNET_TOOL_MISSING
 */
export function runInNetns(
  node: Node,
  file: string,
  args: readonly string[],
  { names = false, timeoutMs = 0 }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    if (names) node.netns.setHosts(hostsFile(node))
    const child = node.netns[names ? 'spawn' : 'spawnBare'](file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(),
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
    child.once('error', error => {
      reject(isToolMissing(error) ? toolMissing(file, error) : error)
    })
    child.once('close', exitCode => resolve({ exitCode, stdout, stderr }))
  })
}
