import { unreadable } from '../records.ts'
import { Space } from './space.ts'
import type { SpaceDefinition } from './space.ts'

/** What a host has of a space. Its blocks and the addresses it borrows share one lease. */
export interface HostRecord {
  /** In the order in which it claimed them. */
  readonly blocks: readonly string[]
  /** What the other hosts need to know to reach it. */
  readonly data: Readonly<Record<string, string>>
  /** When its lease runs out, in milliseconds since 1970; null: never. */
  readonly expiresAt: number | null
  /** Its addresses are being released: it cannot come back to them any more. */
  readonly isEvicted: boolean
}

function read<T>(key: string, text: string, take: (value: Record<string, unknown>) => T): T {
  try {
    return take(JSON.parse(text) as Record<string, unknown>)
  } catch (cause) {
    throw unreadable(key, cause)
  }
}

/** Whoever claims or allocates compares the record of the space, which only its deletion changes. */
export function encodeSpace({ definition }: Space): string {
  return JSON.stringify({ definition })
}

export function decodeSpace(key: string, text: string): Space {
  return read(key, text, ({ definition }) => {
    const space = new Space(definition as SpaceDefinition)
    if (typeof space.rules.prefix !== 'number') throw new Error('it says nothing of blocks')
    return space
  })
}

export function encodeHost({ blocks, data, expiresAt, isEvicted }: HostRecord): string {
  return JSON.stringify({ blocks, data, expiresAt, isEvicted })
}

export function decodeHost(key: string, text: string): HostRecord {
  return read(key, text, ({ blocks, data, expiresAt, isEvicted }) => {
    if (!Array.isArray(blocks)) throw new Error('the blocks are no list')
    if (typeof data !== 'object' || data === null) throw new Error('the data are no record')
    if (expiresAt !== null && typeof expiresAt !== 'number') throw new Error('no time')
    return {
      blocks: blocks.map(String),
      data: data as Record<string, string>,
      expiresAt,
      isEvicted: isEvicted === true,
    }
  })
}

/** Whether a host lost its right to what it has. */
export function isExpired({ expiresAt, isEvicted }: HostRecord, now: number): boolean {
  return isEvicted || (expiresAt !== null && expiresAt <= now)
}
