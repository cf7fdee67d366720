import fs from 'node:fs'
import { UsageError } from '../errors.ts'
import { shownPath } from './shown-path.ts'

/** A scenario, or a document to walk, as it lies on the disk. */
export function sourceBytes(file: string): Buffer {
  try {
    // A pipe, a device: nobody may ever write to it, or stop.
    if (!fs.statSync(file).isFile()) throw new Error('it is no regular file')
    return fs.readFileSync(file)
  } catch (error) {
    throw new UsageError(`could not read ${shownPath(file)}`, {
      code: 'TNET_SCENARIO_UNREADABLE',
      hint: 'check the path and who may read it',
      facts: { error: (error as Error).message },
      cause: error,
    })
  }
}
