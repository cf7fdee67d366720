import type { EarlyOutput } from './early-output.ts'
import type { WorkerLine } from './worker-task.ts'

/** What a sandbox says to a task that is no run, or what was in the way. */
export type Said = Extract<WorkerLine, { type: 'collected' | 'config' | 'uncollected' }>

/** What comes of such a task, and what the file printed meanwhile. */
export type Answer = Said & { printed: EarlyOutput }
