import { libcCalls } from '../libc.ts'

/** asm-generic/socket.h */
const SOL_SOCKET = 1
const SO_ERROR = 4
const SO_RCVBUF = 8
const SO_RCVBUFFORCE = 33

/** Sets an option that is a number; false when the kernel does not take it. */
export function setOption(fd: number, level: number, name: number, value: number): boolean {
  return libcCalls.setsockopt(fd, level, name, Buffer.from(Int32Array.of(value).buffer), 4) === 0
}

/** The kernel drops what does not fit, so what comes in bursts gets room. */
export function growReceiveBuffer(fd: number, bytes: number): void {
  const isForced = setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes)
  if (!isForced) setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes)
}

/** The error that waits on a socket, as a number; 0 when there is none. Reading it clears it. */
export function socketError(fd: number): number {
  const value = Buffer.alloc(8)
  value.writeUInt32LE(4, 4)
  libcCalls.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, value.subarray(4))
  return value.readInt32LE(0)
}
