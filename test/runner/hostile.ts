import type { Test } from 'tap'
import { poll } from '../../src/poll.ts'
import type { ScenarioEnd } from '../../src/runner/events.ts'
import { processesWith } from '../cli/machine.ts'
import { Project, scenarioFile, type Ran } from './project.ts'

/** What a scenario can see of its process and its sandbox, as text by name. */
const world = `import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'

const builtins = { Object, Array, Promise, JSON, Math, Date, Error, String, Map, Set, Function, Reflect, console, fs }
const functions = (of: object) =>
  Reflect.ownKeys(of).map(key => {
    const { value, get } = Reflect.getOwnPropertyDescriptor(of, key) ?? {}
    return \`\${String(key)}: \${typeof (value ?? get) === 'function' ? String(value ?? get).length : typeof value}\`
  })
const shown = (of: object) => [...functions(of), ...functions('prototype' in of ? (of.prototype as object) : {})].sort().join()
const read = (file: string) => fs.readFileSync(file, 'utf8')
const sockets = (kind: string) => read('/proc/self/net/' + kind).trim().split('\\n').slice(1).length

export async function world(): Promise<Record<string, string>> {
  // What Node itself was about to do when the scenario began is no part of it.
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
  return {
    ...Object.fromEntries(Object.entries(builtins).map(([name, value]) => [name, shown(value)])),
    process: [process.exit, process.kill, process.on, process.emit, process.nextTick].map(String).join(),
    globals: Object.getOwnPropertyNames(globalThis).sort().join(),
    stackTraceLimit: String(Error.stackTraceLimit),
    env: JSON.stringify(Object.entries(process.env).sort()),
    cwd: process.cwd(),
    umask: String(process.umask()),
    ids: [process.getuid?.(), process.geteuid?.(), process.getgid?.()].join(),
    listeners: process.eventNames().map(name => String(name) + process.listenerCount(name)).sort().join(),
    resources: process.getActiveResourcesInfo().filter(kind => kind !== 'PipeWrap').sort().join(),
    exitCode: String(process.exitCode),
    processes: fs.readdirSync('/proc').filter(name => /^\\d+$/.test(name)).join(),
    mounts: read('/proc/self/mounts').split('\\n').map(line => line.split(' ').slice(1, 3).join(' ')).join(),
    links: execFileSync('ip', ['-o', 'link']).toString().replace(/qlen \\d+/g, ''),
    addresses: execFileSync('ip', ['-o', 'addr']).toString(),
    routes: execFileSync('ip', ['route', 'show', 'table', 'all']).toString(),
    sockets: ['tcp', 'tcp6', 'udp', 'udp6'].map(sockets).join(),
    hostname: os.hostname(),
    forward: read('/proc/sys/net/ipv4/ip_forward'),
  }
}
`

const useWorld = (text: string) =>
  `import { world } from './_world.ts'\nimport fs from 'node:fs'\n${text}`

/** Tells processes apart: all of them are process 1. */
const born = 'note(`born ${performance.timeOrigin}`)\n'

const build = `
    const host = await lab.host('h')
    const bridge = await host.bridge('b', '10.0.1.1/24')
    await expect(await bridge.container('c'), { deadlineMs: 30_000 }).eventually.toPing(host)`

/** Whatever else this machine does meanwhile: the run's own limit is for the hostile ones. */
const patient = '{ timeoutMs: 60_000 }'

/** Writes down what the world is like; builds and pings. */
const before = useWorld(
  scenarioFile(
    'before',
    `${born}fs.writeFileSync('world.json', JSON.stringify(await world()))${build}`,
    patient,
  ),
)

/** Finds the world as it was, unless it runs at the same time; does the same. */
const after = useWorld(
  scenarioFile(
    'after',
    `${born}const was = fs.existsSync('world.json') ? JSON.parse(fs.readFileSync('world.json', 'utf8')) : await world()
    const changed = Object.entries(await world()).filter(([name, text]) => text !== was[name])
    if (changed.length > 0) {
      const told = changed.map(([name, text]) => name + ': ' + text + '\\nwas: ' + was[name])
      throw new Error(told.join('\\n'))
    }${build}`,
    patient,
  ),
)

export interface Hostile extends Ran {
  /** The hostile scenario's end. */
  hostile: ScenarioEnd | undefined
  /** The innocent one after it ran in another process than the one before. */
  isReplaced: boolean
}

/**
 * Runs something hostile after one innocent scenario and before another, and checks that both pass,
 * that the run ends, and that nothing of it is left.
 *
 * @param text a whole file; its scenario is called `hostile`
 */
async function amongInnocents(
  t: Test,
  text: string,
  args: readonly string[] = [],
): Promise<Hostile> {
  const project = new Project(t, {
    '_world.ts': world,
    '1-before.ts': before,
    '2-hostile.ts': text,
    '3-after.ts': after,
  })
  const ran = await project.run(['.', '--jobs', '1', '--timeout', '10', ...args])
  const left = await poll(() => (processesWith(project.mark).length === 0 ? 0 : undefined), {
    timeoutMs: 30_000,
  })
  t.equal(left, 0, 'no process is left')
  for (const name of ['before', 'after']) {
    const end = ran.ends.find(one => one.name === name)
    const became = end?.error?.message ?? end?.status
    t.equal(became, 'passed', `the innocent ${name} passes (it ${became})`)
  }
  t.equal(ran.ends.length, 3, 'and nobody else is told of')
  t.equal(ran.end?.exitCode, ran.exitCode, 'the run ends as it says')
  t.strictSame(ran.broken, [])
  const births = ran.events.filter(event => event.type === 'note' && event.text.startsWith('born'))
  const isReplaced =
    new Set(births.map(event => (event.type === 'note' ? event.text : ''))).size > 1
  return { ...ran, isReplaced, hostile: ran.ends.find(({ file }) => file === '2-hostile.ts') }
}

/** The same for the body of a scenario. */
export function bodyAmongInnocents(t: Test, body: string, args?: readonly string[]) {
  return amongInnocents(t, scenarioFile('hostile', body), args)
}
