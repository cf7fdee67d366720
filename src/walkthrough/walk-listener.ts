import type { WalkPlan } from './plan/walk-plan.ts'
import type { WalkedCounts, WalkedStep } from './verdict.ts'

/** Hears how a walk goes. */
export interface WalkListener {
  planned(plan: WalkPlan, found: number, remarks: readonly string[]): void
  /** A command is typed; what is left running goes on while others are. */
  typed?: (line: number, command: string) => void
  walked(step: WalkedStep): void
  /** Something may have been built; `line` is the document's. Left out: nobody wants to know. */
  grown?: (line: number) => Promise<void>
  over(counts: WalkedCounts, took: { durationMs: number; waitedMs: number }): void
}

/** How a walk is to be done; the same for all of a run. */
export interface WalkSettings {
  /** Whatever is not exactly as shown differs. */
  isStrict: boolean
  /** Milliseconds that a command may take which ends by itself. Default 30 000. */
  commandMs?: number
  /** No command after this one, by number, is run. */
  until?: number
  /** Waits at the end, for somebody to look around. */
  pauses?: boolean
}

interface Walking {
  listener: WalkListener
  settings: WalkSettings
}

const nobody: Walking = {
  listener: { planned: () => {}, walked: () => {}, over: () => {} },
  settings: { isStrict: false },
}

let current = nobody

/** From now on `walking` hears of the walk that runs; nobody when it is left out. */
export function onWalk(walking: Walking = nobody): void {
  current = walking
}

export function whoListens(): Walking {
  return current
}
