import { toolMissing } from '../kernel/tool.ts'
import type { Node } from './node.ts'

export interface CommandResult {
  /** `null` when a signal ended it. */
  exitCode: number | null
  stdout: string
  stderr: string
}

/**
 * Runs one program straight in a node's network namespace: no shell, the machine's own /etc. For
 * what names no other node; it saves making the node's mount namespace.
 */
export function runInNetns(
  node: Node,
  file: string,
  args: readonly string[],
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = node.netns.spawnBare(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', error => {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      reject(isMissing ? toolMissing(file, error) : error)
    })
    child.once('close', exitCode => resolve({ exitCode, stdout, stderr }))
  })
}
