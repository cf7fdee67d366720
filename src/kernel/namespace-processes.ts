import fs from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { libcCalls } from './libc.ts'

/** bits/waitflags.h */
const WNOHANG = 1
/** Looks until it is given up: a process that waits for a disk takes its time. */
const LOOKS = 40
/** Node asks how its own children ended, on its next turn; who is asked by nobody is an orphan. */
const TURNS = 3

/** Those of the processes that we see whose network namespace is one of these. */
function processesIn(inodes: ReadonlySet<number>): number[] {
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && pid !== process.pid)
    .filter(pid => {
      try {
        const [, inode] = /\[(\d+)\]/.exec(fs.readlinkSync(`/proc/${pid}/ns/net`)) ?? []
        return inodes.has(Number(inode))
      } catch {
        return false // it ended, it is a zombie, or it is none of ours
      }
    })
}

/** Whether it has ended, and we are to ask how. */
function isOurZombie(pid: number): boolean {
  try {
    const status = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' && Number(parent) === process.pid
  } catch {
    return false
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself, or it is another user's.
  }
}

/**
 * Ends every process whose network namespace is one of these: daemons, and what a command left in
 * the background. The first process of a PID namespace gets orphans as its children, and Node asks
 * for the ends of none but its own.
 *
 * @param descriptors of the namespaces
 */
export async function endProcessesIn(descriptors: readonly number[]): Promise<void> {
  const inodes = new Set(descriptors.map(fd => fs.fstatSync(fd).ino))
  /** In how many looks it was a zombie. */
  const killed = new Map<number, number>()
  for (let look = 0; look < LOOKS; look++) {
    const running = processesIn(inodes)
    for (const pid of running) {
      killed.set(pid, 0)
      kill(pid)
    }
    const zombies = [...killed.keys()].filter(isOurZombie)
    for (const pid of zombies) {
      const turns = killed.get(pid) ?? 0
      killed.set(pid, turns + 1)
      if (turns >= TURNS) libcCalls.waitpidNow(pid, Buffer.alloc(4), WNOHANG)
    }
    if (running.length === 0 && zombies.length === 0) return
    await setTimeout(look < 5 ? 1 : 10)
  }
}
