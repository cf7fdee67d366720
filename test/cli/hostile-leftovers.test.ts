import t from 'tap'
import { bodyAmongInnocents } from '../runner/hostile.ts'
import { machineState } from './machine.ts'

t.setTimeout(600_000)

const was = machineState()

/** Before each body. */
const prelude = `const [{ execFileSync, spawn, spawnSync }, dgram, { default: fs }, http, net] = await Promise.all([
  import('node:child_process'), import('node:dgram'), import('node:fs'),
  import('node:http'), import('node:net'),
])
void [execFileSync, spawn, spawnSync, dgram, fs, http, net]`

/** All of these pass, and whoever comes next finds the world as it was. */
const left: { what: string; body: string; note?: RegExp }[] = [
  {
    what: 'promises that stay open',
    body: 'void new Promise(() => {}); void (async () => { await new Promise(() => {}) })()',
  },
  {
    what: 'timers',
    body: 'setTimeout(() => {}, 1e6); setInterval(() => {}, 5); setImmediate(() => {})',
  },
  {
    what: 'timers of node:timers/promises',
    body: `const timers = await import('node:timers/promises')
    void timers.setTimeout(1e6)
    void (async () => { for await (const _ of timers.setInterval(10)) void _ })()`,
  },
  {
    what: 'a timer that makes the next',
    body: 'const again = () => { setTimeout(again) }; again()',
  },
  {
    what: 'a server that listens',
    body: 'await new Promise<void>(r => net.createServer().listen(8080, r))',
  },
  {
    what: 'a server that keeps nobody waiting',
    body: 'await new Promise<void>(r => { net.createServer().listen(8080, r).unref() })',
  },
  {
    what: 'a server in HTTP with a client',
    body: `const server = http.createServer(() => {})
    await new Promise<void>(r => server.listen('hostile.sock', r))
    const request = http.get({ socketPath: 'hostile.sock' })
    await new Promise(r => request.on('socket', socket => socket.on('connect', r)))
    request.on('error', () => {})`,
  },
  {
    what: 'a socket of UDP',
    body: `const socket = dgram.createSocket('udp4')
    await new Promise<void>(r => socket.bind(5353, r))`,
  },
  {
    what: 'watchers of files',
    body: "fs.watch('/'); fs.watch('/', { persistent: false }); fs.watchFile('/nope', () => {})",
  },
  {
    what: 'a thread that never ends',
    body: "new (await import('node:worker_threads')).Worker('for (;;) {}', { eval: true })",
  },
  {
    what: 'a child process',
    body: `spawn('sleep', ['1000'])`,
    note: /ended: sleep 1000/,
  },
  {
    what: 'a daemon',
    body: `spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref()`,
    note: /sleep 1000/,
  },
  {
    what: 'a daemon of a daemon',
    body: `execFileSync('sh', ['-c', '(setsid sh -c "setsid sleep 1000 & setsid sleep 1001 &" >/dev/null 2>&1 </dev/null &)'])
    while (!/1001/.test(execFileSync('ps', ['-e', '-o', 'args']).toString())) await new Promise(r => setTimeout(r, 5))`,
    note: /sleep 1000.*sleep 1001|sleep 1001.*sleep 1000/,
  },
  {
    what: 'a process that ignores signals, with our own output',
    body: `const child = spawn('sh', ['-c', 'trap "" TERM HUP INT; echo ready; while :; do sleep 1; done'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise(r => child.stdout.once('data', r))`,
    note: /trap/,
  },
  {
    what: 'processes that make processes',
    body: `const child = spawn('sh', ['-c', 'for i in 1 2 3 4 5 6 7 8; do (while :; do sleep 0.01; done) & done; echo ready; wait'])
    await new Promise(r => child.stdout.once('data', r))`,
    note: /sleep/,
  },
  {
    what: 'a zombie',
    body: `spawnSync('sh', ['-c', '(sh -c "exit 3" &)'])`,
  },
  {
    what: 'a mount',
    body: `fs.mkdirSync('here'); execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', 'here'])`,
  },
  {
    what: 'mounts on mounts, with spaces in their names',
    body: `fs.mkdirSync('here'); execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', 'here'])
    fs.mkdirSync('here/a b')
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', 'here/a b'])
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', 'here/a b'])`,
  },
  {
    what: 'an open file on a mount',
    body: `fs.mkdirSync('here'); execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', 'here']); fs.openSync('here/x', 'w')`,
  },
  {
    what: 'a mount in the place of /proc',
    body: `execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/proc'])`,
  },
  {
    what: 'links in the namespace of the sandbox',
    body: `execFileSync('ip', ['link', 'add', 'x', 'type', 'veth', 'peer', 'name', 'y'])`,
  },
  {
    what: 'addresses and routes there',
    body: `execFileSync('sh', ['-c', 'ip link set lo up; ip addr add 192.0.2.1/32 dev lo; ip route add blackhole 198.51.100.0/24'])`,
  },
  {
    what: 'sysctls there',
    body: "fs.writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')",
  },
  { what: 'a host name', body: `execFileSync('hostname', ['hostile'])` },
  {
    what: 'a changed environment',
    body: "process.env.LEFT = '1'; delete process.env.PATH; process.env.HOME = '/nowhere'",
  },
  { what: 'another folder', body: "process.chdir('/')" },
  {
    what: 'a folder that is gone',
    body: "fs.mkdirSync('gone'); process.chdir('gone'); fs.rmdirSync('../gone')",
  },
  {
    what: 'listeners of the process',
    body: `for (const name of ['exit', 'beforeExit', 'SIGTERM', 'SIGUSR2', 'uncaughtException', 'unhandledRejection', 'warning', 'message']) {
      process.on(name, () => {})
    }`,
  },
  { what: 'no listeners of the process', body: 'process.removeAllListeners()' },
  { what: 'an exit code', body: 'process.exitCode = 7' },
  { what: 'a umask', body: 'process.umask(0o777)' },
  {
    what: 'another user',
    body: 'try { process.setgid?.(65534); process.setuid?.(65534) } catch {}',
  },
  {
    what: 'a callback for what nobody catches',
    body: 'process.setUncaughtExceptionCaptureCallback(() => {})',
  },
  { what: 'many open files', body: "for (let i = 0; i < 500; i++) fs.openSync('/dev/null')" },
  {
    what: 'a signal to itself',
    body: "process.kill(process.pid, 'SIGTERM'); process.kill(process.pid, 'SIGKILL'); process.kill(1)",
  },
  {
    what: 'a signal to all',
    body: "try { process.kill(-1, 'SIGKILL') } catch {}; process.kill(0, 'SIGTERM')",
  },
]

for (const { what, body, note } of left) {
  t.test(`a scenario that leaves ${what} passes, and the next finds nothing of it`, async t => {
    const ran = await bodyAmongInnocents(t, `${prelude}\n${body}`)
    t.equal(ran.hostile?.status, 'passed')
    t.equal(ran.exitCode, 0)
    if (note === undefined) return
    const notes = ran.events.flatMap(event => (event.type === 'note' ? event.text : []))
    t.match(notes.join('\n'), note)
  })
}

/** Ending these is all that it takes: a fresh process would cost ten times that. */
const ended = [
  'timers',
  'a server that listens',
  'a child process',
  'a mount',
  'a changed environment',
]

t.test('what can be ended does not cost the sandbox', async t => {
  for (const { what, body } of left.filter(one => ended.includes(one.what))) {
    const { isReplaced } = await bodyAmongInnocents(t, `${prelude}\n${body}`)
    t.equal(isReplaced, false, what)
  }
})

t.test('what cannot does', async t => {
  const { isReplaced } = await bodyAmongInnocents(t, 'process.exit(0)')
  t.equal(isReplaced, true)
})

t.test('nothing of the machine was touched', t => {
  t.strictSame(machineState(), was)
  t.end()
})
