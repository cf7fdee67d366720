import type { Expectation } from '../../runner/events.ts'
import type { Test } from '../play.ts'
import type { Placed } from '../shell-line.ts'
import type { World } from '../world.ts'

/** An expectation, and what is known where it stands. */
export interface Question {
  expectation: Expectation
  /** The command to look by hand, taken apart. */
  command: Placed
  world: World
  isNegative: boolean
  /** What should be so (or not so), without `no … for 300 ms` around it. */
  wanted: string
}

/** How a shell looks at it, or why it cannot. */
export type Judged = { test: Test } | { reason: string }

/** As `grep -E` takes text for itself. */
export const literally = (text: string) => text.replace(/[.[\]{}()*+?^$|\\]/g, String.raw`\$&`)

/**
 * A regular expression of JavaScript, `/…/flags`, in Perl's syntax, as far as the two differ in what
 * people write.
 */
export function perlPattern(text: string): string | undefined {
  const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? []
  if (source === undefined) return undefined
  const inline = flags.replace(/[^ims]/g, '')
  const pattern = source
    .replace(/\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})/g, (_, a, b) => `\\x{${a ?? b}}`)
    .replaceAll('[^]', '[\\s\\S]')
    .replaceAll('\\/', '/')
  return (inline === '' ? '' : `(?${inline})`) + pattern
}
