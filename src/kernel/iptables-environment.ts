/**
 * What iptables is run with: /usr/sbin, which an ordinary user of Debian lacks in PATH, and a lock
 * file that root of a user namespace may open, for the legacy backend takes a lock in /run.
 */
export function iptablesEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LC_ALL: 'C',
    PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
    XTABLES_LOCKFILE: '/dev/null',
  }
}
