import fs from 'node:fs'
import { checked } from '../../kernel/failure.ts'
import { libcCalls } from '../../kernel/libc.ts'
import { NetlinkConnection } from '../../kernel/netlink/connection.ts'
import { linkSet } from '../../kernel/netlink/link-request.ts'
import { markSandbox } from '../../kernel/sandbox-mark.ts'

/** linux/mount.h */
const MS_BIND = 0x1000
const MS_MOVE = 0x2000
const MS_REC = 0x4000

const CGROUPS = '/sys/fs/cgroup'
const aside = '/run/tnet-lab/cgroup'

const mounted = (source: string, target: string, type: string | null, flags = 0) =>
  libcCalls.mount(source, target, type, flags, null) === 0

/**
 * /sys shows the links of the network namespace that it was mounted in. A new one lacks the control
 * groups, where programs learn how much memory they may take.
 */
function ownSys(): void {
  fs.mkdirSync(aside)
  const hasCgroups = fs.existsSync(CGROUPS) && mounted(CGROUPS, aside, null, MS_BIND | MS_REC)
  // Refused inside some containers; only what reads /sys/class/net notices.
  const isOwn = mounted('sysfs', '/sys', 'sysfs')
  if (hasCgroups && isOwn) mounted(aside, CGROUPS, null, MS_MOVE)
}

/** A user's folder for sockets, where programs expect one below /run. */
function runtimeFolder(folder = process.env['XDG_RUNTIME_DIR'] ?? ''): void {
  if (folder.startsWith('/run/')) fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** Makes the namespaces that this process is in a sandbox: an empty /run, a /sys of its own, `lo` up. */
export function furnish(): void {
  const failed = 'could not mount an empty /run'
  checked(libcCalls.mount('tmpfs', '/run', 'tmpfs', 0, 'mode=755'), failed, 'mount', 'MOUNT')
  for (const folder of ['netns', 'lock', 'tnet-lab']) fs.mkdirSync(`/run/${folder}`)
  runtimeFolder()
  ownSys()
  using wire = new NetlinkConnection('here', { label: 'the sandbox', name: 'the sandbox' })
  wire.execute([linkSet({ index: 1, name: 'lo' }, { up: true })])
  markSandbox()
}
