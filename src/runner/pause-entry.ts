import { shellWord } from '../names.ts'
import type { PausedNode } from './worker-task.ts'

/** A node of a lab that waits, as it is entered from outside of the sandbox. */
export interface EnterableNode extends Pick<PausedNode, 'name' | 'label' | 'kind'> {
  /** Put before a command, it runs the command on the node, as root of the sandbox. */
  entry: readonly string[]
}

/**
 * How a node is entered from outside: by descriptors of the sandbox's process 1, which hold its
 * namespaces open. The PID namespace is entered as well: /proc is the sandbox's, and what is
 * started ends with it.
 *
 * @param pid of process 1 as it is seen outside
 * @param rootless the sandbox has a user namespace, in which our user is root
 */
export function enterable(node: PausedNode, pid: number, rootless: boolean): EnterableNode {
  const { name, label, kind, net, mnt, uts } = node
  const of = (fd: number) => `/proc/${pid}/fd/${fd}`
  const user = rootless ? ['--user', '--preserve-credentials'] : []
  const sandbox = [`--target=${pid}`, ...user, '--pid', '--ipc']
  const own = [`--net=${of(net)}`, `--mount=${of(mnt)}`, `--uts=${of(uts)}`]
  return { name, label, kind, entry: ['nsenter', ...sandbox, ...own] }
}

/**
 * What to type in another terminal for a shell on the node: that one may have neither root's rights
 * nor the folders that have `ip` and `iptables` in its PATH.
 */
export function entryLine({ entry }: EnterableNode, env: NodeJS.ProcessEnv = process.env): string {
  const sudo = env['SUDO_UID'] === undefined ? [] : ['sudo']
  const path = (env['PATH'] ?? '').split(':').includes('/usr/sbin')
    ? ''
    : ' env PATH="$PATH:/usr/sbin:/sbin"'
  return `${[...sudo, ...entry].map(shellWord).join(' ')}${path} bash`
}
