import { spawnSync } from 'node:child_process'
import { freemem } from 'node:os'
import { fileURLToPath } from 'node:url'

const MIB = 1024 * 1024
const settleScript = fileURLToPath(new URL('settle.sh', import.meta.url))

/** Network, mounts and processes of its own: nothing that a competitor does reaches this machine. */
const sandbox = 'unshare --net --mount --pid --fork --kill-child --mount-proc'
  .split(' ')
  .concat(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])

export interface SandboxResult {
  stdout: string
  /** Why it counts as failed: its last words, or how it ended. */
  failure?: string
}

/** Runs a command in a fresh sandbox, and ends it and all its children after `timeoutMs`. */
export function runInSandbox(command: readonly string[], timeoutMs = 180_000): SandboxResult {
  const [program = '', ...args] = [...sandbox, ...command]
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  if (error === undefined && status === 0) return { stdout }
  const lastWords = stderr?.trim().split('\n').at(-1)
  const ending = error?.message ?? (signal === null ? `exit code ${status}` : signal)
  return { stdout, failure: lastWords || ending }
}

/**
 * Waits until the kernel has destroyed the namespaces of earlier sandboxes, which it does behind
 * the scenes and which slows the next build (1.6 times at 100 containers). At most 30 s.
 */
export function settle(): void {
  // Without iproute2 there is nothing to watch it by; 500 containers are gone after half a second.
  if (runInSandbox([settleScript], 30_000).failure !== undefined) pause(2000)
}

/**
 * Touches memory once, so that builds do not pay for it. In a virtual machine, the first touch of a
 * page that the hypervisor has not given yet costs 9 µs; 500 containers need tens of thousands, and
 * whoever runs first would pay for all (1.7 times the time, none of it the kernel's own work).
 */
export function warmMemory(): void {
  const chunks = Math.floor(Math.min(2048 * MIB, freemem() / 4) / (256 * MIB))
  const touch = `for (let i = 0; i < ${chunks}; i++) (globalThis.kept ??= []).push(Buffer.alloc(${256 * MIB}, 1))`
  spawnSync(process.execPath, ['-e', touch], { stdio: 'ignore', timeout: 60_000 })
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
