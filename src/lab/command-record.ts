import type { ChildProcess, SpawnSyncReturns } from 'node:child_process'
import { nowMs } from '../clock.ts'
import type { Node } from './node.ts'
import { Tail } from './tail.ts'

/** A command of a script (`` node.$`…` ``) that is over. */
export interface CommandRecord {
  /** The node's name: unique in a lab, and what `ip -n` takes. */
  node: string
  /** As typed on the node. */
  command: string
  /** `null` when a signal ended it, or it could not be started. */
  exitCode: number | null
  signal?: string
  durationMs: number
  /** The last 64 KiB of each. */
  stdout: string
  stderr: string
}

export type CommandListener = (record: CommandRecord) => void

const KEPT_BYTES = 64 << 10

/** Tells of a command when it is over. It only listens: for the script, nothing is different. */
export function recordCommand(node: Node, command: string, child: ChildProcess): void {
  const { onCommand } = node.lab
  if (onCommand === undefined) return
  const beganMs = nowMs()
  const stdout = new Tail(KEPT_BYTES)
  const stderr = new Tail(KEPT_BYTES)
  stdout.listen(child.stdout)
  stderr.listen(child.stderr)
  child.once('close', (code: number | null, signal: string | null) => {
    onCommand({
      node: node.netns.name,
      command,
      // Negative: Node's own number for a program that could not be started.
      exitCode: code === null || code < 0 ? null : code,
      ...(signal === null ? {} : { signal }),
      durationMs: nowMs() - beganMs,
      stdout: stdout.text,
      stderr: stderr.text,
    })
  })
}

const lastOf = (output: unknown) => {
  const tail = new Tail(KEPT_BYTES)
  if (typeof output === 'string' || Buffer.isBuffer(output)) tail.add(output.toString())
  return tail.text
}

/** The same of one that the script waited for, and did nothing else meanwhile. */
export function recordSyncCommand(
  node: Node,
  command: string,
  run: () => SpawnSyncReturns<string | Buffer>,
): SpawnSyncReturns<string | Buffer> {
  const beganMs = nowMs()
  const result = run()
  node.lab.onCommand?.({
    node: node.netns.name,
    command,
    exitCode: result.status,
    ...(result.signal === null ? {} : { signal: result.signal }),
    durationMs: nowMs() - beganMs,
    stdout: lastOf(result.stdout),
    stderr: lastOf(result.stderr),
  })
  return result
}
