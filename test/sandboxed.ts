/**
 * Imported first, for its effect: the test file goes on in namespaces of its own, where it is root,
 * `lo` is the only link and `/run/netns` is empty. Nothing of the machine's network is in reach, and
 * whatever the test leaves behind ends with it.
 *
 * @example
 * import '../sandboxed.ts'
 * import t from 'tap'
 */
import { spawnSync, type StdioOptions } from 'node:child_process'

/** `sh` stays, as process 1 of the namespace, to reap what a test orphans. */
const PREPARE = 'mount -t tmpfs tmpfs /run && mkdir /run/netns && "$@"; exit $?'

function runAgainInSandbox(): number {
  const asUser = process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const spaces = ['--pid', '--mount-proc', '--net', '--mount', '--uts', '--ipc']
  const unshare = ['unshare', ...asUser, '--fork', '--kill-child', ...spaces]
  const node = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const env: NodeJS.ProcessEnv = { ...process.env, TNET_SANDBOX: '1' }
  const stdio: StdioOptions = ['inherit', 'inherit', 'inherit']
  if (process.connected) {
    // tap's own channel, over which it asks a test that is out of time where it hangs.
    stdio.push(3)
    env['NODE_CHANNEL_FD'] = '3'
  }
  // Killed, this process takes everything along: setpriv is killed with it, the rest with setpriv.
  const command = ['--pdeathsig', 'KILL', ...unshare, 'sh', '-c', PREPARE, 'sh', ...node]
  const { status, error } = spawnSync('setpriv', command, { stdio, env })
  if (error !== undefined) throw error
  return status ?? 1
}

if (process.env['TNET_SANDBOX'] === undefined) process.exit(runAgainInSandbox())
