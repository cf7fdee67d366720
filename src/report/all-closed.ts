import { EnvironmentError, TnetError, UsageError } from '../errors.ts'

/** The first failure, with what the others say. */
function together(first: unknown, others: readonly unknown[]): unknown {
  if (!(first instanceof TnetError) || others.length === 0) return first
  const { message, code, hint, facts } = first
  const besides = others.map(error => (error instanceof Error ? error.message : String(error)))
  const why = { code, hint, facts: { ...facts, besides: besides.join('\n') }, cause: first }
  return first instanceof UsageError
    ? new UsageError(message, why)
    : new EnvironmentError(message, why)
}

/** Waits for all of them, also when some fail; then that is thrown. */
export async function allClosed(closing: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(closing)
  const failed = settled.flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []))
  if (failed.length > 0) throw together(failed[0], failed.slice(1))
}
