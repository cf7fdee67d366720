import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EnvironmentError } from '../../errors.ts'
import { mount, unmount } from '../../kernel/mounts.ts'

/** Folders that Linux machines have, and that a walk needs nothing of. */
const PLACES = ['/media', '/mnt', '/srv', '/opt', '/boot', '/home', '/var/tmp', '/tmp']

const isBelow = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`)

/** One of them where nothing lies that we need ourselves; what is in it is hidden from us alone. */
function place(needed: readonly string[]): string {
  const found = PLACES.find(
    folder =>
      fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true &&
      fs.realpathSync(folder) === folder &&
      !needed.some(file => isBelow(file, folder)),
  )
  if (found !== undefined) return found
  throw new EnvironmentError('there is no folder to put a simulated machine into', {
    code: 'TNET_MACHINE_FAILED',
    hint: `mkdir /media, or walk from a folder that is below none of ${PLACES.join(', ')}`,
  })
}

/**
 * An empty folder in memory for the files of simulated machines; nobody outside of this sandbox sees
 * it.
 *
 * @returns it, and what takes it away again
 */
export function machineFolder(): { folder: string; remove: () => void } {
  const own = fileURLToPath(import.meta.url)
  const folder = place([own, process.cwd(), process.execPath, process.env['TMPDIR'] ?? '/tmp'])
  mount('tmpfs', folder, 'tmpfs', { data: 'size=1m,mode=755' })
  return { folder, remove: () => unmount(folder) }
}
