import { UsageError } from '../errors.ts'

/** Why a scenario did not come to its end that somebody stopped. */
export function runStopped(signal: string): UsageError {
  return new UsageError(`the run was stopped by ${signal}`, {
    code: 'TNET_RUN_STOPPED',
    hint: 'what ran until now is told above',
  })
}
