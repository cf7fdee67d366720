import { scaled } from '../clock.ts'
import { checkOptions, milliseconds } from './options.ts'

/** How long expectations of a subject watch and wait. */
export interface ExpectOptions {
  /** Milliseconds that `not` watches. Default 300. */
  windowMs?: number
  /** Milliseconds that `eventually` waits. Default 5000. */
  deadlineMs?: number
}

export interface Mode {
  /** It stays otherwise for the whole window. */
  not: boolean
  /** It comes true before the deadline. */
  eventually: boolean
  windowMs: number
  deadlineMs: number
}

export function modeOf(options: ExpectOptions = {}): Mode {
  checkOptions('expect', options, { windowMs: milliseconds, deadlineMs: milliseconds })
  const { windowMs = 300, deadlineMs = 5000 } = options
  return {
    not: false,
    eventually: false,
    windowMs: scaled(windowMs),
    deadlineMs: scaled(deadlineMs),
  }
}

/**
 * Milliseconds that one look waits for an answer: 1000; a whole window where none is expected; less
 * where there will be another look.
 */
export function patience({ not, eventually, windowMs }: Mode, timeoutMs?: number): number {
  if (timeoutMs !== undefined) return scaled(timeoutMs)
  if (not) return windowMs
  return scaled(eventually ? 300 : 1000)
}
