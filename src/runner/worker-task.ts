import type { Compiled } from './compile.ts'
import type { WorkerEvent } from './events.ts'

/** What a worker is told on its standard input, as JSON. */
export interface WorkerTask {
  /** Absolute path of the scenario. */
  file: string
  timeoutMs: number
  /** Whether actions are wanted as events. */
  trace: boolean
  /** Run it only when its name or file contains this, in any case. */
  filter: string | undefined
  /** The file compiled, which is done while the worker starts; none when it does not compile. */
  compiled?: Compiled
}

/**
 * A line from a worker: that it runs, that the filter leaves the scenario out, that the script is
 * over and the lab is being closed, or an event.
 */
export type WorkerLine =
  { type: 'ready' } | { type: 'unmatched' } | { type: 'closing' } | WorkerEvent
