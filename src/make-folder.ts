import fs from 'node:fs'
import path from 'node:path'

/**
 * A folder, with those above it that are not there. Node's own `recursive` goes round for ever where
 * a folder that is there takes none, as in /proc: mkdir says ENOENT there.
 *
 * @throws what mkdir says where one cannot be made
 */
export function makeFolder(folder: string): void {
  const isThere = () => fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  if (isThere()) return
  const above = path.dirname(folder)
  if (above !== folder) makeFolder(above)
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    // Another run may have made it meanwhile.
    if (!isThere()) throw error
  }
}
