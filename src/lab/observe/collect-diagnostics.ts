import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { nowMs, scaled } from '../../clock.ts'
import { untilEvent } from '../../kernel/children.ts'
import { iptablesEnvironment } from '../../kernel/iptables-environment.ts'
import { insideNet } from '../../kernel/net-namespace.ts'
import { linkList } from '../../kernel/netlink/link-list.ts'
import type { Netns } from '../../kernel/netns.ts'
import { randomId } from '../../kernel/random-id.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Lab } from '../lab.ts'
import type { Program } from '../program.ts'
import { looksFor, scriptFor, typedCommand } from './diagnostic-looks.ts'
import { Sections } from './sections.ts'
import { read } from './seen-namespace.ts'
import { sysctlCommand, sysctlLines } from './sysctls.ts'

/** What `command` printed on a node when a scenario had failed. */
export interface CollectedDiagnostic {
  /** The node's name: unique in a lab, and what `ip -n` takes. */
  node: string
  /** `links`, `addresses`, `routes`, …: also the name of its file. */
  what: string
  /** What a person would type: `ip -n web -d -s link`. */
  command: string
  /** The first 64 KiB; of a program the last lines. */
  text: string
}

export interface DiagnosticsOptions {
  onDiagnostic: (diagnostic: CollectedDiagnostic) => void
  /** Milliseconds for all of it; more on a slow machine. Default 5000. */
  timeoutMs?: number
  /** Names or labels of the nodes to begin with: those that the error is about. */
  first?: readonly string[]
}

/** Shells at once: a look takes a core, and two are common. */
const AT_ONCE = 4
const PROGRAM_LINES = 100
/** What a killed shell may take to end. */
const ENDED_MS = 500

type Tell = (diagnostic: Omit<CollectedDiagnostic, 'node'>) => void

interface Place {
  netns: Netns
  isSwitch: boolean
}

/** Those that were named first, then hosts and containers, then the segments' switches. */
function placesOf(lab: Lab, first: readonly string[]): Place[] {
  const nodes = lab.nodes.map(({ netns }) => ({ netns, isSwitch: false }))
  const switches = lab.segments.map(({ netns }) => ({ netns, isSwitch: true }))
  const isFirst = ({ netns }: Place) => first.includes(netns.name) || first.includes(netns.label)
  const all = [...nodes, ...switches]
  return [...all.filter(isFirst), ...all.filter(place => !isFirst(place))]
}

/** What programs printed last is here already, and is told whatever else fails. */
function tellPrograms(programs: readonly Program[], tell: Tell): void {
  for (const [n, { node, command, output }] of programs.entries()) {
    tell({
      what: n === 0 ? 'program' : `program-${n + 1}`,
      // Its words may have lines of their own.
      command: `ip netns exec ${node.netns.name} ${command}`,
      text: output.trimEnd().split('\n').slice(-PROGRAM_LINES).join('\n'),
    })
  }
}

/** A shell in a namespace, in a group of its own, so that what it runs ends with it. */
function shell({ descriptor }: Netns, script: string): ChildProcess {
  const options: SpawnOptions = {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
    env: iptablesEnvironment(),
  }
  return insideNet<ChildProcess>(descriptor, () => spawn('sh', ['-c', script], options))
}

/** Runs the programs that print; true when all of them did in time. */
async function look({ netns, isSwitch }: Place, deadline: number, tell: Tell): Promise<boolean> {
  // Does what was put off until somebody looks.
  read(() => netns.dump(linkList, () => undefined), [])
  const { looks, empty } = looksFor(netns, isSwitch)
  const mark = `tnet-${randomId(12)}`
  const sections = new Sections(mark, (number, text) => {
    const one = looks[number]
    if (one !== undefined) tell({ what: one.what, command: typedCommand(netns.name, one), text })
  })
  const child = shell(netns, scriptFor(looks, mark))
  const stop = () => {
    const { pid } = child
    if (pid !== undefined) read(() => process.kill(-pid, 'SIGKILL'), false)
    child.stdout?.destroy()
  }
  const left = Math.max(0, deadline - nowMs())
  const timer = setTimeout(stop, left)
  child.once('error', () => {}) // there is no sh: nothing was printed
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => sections.add(chunk))
  await untilEvent(child, 'close', left + ENDED_MS)
  clearTimeout(timer)
  const isWhole = (child.exitCode ?? -1) >= 0
  sections.end(isWhole ? undefined : 'time was up')
  for (const one of empty) {
    tell({ what: one.what, command: typedCommand(netns.name, one), text: '' })
  }
  return isWhole
}

/**
 * Collects what is to be known of every node of a lab after a failure: links, addresses, routes of
 * all tables, rules, neighbours, FDB, firewall rules with counters, connections, listening sockets,
 * sysctls, and the last lines of each program. It waits for nothing on a node, never fails, and
 * takes no more time than it may.
 *
 * @returns the names of the nodes that there was no time for, or that could not be entered
 * @example
 * await collectDiagnostics(lab, { first: ['web'], onDiagnostic: item => emit(item) })
 */
export async function collectDiagnostics(
  lab: Lab,
  { onDiagnostic, timeoutMs = 5000, first = [] }: DiagnosticsOptions,
): Promise<{ leftOut: string[] }> {
  const deadline = nowMs() + scaled(timeoutMs)
  const waiting = placesOf(lab, first)
  const leftOut: string[] = []
  const collect = async (place: Place): Promise<void> => {
    const { netns } = place
    const tell: Tell = one => onDiagnostic({ node: netns.name, ...one })
    tellPrograms(
      lab.programs.filter(({ node }) => node.netns === netns),
      tell,
    )
    // Its host has all the rest.
    if (netns.shares !== undefined) return
    const isLate = nowMs() >= deadline
    if (!isLate && !place.isSwitch) {
      const text = read(() => sysctlLines(netns), undefined)
      const command = spelled(netns.name, sysctlCommand)
      if (text !== undefined) tell({ what: 'sysctls', command, text })
    }
    const isWhole = !isLate && (await look(place, deadline, tell).catch(() => false))
    if (!isWhole) leftOut.push(netns.name)
  }
  const work = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      await collect(place)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { leftOut }
}
