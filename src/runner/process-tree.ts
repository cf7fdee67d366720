import fs from 'node:fs'

const PAGE_BYTES = 4096

/** What a process and all below it hold in memory. */
export interface TreeMemory {
  bytes: number
  /** The process that holds most, and how much. */
  largest: string
}

function childrenOf(pid: number): number[] {
  try {
    const threads = fs.readdirSync(`/proc/${pid}/task`)
    return threads.flatMap(thread =>
      fs
        .readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
        .split(' ')
        .map(Number)
        .filter(child => child > 0),
    )
  } catch {
    return [] // it has ended
  }
}

/** Memory of one process that no other has as well. */
function ownBytes(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = fs
      .readFileSync(`/proc/${pid}/statm`, 'latin1')
      .split(' ')
      .map(Number)
    return (resident - shared) * PAGE_BYTES
  } catch {
    return 0
  }
}

function nameOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return 'a process'
  }
}

/** All processes below one, itself first. */
export function processTree(root: number): number[] {
  const found = [root]
  for (let i = 0; i < found.length && i < 10_000; i++) found.push(...childrenOf(found[i] ?? 0))
  return found
}

export function memoryOf(root: number): TreeMemory {
  const all = processTree(root).map(pid => ({ pid, bytes: ownBytes(pid) }))
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0)
  const [largest] = all.sort((a, b) => b.bytes - a.bytes)
  const share = ((largest?.bytes ?? 0) / (1 << 20)).toFixed(0)
  return { bytes, largest: `${nameOf(largest?.pid ?? 0)}, ${share} MiB` }
}
