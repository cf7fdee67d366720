import type { EventListener } from './events.ts'
import type { History } from './history.ts'
import type { PauseListener } from './pauses.ts'
import type { Selection, WalkTask, WantedEvents } from './worker-task.ts'

/** What a run is to do; `runDefaults` has the rest. */
export interface RunOptions {
  /** Absolute paths. */
  files: readonly string[]
  selection: Selection
  /** How many sandboxes run at once. */
  jobs: number
  /** Each scenario in a fresh process. */
  isIsolated: boolean
  /** One part of a run that several machines share; `index` from 1. */
  shard?: { index: number; total: number }
  /** Begin nothing more after so many failures. */
  bail?: number
  retries: number
  /** How often each scenario runs. */
  repeat: number
  /** Milliseconds that a scenario may take. */
  timeoutMs: number
  /** The same of a document that is walked. */
  walkTimeoutMs: number
  stepTimeoutMs?: number
  slowness: number
  seed: number
  /** In an order made from the seed. */
  isShuffled: boolean
  isStrict: boolean
  /** `scenario.only` is a mistake: for CI. */
  forbidsOnly: boolean
  walk?: WalkTask
  pausesOnFailure: boolean
  /** What all processes of a sandbox may hold together. */
  memoryBytes: number
  wanted: WantedEvents
  /** Where what is collected about failures goes. */
  reportFolder: string
  history: History
  /** What scenarios take is remembered for other runs. Not by a part of a run: see `report`. */
  remembers: boolean
  onEvent: EventListener
  /** Without it `lab.pause()` goes on at once: nobody is at a terminal. */
  onPause?: PauseListener
}

export const runDefaults = {
  selection: {},
  jobs: 1,
  isIsolated: false,
  retries: 0,
  repeat: 1,
  timeoutMs: 30_000,
  // Documents wait where people do: for pings, for captures, for ARP.
  walkTimeoutMs: 600_000,
  slowness: 1,
  isShuffled: false,
  isStrict: false,
  forbidsOnly: false,
  pausesOnFailure: false,
  memoryBytes: 1 << 30,
  wanted: { actions: false, commands: false, topology: false, captures: false, diagnostics: true },
  reportFolder: 'tnet-lab-report',
} as const satisfies Partial<RunOptions>
