import fs from 'node:fs'

/** proc(5), stat: what stands behind a process's name: its state, its parent. */
function statusOf(pid: number): string[] {
  try {
    const status = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    return status.slice(status.lastIndexOf(')') + 2).split(' ')
  } catch {
    return [] // it ended meanwhile
  }
}

function parentOf(pid: number): number | undefined {
  const [, parent] = statusOf(pid)
  return parent === undefined ? undefined : Number(parent)
}

/** Whether it has something to do, or to read, as far as the kernel knows. */
export const isRunnable = (pid: number): boolean => statusOf(pid)[0] === 'R'

/** All that we see: ourselves, and what runs on simulated machines. */
export function processes(): number[] {
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)
}

/** All processes that one has started, and those that they started; not itself. */
export function processesBelow(first: number): number[] {
  const parents = new Map(processes().map(pid => [pid, parentOf(pid)] as const))
  const isBelow = (pid: number): boolean => {
    for (let one = parents.get(pid); one !== undefined && one > 0; one = parents.get(one)) {
      if (one === first) return true
    }
    return false
  }
  return [...parents.keys()].filter(isBelow)
}

/** proc(5), NSpid: what a process is called in the innermost PID namespace that it is in. */
export function ownPid(pid: number): number | undefined {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1')
    return Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1])
  } catch {
    return undefined // it ended meanwhile
  }
}

/** proc(5): the mask of signals that a process ignores. */
function ignores(pid: number, signal: number): boolean {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1')
    const mask = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`)
    return ((mask >> BigInt(signal - 1)) & 1n) === 1n
  } catch {
    return false
  }
}

const SIGINT = 2

/** Ctrl-C, or what is heard by who does not listen to that. */
export function interrupt(pids: readonly number[]): void {
  for (const pid of pids) signal(pid, ignores(pid, SIGINT) ? 'SIGTERM' : 'SIGINT')
}

export function kill(pids: readonly number[]): void {
  for (const pid of pids) signal(pid, 'SIGKILL')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}
