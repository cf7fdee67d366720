import fs from 'node:fs'

const CAP_NET_ADMIN = 12n
const CAP_SYS_ADMIN = 21n

/** Whether this process may make namespaces without a user namespace of its own. */
export function isPrivileged(): boolean {
  const status = fs.readFileSync('/proc/self/status', 'latin1')
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`)
  return ((effective >> CAP_SYS_ADMIN) & (effective >> CAP_NET_ADMIN) & 1n) === 1n
}

/**
 * A command line that runs `command` in a sandbox: namespaces of its own, in which it is process
 * 1, so that everything it starts ends with it. Whatever ends our own process, SIGKILL included,
 * ends the sandbox: setpriv ties unshare to us, and unshare ties process 1 to itself.
 */
export function sandboxed(command: readonly string[], rootless: boolean): [string, string[]] {
  const user = rootless ? ['--user', '--map-root-user'] : []
  const kinds = ['--net', '--mount', '--uts', '--ipc', '--pid', '--fork', '--mount-proc']
  const unshare = ['unshare', ...user, ...kinds, '--kill-child=SIGKILL', '--', ...command]
  return ['setpriv', ['--pdeathsig', 'KILL', '--', ...unshare]]
}

/** Our environment; an ordinary user's PATH lacks the folders that have ip and iptables. */
export function sandboxEnvironment(): NodeJS.ProcessEnv {
  const folders = (process.env['PATH'] ?? '').split(':')
  const system = ['/usr/sbin', '/sbin'].filter(folder => !folders.includes(folder))
  return { ...process.env, PATH: [...folders, ...system].join(':') }
}
