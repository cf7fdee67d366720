/** What is known when a sandbox could not be made. */
export interface Denial {
  /** Whether it was tried without privileges, in a user namespace. */
  rootless: boolean
  /** What setpriv and unshare said. */
  said: string
  /** Why the first program could not be started: ENOENT. */
  code?: string | undefined
  /** A file's content without its line end; nothing when it cannot be read. */
  read: (file: string) => string | undefined
}

export interface Explanation {
  reason: string
  commands: string[]
}

const AS_ROOT = 'sudo env "PATH=$PATH" tnet-lab doctor'
const CONTAINER = 'docker run --privileged …'

/** What an administrator may have set so that ordinary users make no namespaces. */
const switches = [
  {
    key: 'kernel.apparmor_restrict_unprivileged_userns',
    forbids: '1',
    allow: '0',
    reason: 'AppArmor keeps user namespaces from programs that it has no profile for',
  },
  {
    key: 'kernel.unprivileged_userns_clone',
    forbids: '0',
    allow: '1',
    reason: 'only root may make user namespaces here',
  },
] as const

const kinds = ['user', 'net', 'mnt', 'uts', 'ipc', 'pid'] as const

/** Each of the limits in /proc/sys/user counts for the user namespace that we are in. */
function exhausted({ rootless, said, read }: Denial): Explanation | undefined {
  const counts = kinds.filter(kind => rootless || kind !== 'user')
  const zero = counts.find(kind => read(`/proc/sys/user/max_${kind}_namespaces`) === '0')
  if (zero === undefined) {
    if (!said.includes('No space left on device')) return undefined
    return {
      reason: `no more namespaces may be made here: ${said}`,
      commands: counts.slice(0, 2).map(kind => `sudo sysctl -w user.max_${kind}_namespaces=15000`),
    }
  }
  const key = `user.max_${zero}_namespaces`
  return { reason: `${key} is 0`, commands: [`sudo sysctl -w ${key}=15000`] }
}

function isContainer(read: Denial['read']): boolean {
  return (
    read('/.dockerenv') !== undefined ||
    read('/run/.containerenv') !== undefined ||
    read('/run/systemd/container') !== undefined
  )
}

/** Why a sandbox could not be made, and what would allow it. */
export function explainDenial(denial: Denial): Explanation {
  const { rootless, said, code, read } = denial
  const words = said === '' ? '' : `: ${said}`
  const lost = code === 'ENOENT' ? 'setpriv' : /failed to execute (\w+)/.exec(said)?.[1]
  if (lost !== undefined || /(unrecognized|invalid) option/.test(said)) {
    return {
      reason:
        lost === undefined
          ? `setpriv or unshare is not that of util-linux${words}`
          : `${lost} is missing: Debian package util-linux`,
      commands: ['sudo apt-get install -y --no-install-recommends util-linux'],
    }
  }
  const full = exhausted(denial)
  if (full !== undefined) return full
  if (isContainer(read)) {
    return {
      reason: `this container may not make namespaces${words}`,
      commands: [CONTAINER],
    }
  }
  if (!rootless) {
    return { reason: `root may not make namespaces here${words}`, commands: [CONTAINER] }
  }
  if (read('/proc/sys/user/max_user_namespaces') === undefined) {
    return { reason: `this kernel has no user namespaces${words}`, commands: [AS_ROOT] }
  }
  for (const { key, forbids, allow, reason } of switches) {
    if (read(`/proc/sys/${key.replaceAll('.', '/')}`) === forbids) {
      return { reason, commands: [`sudo sysctl -w ${key}=${allow}`, AS_ROOT] }
    }
  }
  return { reason: `no user namespace can be made here${words}`, commands: [AS_ROOT] }
}
