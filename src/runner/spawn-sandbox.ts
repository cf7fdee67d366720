import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { withRoomToHide } from '../kernel/room-to-hide.ts'
import { sandboxed, sandboxEnvironment } from './sandbox.ts'

const worker = fileURLToPath(new URL('../runner/worker.cjs', import.meta.url))
const nodeFlags = [
  // Most sandboxes are over before an expression that was interpreted first has paid for being
  // compiled after all.
  '--no-regexp-tier-up',
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // grpc-js, when an etcd is reached by its bare address over TLS.
  '--disable-warning=DEP0123',
]

/**
 * What a sandbox is started with, and its code cache was made under (scripts/build.mjs): V8 takes it
 * under no others.
 */
export function sandboxFlags(memoryBytes: number): string[] {
  const mib = Math.max(64, Math.floor(memoryBytes / (1 << 20)))
  // Most sandboxes are over before they have filled this: collecting garbage costs them a tenth.
  // It is there twice, so that it must not be much of what there is.
  const young = Math.min(32, Math.max(16, Math.floor(mib / 32)))
  return [
    `--max-old-space-size=${mib}`,
    `--min-semi-space-size=${young}`,
    `--max-semi-space-size=${young}`,
    ...nodeFlags,
  ]
}

/**
 * Node 20 reads NODE_EXTRA_CA_CERTS when it starts, and all roots that it knows with it: half of its
 * start, for certificates of a network that a sandbox does not have. inside/extra-certificates.ts
 * puts it back.
 */
function workerEnvironment(memoryBytes: number): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: certificates, ...environment } = sandboxEnvironment()
  return {
    ...environment,
    TNET_MEMORY_BYTES: String(memoryBytes * 2),
    ...(certificates === undefined ? {} : { TNET_EXTRA_CA_CERTS: certificates }),
  }
}

/** Starts what runs in a sandbox: events come on descriptor 3, tasks go to 4. */
export function spawnSandbox(rootless: boolean, memoryBytes: number): ChildProcess {
  const command = [process.execPath, ...sandboxFlags(memoryBytes), worker]
  const [file, args] = sandboxed(command, rootless)
  return withRoomToHide(['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], stdio =>
    spawn(file, args, {
      stdio,
      env: workerEnvironment(memoryBytes),
      // Ctrl-C on the terminal is for us: the sandbox is told in words.
      detached: true,
    }),
  )
}
