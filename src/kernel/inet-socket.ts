import fs from 'node:fs'
import net from 'node:net'
import { UsageError } from '../errors.ts'
import { refused } from './failure.ts'
import { errnoName, lastErrno, libcCalls } from './libc.ts'
import { onNamespaceClose } from './namespace-handle.ts'
import { insideNet } from './net-namespace.ts'
import { addressBytes, AF_INET, AF_INET6 } from './netlink/address-bytes.ts'
import { untilReady } from './socket/readiness.ts'
import { setOption, socketError } from './socket/socket-option.ts'
import {
  addressWithPort,
  decodeSocketAddress,
  encodeSocketAddress,
  type SocketAddress,
} from './socket/socket-address.ts'

/** bits/socket.h, asm-generic/socket.h, netinet/in.h */
export const SOCK_STREAM = 1
export const SOCK_DGRAM = 2
export const SOCK_RAW = 3
const SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x80000
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26

export interface BindOptions {
  /** Default `::`, which takes IPv4 as well; `0.0.0.0` where there is no IPv6. */
  address?: string
  /** Default 0: the kernel picks one. */
  port?: number
  /** The node's label, for errors. */
  label: string
}

/** A socket of a namespace; whoever has it closes `fd`. */
export interface BoundSocket extends SocketAddress {
  fd: number
}

/** A socket that does not block, made in a namespace. */
export function openSocket(
  namespace: number,
  family: number,
  type: number,
  { label, protocol = 0 }: { label: string; protocol?: number },
): number {
  return insideNet(namespace, () => {
    const fd = libcCalls.socket(family, type | SOCK_NONBLOCK_CLOEXEC, protocol)
    if (fd >= 0) return fd
    const message = `could not make a socket on "${label}"`
    throw refused({ message, operation: 'socket', errno: lastErrno(), noun: 'SOCKET' })
  })
}

/** Where a socket is bound to. */
export function localAddress(fd: number): SocketAddress {
  const name = Buffer.alloc(36)
  name.writeUInt32LE(32, 32)
  libcCalls.getsockname(fd, name, name.subarray(32))
  return decodeSocketAddress(name.subarray(0, 32)) ?? { address: '', port: 0 }
}

function bindFailure(wanted: SocketAddress, what: string, label: string, errno: number): Error {
  const where = addressWithPort(wanted)
  const name = errnoName(errno)
  if (name === 'EADDRINUSE') {
    return new UsageError(`${what} port ${where} on "${label}" is already taken`, {
      code: 'TNET_PORT_TAKEN',
      hint: 'use another port, or 0 for any that is free',
      facts: { kernel: 'bind: EADDRINUSE (Address already in use)', command: 'ss -Hlntup' },
    })
  }
  const hint =
    name === 'EADDRNOTAVAIL' ? `"${label}" has no address ${wanted.address}: add it first` : ''
  const message = `could not bind ${what} ${where} on "${label}"`
  return refused({
    message,
    operation: 'bind',
    errno,
    noun: 'ADDRESS',
    ...(hint === '' ? {} : { hint }),
  })
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return
  throw new UsageError(`${port} is not a port`, {
    code: 'TNET_PORT_INVALID',
    hint: 'a port is a whole number from 1 to 65535; 0 lets the kernel pick one',
  })
}

/** Binds, or closes the descriptor and throws. */
export function bindSocket(fd: number, address: SocketAddress, what: string, label: string): void {
  const bytes = encodeSocketAddress(address.address, address.port)
  if (libcCalls.bind(fd, bytes, bytes.length) === 0) return
  const errno = lastErrno()
  fs.closeSync(fd)
  throw bindFailure(address, what, label, errno)
}

function openForAll(namespace: number, type: number, label: string): [number, string] {
  try {
    const fd = openSocket(namespace, AF_INET6, type, { label })
    setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0)
    return [fd, '::']
  } catch {
    return [openSocket(namespace, AF_INET, type, { label }), '0.0.0.0']
  }
}

function bound(namespace: number, type: number, what: string, options: BindOptions): number {
  const { label, address, port = 0 } = options
  checkPort(port)
  const [fd, at] =
    address === undefined
      ? openForAll(namespace, type, label)
      : [openSocket(namespace, addressBytes(address).family, type, { label }), address]
  // Two UDP sockets with it share a port, and one of them starves.
  if (type === SOCK_STREAM) setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1)
  bindSocket(fd, { address: at, port }, what, label)
  return fd
}

/**
 * A TCP socket that listens in a namespace, for `net.Server.listen({ fd })`; what it accepts
 * belongs to the same namespace. Throws a `UsageError` TNET_PORT_TAKEN.
 */
export function listenTcp(namespace: number, options: BindOptions): BoundSocket {
  const fd = bound(namespace, SOCK_STREAM, 'TCP', options)
  const address = localAddress(fd)
  if (libcCalls.listen(fd, 511) === 0) return { fd, ...address }
  const errno = lastErrno()
  fs.closeSync(fd)
  throw bindFailure(address, 'TCP', options.label, errno)
}

/** A UDP socket bound in a namespace. Throws a `UsageError` TNET_PORT_TAKEN. */
export function bindUdp(namespace: number, options: BindOptions): BoundSocket {
  const fd = bound(namespace, SOCK_DGRAM, 'UDP', options)
  return { fd, ...localAddress(fd) }
}

export interface ConnectOptions {
  to: SocketAddress
  /** Source address; default: what the kernel chooses. */
  source?: string
  label: string
  /** Default 5000. */
  timeoutMs?: number
}

/** A socket that has begun to connect; `errno` is 0 when it has, or still waits for an answer. */
export function beginConnect(
  namespace: number,
  type: typeof SOCK_STREAM | typeof SOCK_DGRAM,
  { to, source, label }: ConnectOptions,
  prepare: (fd: number, family: number) => void = () => {},
): { fd: number; errno: number } {
  checkPort(to.port)
  const { family } = addressBytes(to.address)
  const fd = openSocket(namespace, family, type, { label })
  prepare(fd, family)
  if (source !== undefined) bindSocket(fd, { address: source, port: 0 }, 'source', label)
  const bytes = encodeSocketAddress(to.address, to.port)
  const errno = libcCalls.connect(fd, bytes, bytes.length) === 0 ? 0 : lastErrno()
  return { fd, errno: errnoName(errno) === 'EINPROGRESS' ? 0 : errno }
}

async function connected(fd: number, namespace: number, timeoutMs = 5000): Promise<number> {
  try {
    const isReady = await untilReady(fd, 'writable', timeoutMs, namespace)
    return isReady ? socketError(fd) : 110 // ETIMEDOUT
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
}

/** Its descriptor is Node's from now on. It ends with the namespace that it is in. */
function socketIn(namespace: number, fd: number): net.Socket {
  const socket = new net.Socket({ fd, readable: true, writable: true })
  const forget = onNamespaceClose(namespace, () => socket.destroy())
  return socket.once('close', forget)
}

/**
 * A TCP connection out of a namespace. Throws a `KernelError` with the exact errno, a `UsageError`
 * TNET_LAB_CLOSED when the namespace is closed meanwhile.
 */
export async function connectTcp(namespace: number, options: ConnectOptions): Promise<net.Socket> {
  const { fd, errno } = beginConnect(namespace, SOCK_STREAM, options)
  const failure = errno === 0 ? await connected(fd, namespace, options.timeoutMs) : errno
  if (failure === 0) return socketIn(namespace, fd)
  fs.closeSync(fd)
  const where = addressWithPort(options.to)
  throw refused({
    message: `could not connect from "${options.label}" to ${where}`,
    operation: 'connect',
    errno: failure,
    noun: 'CONNECTION',
    hint: 'check the route, the firewall, and that something listens there',
  })
}
