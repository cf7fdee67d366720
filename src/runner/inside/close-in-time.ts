import { scaled } from '../../clock.ts'
import { CleanupError } from '../../errors.ts'
import type { Lab } from '../../lab/lab.ts'

/** What a lab may take to be taken down. */
const CLOSED_AFTER_MS = 5000

/** @throws CleanupError TNET_CLEANUP_TIMEOUT, and what `lab.close` throws */
export async function closeInTime(lab: Lab): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new CleanupError('the lab could not be closed in time', {
          code: 'TNET_CLEANUP_TIMEOUT',
          hint: 'something on a node does not end; the sandbox ends it',
          failures: [],
        }),
      )
    }, scaled(CLOSED_AFTER_MS))
  })
  await Promise.race([lab.close(), late]).finally(() => clearTimeout(timer))
}
