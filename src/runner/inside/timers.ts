import timers from 'node:timers'

type Timer = NodeJS.Timeout | NodeJS.Immediate

/** Timers that a script started and that have neither fired nor been cleared; weakly held. */
let known: Set<WeakRef<Timer>> | undefined
let sweepAt = 1024

function remember<T extends Timer>(timer: T): T {
  if (known === undefined) return timer
  known.add(new WeakRef(timer))
  if (known.size < sweepAt) return timer
  for (const ref of known) {
    const one = ref.deref()
    if (one === undefined || ('_destroyed' in one && one._destroyed === true)) known.delete(ref)
  }
  sweepAt = Math.max(1024, known.size * 2)
  return timer
}

/**
 * From now on, every `setTimeout`, `setInterval` and `setImmediate` is remembered, so that
 * `clearTimers` can end them. Those of `node:timers/promises` cannot be seen from here.
 */
export function trackTimers(): void {
  if (known !== undefined) return
  known = new Set()
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    const original = timers[name] as (...args: unknown[]) => Timer
    const tracking = (...args: unknown[]) => remember(original(...args))
    // util.promisify(setTimeout) asks for these.
    Object.defineProperties(tracking, Object.getOwnPropertyDescriptors(original))
    Object.assign(timers, { [name]: tracking })
    Object.assign(globalThis, { [name]: tracking })
  }
  process.getBuiltinModule('node:module').syncBuiltinESMExports()
}

/** Ends all that were started since the last time. */
export function clearTimers(): void {
  for (const ref of known ?? []) {
    const timer = ref.deref()
    if (timer === undefined) continue
    if ('hasRef' in timer && 'refresh' in timer) clearTimeout(timer)
    else clearImmediate(timer)
  }
  known?.clear()
  sweepAt = 1024
}
