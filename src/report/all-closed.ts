/** Waits for all of them, also when one fails; then that is thrown. */
export async function allClosed(closing: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(closing)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
