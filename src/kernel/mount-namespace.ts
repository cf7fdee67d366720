import fs from 'node:fs'
import { checked } from './failure.ts'
import { CLONE_FS, CLONE_NEWNS, CLONE_NEWUTS, libcCalls } from './libc.ts'
import { bind, mount } from './mounts.ts'
import { insideNet } from './net-namespace.ts'

/** A node's file system view and host name, as descriptors. */
export interface MountNamespace {
  mnt: number
  uts: number
}

let home: MountNamespace | undefined

function own(): MountNamespace {
  return {
    mnt: fs.openSync('/proc/thread-self/ns/mnt', 'r'),
    uts: fs.openSync('/proc/thread-self/ns/uts', 'r'),
  }
}

function enter(to: MountNamespace, directory: string): void {
  const message = 'could not enter a mount namespace'
  // Refused to a thread that shares its root and working directory with another: Node's pool
  // threads, started meanwhile, share ours.
  checked(libcCalls.unshare(CLONE_FS), message, 'unshare', 'NAMESPACE')
  checked(libcCalls.setns(to.mnt, CLONE_NEWNS), message, 'setns', 'NAMESPACE')
  checked(libcCalls.setns(to.uts, CLONE_NEWUTS), message, 'setns', 'NAMESPACE')
  libcCalls.chdir(directory) // setns moves to the root
}

/** Runs `work` in a node's namespaces; what it spawns sees the node's files and host name. */
export function insideMounts<T>(namespace: MountNamespace, work: () => T): T {
  const back = home
  if (back === undefined) throw new Error('no mount namespace was made yet')
  const directory = process.cwd()
  enter(namespace, directory)
  try {
    return work()
  } finally {
    enter(back, directory)
  }
}

/** Puts a file of the node's own over one of the machine's, where the machine has it. */
function cover(target: string, content: string): void {
  const file = `/run/tnet-lab/${target.slice(target.lastIndexOf('/') + 1)}`
  fs.writeFileSync(file, content)
  if (fs.existsSync(target)) bind(file, target)
}

function furnish(hostName: string): void {
  mount('tmpfs', '/run', 'tmpfs')
  fs.mkdirSync('/run/netns')
  fs.mkdirSync('/run/tnet-lab')
  fs.mkdirSync('/run/lock')
  cover('/etc/hosts', '')
  cover('/etc/hostname', `${hostName}\n`)
  cover('/etc/resolv.conf', '# a lab has no DNS: names are in /etc/hosts\n')
  cover('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n')
  try {
    mount('sysfs', '/sys', 'sysfs')
  } catch {
    // Inside some containers a new sysfs is refused; only tools that read /sys/class/net notice.
  }
}

/**
 * Makes mount and UTS namespaces for the node whose network namespace is `net`: its own /run,
 * /sys, /etc/hosts and host name. The machine's files stay visible below.
 */
export function createMountNamespace(net: number, hostName: string): MountNamespace {
  home ??= own()
  const back = home
  const directory = process.cwd()
  return insideNet(net, () => {
    checked(
      libcCalls.unshare(CLONE_NEWNS | CLONE_NEWUTS),
      'could not make a mount namespace',
      'unshare',
      'NAMESPACE',
    )
    try {
      libcCalls.sethostname(hostName, Buffer.byteLength(hostName))
      furnish(hostName)
      return own()
    } finally {
      enter(back, directory)
    }
  })
}

/** Lets go of it; it ends with what runs in it. */
export function closeMountNamespace({ mnt, uts }: MountNamespace): void {
  fs.closeSync(mnt)
  fs.closeSync(uts)
}
