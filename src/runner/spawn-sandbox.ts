import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sandboxed, sandboxEnvironment } from './sandbox.ts'

const worker = fileURLToPath(new URL('../runner/worker.cjs', import.meta.url))
const nodeFlags = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // grpc-js, when an etcd is reached by its bare address over TLS.
  '--disable-warning=DEP0123',
]

/** Starts what runs in a sandbox: events come on descriptor 3, tasks go to 4. */
export function spawnSandbox(rootless: boolean, memoryBytes: number): ChildProcess {
  const heap = `--max-old-space-size=${Math.max(64, Math.floor(memoryBytes / (1 << 20)))}`
  const [file, args] = sandboxed([process.execPath, heap, ...nodeFlags, worker], rootless)
  return spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...sandboxEnvironment(), TNET_MEMORY_BYTES: String(memoryBytes * 2) },
    // Ctrl-C on the terminal is for us: the sandbox is told in words.
    detached: true,
  })
}
