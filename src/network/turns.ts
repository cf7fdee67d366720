/**
 * One piece of work at a time for each thing: what is asked for later waits, whatever becomes of
 * the work before it.
 *
 * @example
 * await turns.take(container, () => connect(container))
 */
export class Turns {
  readonly #last = new WeakMap<object, Promise<unknown>>()

  take<T>(of: object, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(of) ?? Promise.resolve()).then(work)
    const settled = mine.catch(() => undefined)
    this.#last.set(of, settled)
    return mine
  }
}
