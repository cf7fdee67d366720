import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import { ended, scratch, start, type StartOptions } from './command-line.ts'
import { machineState, processesWith } from './machine.ts'

t.setTimeout(600_000)

const sandbox = (command: readonly string[], options?: StartOptions) =>
  ended(start(['sandbox', ...command], options))
const shell = (text: string, options?: StartOptions) => sandbox(['--', 'sh', '-c', text], options)

t.test('in it are lo, up, an empty /run, and nobody else', async t => {
  const { stdout, stderr, exitCode } = await shell(
    `ip -o link | grep -c .; ip -o link show lo up | cut -d: -f2; ls /run /run/netns; id -u
     echo "$TNET_SANDBOX"; echo /proc/[0-9]*`,
  )
  t.equal(stderr, '')
  t.match(
    stdout,
    /^1\n lo\n\/run:\nlock\nnetns\ntnet-lab\n\n\/run\/netns:\n0\n1\n\/proc\/1 \/proc\/\d+\n$/,
  )
  t.equal(exitCode, 0)
})

t.test('folder, files and environment are the user’s, PATH has the system’s besides', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'file'), 'content\n')
  const env = {
    WORD: 'a "word"\n日本語',
    PATH: `${process.env['PATH']}`.replace(/:\/s?bin\b/g, ''),
  }
  const { stdout } = await shell('pwd; cat file; echo "$WORD"; echo ":$PATH:"', { cwd, env })
  t.ok(stdout.startsWith(`${fs.realpathSync(cwd)}\ncontent\n${env.WORD}\n`))
  t.match(stdout, /:\/sbin:\n$/)
})

t.test('/sys shows its own links, and the control groups that we are in', async t => {
  const { stdout } = await shell('ls /sys/class/net; ls /sys/fs/cgroup')
  const [links, ...groups] = stdout.trim().split('\n')
  t.equal(links, 'lo')
  t.strictSame(groups, fs.readdirSync('/sys/fs/cgroup').sort())
})

t.test('nothing but standard input, output and errors is passed on', async t => {
  const { stdout } = await shell('ls -l /proc/self/fd; tr "\\0" "\\n" </proc/1/environ', {
    env: { NODE_OPTIONS: '--max-old-space-size=222' },
  })
  t.notMatch(stdout, / ([3-9]|\d\d+) -> socket:/)
  t.notMatch(stdout, 'max-old-space-size')
  const { stdout: own } = await shell('echo "$NODE_OPTIONS"', {
    env: { NODE_OPTIONS: '--max-old-space-size=222' },
  })
  t.equal(own, '--max-old-space-size=222\n')
})

t.test('exit codes are the command’s', async t => {
  const folder = scratch(t)
  const script = (name: string, text: string, mode: number) => {
    fs.writeFileSync(path.join(folder, name), text)
    fs.chmodSync(path.join(folder, name), mode)
    return path.join(folder, name)
  }
  const cases: { command: string[]; exitCode: number; says?: RegExp }[] = [
    { command: ['true'], exitCode: 0 },
    { command: ['sh', '-c', 'exit 7'], exitCode: 7 },
    { command: ['--', 'sh', '-c', 'exit 255'], exitCode: 255 },
    { command: ['sh', '-c', 'kill -KILL $$'], exitCode: 137 },
    { command: ['sh', '-c', 'kill -SEGV $$'], exitCode: 139 },
    { command: [script('plain', 'exit 9', 0o755)], exitCode: 9 },
    { command: ['no-such-command'], exitCode: 127, says: /^EnvironmentError TNET_TOOL_MISSING: / },
    { command: ['tcpdump-', '-n'], exitCode: 127, says: /there is no "tcpdump-"/ },
    { command: [path.join(folder, 'gone')], exitCode: 127, says: /TNET_TOOL_MISSING/ },
    {
      command: [script('text', 'words', 0o644)],
      exitCode: 126,
      says: /^CommandError TNET_COMMAND_REFUSED: could not execute ".*text"\n.* EACCES\n.*chmod/,
    },
    { command: [folder], exitCode: 126, says: /TNET_COMMAND_REFUSED/ },
    { command: [script('lost', '#!/no/such\n', 0o755)], exitCode: 127, says: /interpreter/ },
    { command: ['--loud'], exitCode: 2, says: /TNET_ARGUMENT_INVALID: .*"--loud"/ },
    // By hand this would mount over the machine's own /run.
    { command: ['--process-one'], exitCode: 2, says: /TNET_ARGUMENT_INVALID/ },
  ]
  for (const { command, exitCode, says } of cases) {
    const outcome = await sandbox(command)
    t.equal(outcome.exitCode, exitCode, command.join(' '))
    if (says === undefined) t.equal(outcome.stderr, '')
    else t.match(outcome.stderr, says)
  }
})

t.test('a word of the shell is no command', async t => {
  t.equal((await sandbox(['exit', '3'])).exitCode, 127)
})

t.test('--help says how', async t => {
  const { stdout, exitCode } = await sandbox(['--help'])
  t.match(stdout, /^Usage: tnet-lab sandbox \[--\] \[COMMAND…\]/)
  t.equal(exitCode, 0)
  t.equal((await sandbox(['ls', '--help'])).stdout.includes('tnet-lab'), false)
})

/** A command in a sandbox that has said that it is up. */
async function up(
  t: { teardown: (undo: () => void) => void },
  text: string,
  through: readonly string[] = [],
) {
  const child = start(['sandbox', '--', 'sh', '-c', text], { through })
  t.teardown(() => child.kill('SIGKILL'))
  const outcome = ended(child)
  await once(child.stdout, 'data')
  return { child, outcome }
}

const LOOP = 'echo up; while :; do sleep 0.05; done'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const) {
  t.test(`${signal} reaches the command, whose answer counts`, async t => {
    const name = signal.slice(3)
    const deaf = await up(t, `ulimit -c 0; ${LOOP}`)
    deaf.child.kill(signal)
    t.equal((await deaf.outcome).exitCode, 128 + os.constants.signals[signal], 'it ends by it')
    const polite = await up(t, `trap 'echo bye; exit 5' ${name}; ${LOOP}`)
    polite.child.kill(signal)
    t.match(await polite.outcome, { exitCode: 5, stdout: 'up\nbye\n' })
  })
}

t.test('a command that is stopped hears what is to end it', async t => {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const { child, outcome } = await up(t, 'echo up; kill -STOP $$; sleep 60')
    child.kill(signal)
    t.equal((await outcome).exitCode, 128 + os.constants.signals[signal])
  }
})

t.test('a signal comes once, also when the whole process group gets it', async t => {
  const text = `trap 'echo got TERM' TERM; trap 'exit 5' USR1; ${LOOP}`
  const { child, outcome } = await up(t, text, ['setsid'])
  const group = Number(fs.readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(' ')[4])
  t.equal(group, child.pid, 'it has a group of its own')
  process.kill(-group, 'SIGTERM')
  await once(child.stdout, 'data')
  child.kill('SIGUSR1')
  t.match(await outcome, { exitCode: 5, stdout: 'up\ngot TERM\n' })
})

t.test('kill 1, inside, ends the command', async t => {
  t.equal((await shell('kill -TERM 1; sleep 60')).exitCode, 143)
})

t.test('standard input is the command’s', async t => {
  const through = ['sh', '-c', 'echo typed | "$@"', 'sh']
  t.match(await shell('cat; exit 3', { through }), { stdout: 'typed\n', exitCode: 3 })
})

t.test('orphans do not stay as zombies', async t => {
  // Process 1 and the shell are two; a zombie is in /proc until somebody asks how it ended.
  const { stdout } = await shell(
    `for n in 1 2 3 4 5 6 7 8; do (sh -c 'exit 0' &); done
     for n in $(seq 100); do
       set -- /proc/[0-9]*; [ $# -gt 2 ] || break; sleep 0.05
     done; echo $#`,
  )
  t.equal(stdout, '2\n')
})

t.test('what the command leaves running ends with it', async t => {
  const marker = randomUUID()
  const env = { TNET_TEST_MARKER: marker }
  const { exitCode } = await shell('setsid sleep 60 & (setsid sleep 60 &); exit 4', { env })
  t.equal(exitCode, 4)
  t.strictSame(processesWith(marker), [])
})

t.test('a sandbox in a sandbox is one, too', async t => {
  const cli = path.resolve('dist/cli/main.cjs')
  const inner = `'${process.execPath}' '${cli}' sandbox -- sh -c 'ip -o link | grep -c .; exit 6'`
  t.match(await shell(`ip link add outer type veth; ${inner}`), { stdout: '1\n', exitCode: 6 })
})

t.test('20 of them killed at random moments leave nothing', async t => {
  const marker = randomUUID()
  const before = machineState()
  const busy = 'ip link add a type veth; mount -t tmpfs tmpfs /mnt; (setsid sleep 60 &); sleep 60'
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const child = start(['sandbox', '--', 'sh', '-c', busy], {
        env: { TNET_TEST_MARKER: marker },
      })
      const closed = once(child, 'close')
      child.stdout.resume()
      child.stderr.resume()
      await setTimeout(Math.random() * 1000)
      child.kill('SIGKILL')
      await closed
    }),
  )
  const left = await poll(() => (processesWith(marker).length === 0 ? 0 : undefined), {
    timeoutMs: 30_000,
  })
  t.equal(left, 0)
  t.strictSame(machineState(), before)
})

t.test('where no sandbox can be made it says why, and does not run the command', async t => {
  const folder = scratch(t)
  const fake = (name: string, text: string) => {
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
  fake('unshare', 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1')
  const PATH = `${folder}:${process.env['PATH']}`
  const denied = await sandbox(['touch', path.join(folder, 'ran')], { env: { PATH } })
  t.match(denied, { exitCode: 4, stdout: '', stderr: /^EnvironmentError TNET_SANDBOX_DENIED: / })
  t.match(denied.stderr, 'Operation not permitted')
  t.match(denied.stderr, /\n {2}hint {4}/)

  fs.rmSync(path.join(folder, 'unshare'))
  const bare = await sandbox(['touch', path.join(folder, 'ran')], { env: { PATH: folder } })
  t.match(bare, { exitCode: 4, stderr: /setpriv is missing: Debian package util-linux/ })
  t.strictSame(fs.readdirSync(folder), [])
})
