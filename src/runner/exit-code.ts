import os from 'node:os'
import type { ErrorReport } from '../errors.ts'

/** What each ending means to a shell; the first one that applies to a run is its exit code. */
const order = [2, 1, 3, 4, 0]

const byName: Readonly<Record<string, number>> = {
  UsageError: 2,
  CleanupError: 3,
  EnvironmentError: 4,
}

/** 0 passed, 1 failed, 2 misuse, 3 broken clean-up, 4 could not run here. */
export function exitCodeOf(error: ErrorReport | undefined): number {
  return error === undefined ? 0 : (byName[error.name] ?? 1)
}

/** The exit code of a run whose scenarios ended with these. */
export function worst(codes: readonly number[]): number {
  return order.find(code => codes.includes(code)) ?? 0
}

/** 128 and the signal's number, as a shell says it. */
export const signalCode = (signal: string): number =>
  128 + (os.constants.signals[signal as NodeJS.Signals] ?? os.constants.signals.SIGINT)
