import { KernelError, TnetError } from '../../errors.ts'
import { adviceOn, type KernelModule } from './modules.ts'

/** Whether this machine can do something. */
export interface FeatureAnswer {
  available: boolean
  /** Why not, on one line. */
  reason?: string
  /** What adds it, to be pasted into a shell, where something does. */
  command?: string
}

/** How the kernel says that it does not know something. */
const absent = new Set([
  'EOPNOTSUPP',
  'ENOENT',
  'ENODEV',
  'ENXIO',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
])

/** Where things are tried, as errors call it. */
export const sandbox = { label: 'a sandbox', name: 'probe' }

export const present: FeatureAnswer = { available: true }

export function missing(reason: string, command?: string): FeatureAnswer {
  return { available: false, reason, ...(command === undefined ? {} : { command }) }
}

/** The answer when what a feature needs is not in this kernel; `told` is how that was learnt. */
export function notInKernel(told: string, module?: KernelModule): FeatureAnswer {
  const reason = `not in this kernel (${told})`
  if (module === undefined) return missing(reason)
  const { words, command } = adviceOn(module)
  return missing(`${reason}, ${words}`, command)
}

/** The answer when trying failed; `absence` holds errnos that mean the same as "unknown" there. */
export function failed(
  error: unknown,
  module?: KernelModule,
  absence: readonly string[] = [],
): FeatureAnswer {
  if (!(error instanceof TnetError)) return missing((error as Error).message)
  if (!(error instanceof KernelError)) return missing(error.facts['kernel'] ?? error.message)
  const { errno } = error
  if (absent.has(errno) || absence.includes(errno)) return notInKernel(errno, module)
  // "RTM_NEWLINK: EPERM (Operation not permitted)", and the kernel's extended ack
  return missing(error.facts['kernel'] ?? `${error.operation}: ${errno}`)
}
