import { libcCalls } from '../libc.ts'
import type { ControlMessage } from './message-buffer.ts'

/** asm-generic/socket.h: struct timespec of two 64-bit numbers, on 64-bit Linux */
const SOL_SOCKET = 1
const SO_TIMESTAMPNS = 35
const CLOCK_REALTIME = 0

const one = Buffer.from([1, 0, 0, 0])
const time = Buffer.alloc(16)

const milliseconds = (timespec: Buffer) =>
  Number(timespec.readBigInt64LE(0)) * 1000 + Number(timespec.readBigInt64LE(8)) / 1e6

/** Has the kernel note when each packet came. */
export function wantTimestamps(fd: number): void {
  libcCalls.setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, one, 4)
}

/** Milliseconds since 1970 by the clock of those notes. */
export function wallClock(): number {
  libcCalls.clock_gettime(CLOCK_REALTIME, time)
  return milliseconds(time)
}

/** When a packet came, in milliseconds since 1970. */
export function readTimestamp(messages: readonly ControlMessage[]): number | undefined {
  const note = messages.find(m => m.level === SOL_SOCKET && m.type === SO_TIMESTAMPNS)
  return note === undefined || note.data.length < 16 ? undefined : milliseconds(note.data)
}

/** Nanoseconds since 1970, as a capture file has them. */
export function readNanoseconds(messages: readonly ControlMessage[]): bigint | undefined {
  const note = messages.find(m => m.level === SOL_SOCKET && m.type === SO_TIMESTAMPNS)
  if (note === undefined || note.data.length < 16) return undefined
  return note.data.readBigInt64LE(0) * 1_000_000_000n + note.data.readBigInt64LE(8)
}

/**
 * Times of packets that were read one after the other, as they came. The kernel begins to note
 * times a moment after the first socket asks for them (net/core/dev.c, net_enable_timestamp: a
 * static key is turned by a work queue), and gives packets without one the time at which they are
 * read, which is later than that of packets behind them.
 */
export function asQueued(times: readonly bigint[]): bigint[] {
  let next = times.at(-1) ?? 0n
  return times
    .toReversed()
    .map(time => (next = time < next ? time : next))
    .toReversed()
}
