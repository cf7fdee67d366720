import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { poll } from '../../../src/poll.ts'

/** What this process holds: descriptors, handles that keep it alive, and its own processes. */
export interface Held {
  descriptors: string[]
  handles: string[]
  processes: string[]
}

/** What a descriptor is of, without its number: `socket:`, `net:`, `/dev/net/tun`. */
export function descriptors(): string[] {
  return (
    fs
      .readdirSync('/proc/self/fd')
      .flatMap(fd => {
        try {
          return fs.readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, '')
        } catch {
          return [] // the folder itself, which is closed by now
        }
      })
      // tsx reads what it compiled before.
      .filter(file => !file.startsWith(path.join(os.tmpdir(), 'tsx-')))
      .toSorted()
  )
}

/** Zombies too, those that we have not asked how they ended; others are for their parents to ask. */
export function processes(): string[] {
  return fs
    .readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid) && Number(pid) !== process.pid && pid !== '1')
    .flatMap(pid => {
      try {
        const status = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
        const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ')
        if (state === 'Z' && Number(parent) !== process.pid) return []
        return `${status.slice(status.indexOf('('), status.lastIndexOf(')') + 1)} ${state}`
      } catch {
        return []
      }
    })
    .toSorted()
}

function held(): Held {
  // The thread that compiles modules under tsx is no lab's.
  const handles = process.getActiveResourcesInfo().filter(kind => kind !== 'MessagePort')
  return { descriptors: descriptors(), handles: handles.toSorted(), processes: processes() }
}

/** What is held once that stays the same: Node closes some handles on its next turn. */
export async function heldAtRest(): Promise<Held> {
  let last = held()
  await poll(async () => {
    await setTimeout(5)
    const now = held()
    const isAtRest = isDeepStrictEqual(now, last)
    last = now
    return isAtRest ? true : undefined
  })
  return last
}

/** What is held when it is as before, or at last. */
export async function heldAfter(before: Held): Promise<Held> {
  let last = held()
  await poll(
    () => {
      last = held()
      return isDeepStrictEqual(last, before) ? true : undefined
    },
    { timeoutMs: 10_000 },
  )
  return last
}
