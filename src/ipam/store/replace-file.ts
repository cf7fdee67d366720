import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** Makes what happened to the names in a folder last. */
function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Gives a file a new content: whoever looks, whenever the machine stops, finds the old one or the
 * new one, whole. Written beside it as `NAME.….tmp`, synced, renamed over it, the folder synced.
 */
export function replaceFile(file: string, content: string, { fsync }: { fsync: boolean }): void {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  const fd = fs.openSync(temporary, 'wx', 0o600)
  try {
    fs.writeFileSync(fd, content)
    if (fsync) fs.fsyncSync(fd)
    fs.renameSync(temporary, file)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  } finally {
    fs.closeSync(fd)
  }
  if (fsync) syncFolder(path.dirname(file))
}

/** The temporary files that writers of `file` left when they died. */
export function leftovers(file: string): string[] {
  const folder = path.dirname(file)
  const name = path.basename(file)
  return fs
    .readdirSync(folder)
    .filter(
      other =>
        other.startsWith(`${name}.`) && /^\d+-[0-9a-f]{8}\.tmp$/.test(other.slice(name.length + 1)),
    )
    .map(other => path.join(folder, other))
}
