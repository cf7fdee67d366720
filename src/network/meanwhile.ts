import type { Undo } from '../undo.ts'

/**
 * What another process is doing, while this one goes on: rules, while links are made.
 *
 * @param back undoes it, once it is done
 * @returns what has to be awaited before the end
 */
export function meanwhile(
  undo: Undo,
  label: string,
  doing: Promise<void>,
  back: () => Promise<void>,
): Promise<void> {
  // One that failed has taken back what it did, and its own failure is what goes on.
  undo.push(label, () => doing.then(back, () => {}))
  doing.catch(() => {})
  return doing
}
