import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { EnvironmentError } from '../../src/errors.ts'
import { htmlReporter } from '../../src/report/html/html-reporter.ts'
import { poll } from '../../src/poll.ts'
import { Spool } from '../../src/report/html/spool.ts'
import { Topologies } from '../../src/report/html/topologies.ts'
import { reported } from './html-reported.ts'
import { allStreams, hostileTexts, Recording, twoHosts } from './streams.ts'
import { link, node } from './topologies.ts'

const read = (file: string) => readFileSync(file, 'utf8')

t.test('the page appears when it is whole, and nothing else stays', async t => {
  const folder = t.testdir({ 'index.html': 'the last report' })
  const file = path.join(folder, 'index.html')
  const reporter = htmlReporter({ file })
  for (const event of allStreams['failures'] ?? []) reporter.tell(event)
  t.equal(read(file), 'the last report')
  t.strictSame(readdirSync(folder), ['index.html'])
  await reporter.close?.()
  t.match(read(file), /^<!doctype html>[^]*<\/html>\n$/)
  t.strictSame(readdirSync(folder), ['index.html'])
})

/** Tells a run to a reporter in a process of its own, and says what it does. */
const CHILD = `
  const { htmlReporter } = await import('./src/report/html/html-reporter.ts')
  const { largeRun } = await import('./test/report/html-runs.ts')
  const reporter = htmlReporter({ file: process.argv[1] })
  const events = largeRun()
  for (const event of events) {
    reporter.tell(event)
    // Drawings differ, so that there is much to do in the end.
    if (event.type === 'topology') for (let n = 0; n < 100; n++) {
      const id = 'again' + n
      const start = events.find(({ type }) => type === 'scenario-start')
      const end = events.find(({ type }) => type === 'scenario-end')
      reporter.tell({ ...start, id, name: id })
      const nodes = event.nodes.map(node => ({ ...node, label: node.label + n }))
      reporter.tell({ ...event, id, nodes })
      reporter.tell({ ...end, id, name: id })
    }
  }
  console.log('told')
  if (process.argv[2] === 'close') await reporter.close()
  setInterval(() => {}, 1000)`

function child(file: string, what: 'close' | 'wait') {
  const args = ['--import=tsx', '--input-type=module', '-e', CHILD, file, what]
  const started = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise(resolve => started.once('exit', resolve))
  return { started, ended, told: new Promise(resolve => started.stdout.once('data', resolve)) }
}

t.test('a run that is killed leaves nothing behind', async t => {
  const folder = t.testdir()
  const { started, ended, told } = child(path.join(folder, 'index.html'), 'wait')
  t.teardown(() => started.kill('SIGKILL'))
  await told
  started.kill('SIGKILL')
  await ended
  t.strictSame(readdirSync(folder), [])
})

t.test('one that is killed while the page is made leaves no half page', async t => {
  const folder = t.testdir({ 'index.html': 'the last report' })
  const { started, ended } = child(path.join(folder, 'index.html'), 'close')
  t.teardown(() => started.kill('SIGKILL'))
  const draft = await poll(() => readdirSync(folder).find(name => name.endsWith('.tmp')), {
    timeoutMs: 20_000,
  })
  t.ok(draft, 'it had begun')
  started.kill('SIGKILL')
  await ended
  t.equal(read(path.join(folder, 'index.html')), 'the last report')
})

t.test('a place that cannot be written to is said at once', async t => {
  const folder = t.testdir({ taken: 'a file' })
  const file = path.join(folder, 'taken', 'index.html')
  const error = t.throws(() => htmlReporter({ file })) as EnvironmentError
  t.ok(error instanceof EnvironmentError)
  t.equal(error.code, 'TNET_REPORT_UNWRITABLE')
  t.match(error.facts['error'], /ENOTDIR|EEXIST/)
  t.not(error.hint, '')
})

t.test('or in the end, when it became so meanwhile', async t => {
  const folder = t.testdir()
  const file = path.join(folder, 'index.html')
  const reporter = htmlReporter({ file })
  for (const event of allStreams['allPass'] ?? []) reporter.tell(event)
  mkdirSync(path.join(file, 'in the way'), { recursive: true })
  await t.rejects(reporter.close?.() ?? Promise.resolve(), { code: 'TNET_REPORT_UNWRITABLE' })
  t.strictSame(readdirSync(folder), ['index.html'], 'no draft')
})

t.test('a folder that is not there is made', async t => {
  const file = await reported(path.join(t.testdir(), 'a', 'b'), allStreams['empty'] ?? [])
  t.match(read(file), 'No scenario ran')
})

/** What is reachable, in bytes. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

t.test('memory does not grow with what scenarios print', async t => {
  const file = path.join(t.testdir(), 'index.html')
  const reporter = htmlReporter({ file })
  const text = 'line of output\n'.repeat(16_000)
  const attempt = (n: number) => {
    const run = new Recording()
    run.scenario(`number ${n}`).output(text).topology(twoHosts).pass()
    for (const event of run.events) if ('id' in event) reporter.tell({ ...event, id: `s${n}` })
  }
  attempt(0)
  const before = heapBytes()
  for (let n = 1; n <= 200; n++) attempt(n)
  const grown = heapBytes() - before
  t.ok(grown < (200 * text.length) / 10, `${grown} bytes more, of ${200 * text.length}`)
  await reporter.close?.()
  const size = read(file).length
  t.ok(size > 200 * text.length, 'and the page has it all')
})

t.test('a topology that many scenarios build is drawn and kept once', async t => {
  const run = new Recording()
  for (let n = 0; n < 40; n++) {
    const nodes = twoHosts.nodes.map(node => ({
      ...node,
      links: node.links.map(link => ({ ...link, mac: `02:00:00:00:00:${10 + n}` })),
    }))
    run
      .scenario(`number ${n}`)
      .topology({ ...twoHosts, nodes })
      .pass()
  }
  const page = read(await reported(t.testdir(), run.end()))
  t.equal([...page.matchAll(/<noscript data-store=/g)].length, 1)
  t.equal([...page.matchAll(/<section class="topology"/g)].length, 40)
})

t.test('drawing does not hold up the end of a run: the rest of many is in words', async t => {
  const spool = new Spool(t.testdir())
  t.teardown(() => spool.close())
  const topologies = new Topologies(spool, { longestMs: 0 })
  const numbers = Array.from({ length: 52 }, (_, n) =>
    topologies.add({ nodes: [node(`h${n}`, 'host', [link('eth0', 'veth')])], networks: [] }),
  )
  const figures: string[] = []
  for (const number of numbers) figures.push((await topologies.figure(number)).text)
  t.equal(figures.filter(figure => figure.includes('<svg')).length, 50)
  t.match(figures.at(-1), /Not drawn: drawing the 50 before it took [\d.]+ m?s\./)
  const stores = [...topologies.stores()].map(range => spool.text(range))
  t.match(stores.at(-1), /<dt>h51 .*eth0 veth mtu 1500 up/)
})

t.test('nothing in it can fetch or run what somebody put there', async t => {
  const page = read(await reported(t.testdir(), allStreams['hostile'] ?? []))
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]
  t.match(policy, 'default-src &#39;none&#39;')
  t.match(policy, /script-src &#39;sha256-[A-Za-z0-9+/=]+&#39;;/)
  t.equal([...page.matchAll(/<script/g)].length, 1)
  t.equal([...page.matchAll(/<\/noscript/g)].length, [...page.matchAll(/<noscript/g)].length)
  t.notMatch(page, /(?:src|href)="(?:https?:)?\/\//)
  t.notMatch(page, hostileTexts.markup)
  t.notMatch(page, /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]/)
})

t.test('it says that a run was cut off, and what was under way', async t => {
  const page = read(await reported(t.testdir(), allStreams['truncated'] ?? []))
  t.match(page, 'This run was cut off')
  t.match(page, 'data-status="cut off"')
  t.match(page, 'a long way', 'with the steps as far as they came')
  t.notMatch(read(await reported(t.testdir(), allStreams['allPass'] ?? [])), 'cut off:')
})

t.test('it says who stopped a run, and what was left out', async t => {
  const stopped = read(await reported(t.testdir(), allStreams['interrupted'] ?? []))
  t.match(stopped, 'Stopped by SIGINT. 3 scenarios were not run.')
  const bailed = read(await reported(t.testdir(), allStreams['bailed'] ?? []))
  t.match(bailed, 'Ended early. 2 scenarios were not run.')
})

t.test('repeats are one scenario with a pass rate, retries with all attempts', async t => {
  const repeats = read(await reported(t.testdir(), allStreams['repeats'] ?? []))
  t.match(repeats, '4 of 5 passed (80 %)')
  t.equal([...repeats.matchAll(/<details class="attempt"/g)].length, 5)
  const retries = read(await reported(t.testdir(), allStreams['retries'] ?? []))
  t.match(retries, '1 retry')
  t.match(retries, '2 retries')
})

t.test('events and fields that it does not know are no trouble', async t => {
  const unknown = { type: 'weather', id: 's1', atMs: 5, sun: true } as never
  const [start, ...events] = allStreams['allPass'] ?? []
  const page = read(
    await reported(t.testdir(), [start!, ...events.slice(0, 3), unknown, ...events.slice(3)]),
  )
  t.match(page, '3 passed')
})
