import '../../sandboxed.ts'
import fs from 'node:fs'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { poll } from '../../../src/poll.ts'
import { Lab } from '../../../src/lab/lab.ts'

t.test('a node is entered although Node has started pool threads meanwhile', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  t.equal((await alpha.$`hostname`).stdout, 'alpha\n')
  // The first asynchronous file work starts threads that share this one's working directory.
  await readFile('package.json')
  t.equal((await alpha.$`hostname`).stdout, 'alpha\n')
  t.match(await readFile('package.json', 'utf8'), 'tnet-lab')
})

t.test('a command runs where the caller is, and is quoted as zx quotes', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  t.equal((await alpha.$`pwd`).stdout.trim(), process.cwd())
  const odd = `a b'c"$(id)\n`
  t.equal((await alpha.$`printf %s ${odd}`).stdout, odd)
})

t.test('a command that reads gets an end, what it is given, or what is piped to it', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  t.equal((await alpha.$`cat`).stdout, '')
  t.equal((await alpha.$({ input: 'given' })`cat`).stdout, 'given')
  t.equal((await alpha.$`echo piped`.pipe(alpha.$`cat`)).stdout, 'piped\n')
})

t.test('nodes find each other by name, those with odd labels by their plain ones', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  const odd = await blue.container('日本語 db')
  t.match((await web.$`getent hosts ${odd}`).stdout, /^10\.0\.1\.3/)
  t.match((await web.$`getent hosts alpha`).stdout, /^10\.0\.1\.1/)
  t.match((await web.$`getent hosts web`).stdout, /^10\.0\.1\.2/)
  t.equal((await web.$({ nothrow: true })`getent hosts nobody`).exitCode, 2)
  const late = await blue.container('late')
  t.match((await web.$`getent hosts ${late}`).stdout, /^10\.0\.1\.4/)
})

t.test('a program is ready when it listens, or has printed a line', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const listener = `require('net').createServer().listen(8080, () => console.log('here'))`
  await using byPort = await alpha.spawn(process.execPath, ['-e', listener], {
    ready: { port: 8080 },
  })
  t.ok(byPort.isRunning)
  await using byLine = await alpha.spawn('sh', ['-c', 'echo up at last; sleep 60'], {
    ready: { line: /up at/ },
  })
  t.match(byLine.output, 'up at last')
  await byLine.stop()
  t.equal(byLine.isRunning, false)
})

t.test('a program that ends, or never gets ready, says what it printed', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  await t.rejects(
    alpha.spawn('sh', ['-c', 'echo cannot open it >&2; exit 3'], { ready: { port: 80 } }),
    {
      name: 'CommandError',
      code: 'TNET_PROGRAM_FAILED',
      facts: { ended: 'exit code 3', output: 'cannot open it' },
    },
  )
  await t.rejects(
    alpha.spawn('sh', ['-c', 'echo not yet; sleep 60'], {
      ready: { line: 'ready' },
      readyTimeoutMs: 100,
    }),
    { name: 'DeadlineError', code: 'TNET_PROGRAM_NOT_READY', facts: { output: 'not yet' } },
  )
  await t.rejects(alpha.spawn('no-such-tool'), { code: 'TNET_TOOL_MISSING' })
})

t.test('a program that ignores SIGTERM is ended all the same, with its children', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const script = 'trap "" TERM; sleep 60 & echo $!; wait'
  const program = await alpha.spawn('bash', ['-c', script], { ready: { line: /^\d+$/m } })
  const child = Number(program.output.trim())
  await program.stop({ graceMs: 50 })
  // Ended is gone, or a zombie that process 1 has not collected.
  const isEnded = () => {
    const isThere = fs.existsSync(`/proc/${child}/stat`)
    return !isThere || / Z /.test(fs.readFileSync(`/proc/${child}/stat`, 'utf8')) ? true : undefined
  }
  t.equal(await poll(isEnded), true)
})

t.test('servers live on their node: HTTP sees the peer, TCP and UDP echo', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  const app = await blue.container('app')
  await using site = await web.serve(80, ({ peer, path }) => `${peer} asks for ${path}`)
  t.equal((await app.$`curl -sS http://web/x`).stdout, '10.0.1.3 asks for /x')
  await using echo = await web.serveTcp(7)
  t.equal((await app.$({ input: 'hi' })`socat -t 1 - TCP:10.0.1.2:${echo.port}`).stdout, 'hi')
  await using datagrams = await web.serveUdp(0)
  const { stdout } = await app.$({ input: 'ho' })`socat -t 0.3 - UDP:web:${datagrams.port}`
  t.equal(stdout, 'ho')
  await t.rejects(
    web.serve(80, () => ''),
    { name: 'UsageError', code: 'TNET_PORT_TAKEN' },
  )
  await site.close()
  t.equal((await app.$({ nothrow: true })`curl -sS http://web/`).exitCode, 7)
})

t.test('a TAP device is made, or it is said what is in the way', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const made = await alpha.addTap('tap0').catch((error: unknown) => error)
  if (made instanceof Error) t.match(made, { code: /^TNET_TUN_/, hint: /./ })
  else t.match((await alpha.$`ip -d link show tap0`).stdout, 'tun type tap')
})
