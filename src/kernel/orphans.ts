import fs from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { libcCalls } from './libc.ts'

/** bits/waitflags.h */
const WNOHANG = 1

/** A process besides this one in its PID namespace. */
interface OtherProcess {
  pid: number
  /** As `ps` prints it. */
  command: string
  /** It has ended, and nobody asked how. */
  isZombie: boolean
  /** The process group that it is in: the process that leads it. */
  group: number
}

function read(pid: number): OtherProcess | undefined {
  try {
    const status = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    const line = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    const name = status.slice(status.indexOf('(') + 1, status.lastIndexOf(')'))
    const [state, , group] = status.slice(status.lastIndexOf(')') + 2).split(' ')
    const command = line === '' ? `[${name}]` : line
    return { pid, command, isZombie: state === 'Z', group: Number(group) }
  } catch {
    return undefined // it ended while it was looked at
  }
}

/** All of them; for a process that is the first of its PID namespace, and sees its /proc. */
function otherProcesses(): OtherProcess[] {
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && pid !== process.pid)
    .flatMap(pid => read(pid) ?? [])
}

/** Asks for the ends of children that nobody waits for. Node misses none of its own by it. */
function reap(zombies: readonly OtherProcess[]): void {
  const status = Buffer.alloc(4)
  for (const { pid } of zombies) libcCalls.waitpidNow(pid, status, WNOHANG)
}

/**
 * Ends every other process of this PID namespace, what it starts meanwhile included.
 *
 * @returns those that were still running, and those that cannot be ended
 */
export async function endOtherProcesses(): Promise<{
  ended: OtherProcess[]
  left: OtherProcess[]
}> {
  const ended = new Map<number, OtherProcess>()
  /** In how many rounds each was a zombie. */
  const zombies = new Map<number, number>()
  for (let round = 0; ; round++) {
    const others = otherProcesses()
    const running = others.filter(({ isZombie }) => !isZombie)
    for (const one of running) {
      ended.set(one.pid, one)
      try {
        process.kill(one.pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
    for (const { pid, isZombie } of others) {
      if (isZombie) zombies.set(pid, (zombies.get(pid) ?? 0) + 1)
    }
    // Node asks for the ends of its own children; whom it has not asked for some rounds is an orphan.
    reap(others.filter(({ pid }) => (zombies.get(pid) ?? 0) > 3))
    if (others.length === 0 || round === 20) return { ended: [...ended.values()], left: others }
    await setTimeout(round < 3 ? 1 : 10)
  }
}

/**
 * Those that run, as `ps` prints them.
 *
 * @param groups process groups that are left out
 */
export function runningBesides(groups: readonly number[]): string[] {
  return otherProcesses()
    .filter(({ isZombie, group }) => !isZombie && !groups.includes(group))
    .map(({ command }) => command)
}
