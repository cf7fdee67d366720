// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { bodyAmongInnocents } from '../runner/hostile.ts'

t.setTimeout(600_000)

/**
 * What a scenario does to the language and to Node under everybody's feet. How it ends itself is
 * its own affair, as long as it is told of it; whoever comes next has a whole world again.
 */
const changes: { what: string; body: string; passes?: true }[] = [
  { what: 'JSON.stringify throws', body: "JSON.stringify = () => { throw new Error('no') }" },
  { what: 'JSON.stringify returns garbage', body: "JSON.stringify = () => 'garbage'" },
  { what: 'JSON.stringify is deleted', body: 'delete (JSON as Partial<JSON>).stringify' },
  { what: 'JSON.parse returns nothing', body: 'JSON.parse = () => undefined' },
  { what: 'Promise is deleted', body: 'delete (globalThis as Record<string, unknown>).Promise' },
  {
    what: 'Promise.prototype.then throws',
    body: "Promise.prototype.then = () => { throw new Error('no') }",
  },
  { what: 'Promise.race never resolves', body: 'Promise.race = () => new Promise(() => {})' },
  { what: 'Promise.all never resolves', body: 'Promise.all = () => new Promise(() => {})' },
  {
    what: 'Array.prototype.map throws',
    body: "Array.prototype.map = () => { throw new Error('no') }",
  },
  {
    what: 'lists cannot be iterated',
    body: "Array.prototype[Symbol.iterator] = () => { throw new Error('no') }",
  },
  {
    what: 'Object.entries finds nothing',
    body: 'Object.entries = Object.keys = Object.values = () => []',
  },
  {
    what: 'all objects have a toJSON',
    body: "Object.assign(Object.prototype, { toJSON: () => 'polluted' })",
  },
  {
    what: 'all objects have names and options',
    body: "Object.assign(Object.prototype, { names: ['x'], timeoutMs: -1, requires: 'x', tags: 5 })",
  },
  { what: 'text cannot be split', body: 'String.prototype.split = () => []' },
  {
    what: 'maps forget',
    body: 'Map.prototype.get = () => undefined; Set.prototype.has = () => false',
  },
  {
    what: 'the clock stands still',
    body: 'process.hrtime.bigint = () => 0n; Date.now = () => 0; performance.now = () => 0',
  },
  {
    what: 'timers never fire',
    body: 'Object.assign(globalThis, { setTimeout: () => {}, setImmediate: () => {}, clearTimeout: () => {} })',
  },
  {
    what: 'timers of the module never fire',
    body: "Object.assign((await import('node:timers')).default, { setTimeout: () => {}, clearTimeout: () => {} })",
  },
  {
    what: 'files cannot be written',
    body: "Object.assign((await import('node:fs')).default, { writeSync: () => 0, readFileSync: () => '' })",
  },
  {
    what: 'the process cannot exit',
    body: 'Object.assign(process, { exit: () => {}, kill: () => {}, reallyExit: () => {} })',
  },
  { what: 'the process hears nothing', body: 'process.on = process.emit = () => process as never' },
  {
    what: 'the console is mute',
    body: 'console.log = () => {}; process.stdout.write = () => true',
    passes: true,
  },
  {
    what: 'stacks are numbers',
    body: 'Error.stackTraceLimit = 0; Error.prepareStackTrace = () => 42',
  },
  {
    what: 'a global stays',
    body: "Object.defineProperty(globalThis, 'left', { value: 1 })",
    passes: true,
  },
  {
    what: 'a global is replaced',
    body: 'Object.assign(globalThis, { left: 1, URL: 5, fetch: 5 })',
    passes: true,
  },
  {
    what: 'nothing can be changed any more',
    body: 'for (const of of [Object, Array, Promise, process, console]) { Object.freeze(of); Object.freeze(Object.getPrototypeOf(of)) }',
    passes: true,
  },
]

for (const { what, body, passes } of changes) {
  t.test(`after a scenario in which ${what}, the next has a whole world`, async t => {
    const { hostile, stderr } = await bodyAmongInnocents(t, body, ['--timeout', '2'])
    if (passes === true) t.equal(hostile?.status, 'passed')
    else t.ok(hostile)
    t.notMatch(stderr, /please report this|at JSON\.parse/)
  })
}
