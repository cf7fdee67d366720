import { CleanupError } from '../errors.ts'
import { Undo } from '../undo.ts'

/**
 * Runs `work`; when it throws, everything that it pushed is undone before the failure goes on.
 *
 * @example
 * await allOrNothing('network "shop"', async undo => {
 *   await ipam.createPool(pool)
 *   undo.push('pool', () => ipam.deletePool(pool.name))
 *   await driver.create(network)
 * })
 */
export async function allOrNothing<T>(what: string, work: (undo: Undo) => Promise<T>): Promise<T> {
  const undo = new Undo(what)
  try {
    return await work(undo)
  } catch (failure) {
    try {
      await undo.run()
    } catch (cleanup) {
      if (!(cleanup instanceof CleanupError)) throw cleanup
      const { message, code, hint, facts, failures } = cleanup
      const said = failure instanceof Error ? failure.message : String(failure)
      throw new CleanupError(message, {
        code,
        hint,
        facts: { 'first failure': said, ...facts },
        failures: [failure, ...failures],
        cause: failure,
      })
    }
    throw failure
  }
}
