import fs from 'node:fs'
import { KernelError } from '../../../src/errors.ts'
import {
  beginConnect,
  bindSocket,
  connectTcp,
  SOCK_DGRAM,
} from '../../../src/kernel/inet-socket.ts'
import { errnoName, lastErrno, libcCalls } from '../../../src/kernel/libc.ts'
import { TcpServer } from '../../../src/kernel/tcp-server.ts'
import { UdpServer } from '../../../src/kernel/udp-server.ts'
import { untilReady } from '../../../src/kernel/socket/readiness.ts'
import type { Node } from '../../../src/lab/node.ts'
import type { Protocol } from '../../../src/firewall/firewall.ts'

const MSG_DONTWAIT = 0x40
/** Long enough for a busy machine; only a failing test waits so long. */
const ANSWER_MS = 3000
/** Long enough for an answer that could come; a packet that is dropped has none. */
const BLOCKED_MS = 400

interface Question {
  port: number
  protocol?: Protocol
  timeoutMs?: number
  /** UDP only. Default: what the kernel picks. */
  sourcePort?: number
}

/** Servers that tell who asks; both protocols on one port. */
export async function whoami(node: Node, port: number): Promise<AsyncDisposable> {
  const place = { port, label: node.label }
  const tcp = await TcpServer.start(node.netns.fd, place, (socket, { peer }) => socket.end(peer))
  const udp = new UdpServer(node.netns.fd, place, ({ peer }) => peer)
  return {
    async [Symbol.asyncDispose]() {
      await tcp.close()
      await udp.close()
    },
  }
}

async function askTcp(node: Node, address: string, port: number, timeoutMs: number) {
  const to = { address, port }
  const socket = await connectTcp(node.netns.fd, { to, label: node.label, timeoutMs })
  let said = ''
  for await (const chunk of socket) said += String(chunk)
  return said
}

async function askUdp(node: Node, address: string, question: Question, timeoutMs: number) {
  const { label, netns } = node
  const { port, sourcePort } = question
  const bind = (fd: number) => {
    if (sourcePort !== undefined)
      bindSocket(fd, { address: '0.0.0.0', port: sourcePort }, '', label)
  }
  const { fd, errno } = beginConnect(netns.fd, SOCK_DGRAM, { to: { address, port }, label }, bind)
  try {
    if (errno !== 0) return errnoName(errno)
    const answer = Buffer.alloc(64)
    if (libcCalls.send(fd, Buffer.from('?'), 1, MSG_DONTWAIT) < 0) return errnoName(lastErrno())
    if (!(await untilReady(fd, 'readable', timeoutMs))) return 'ETIMEDOUT'
    const length = libcCalls.recv(fd, answer, answer.length, MSG_DONTWAIT)
    return length < 0 ? errnoName(lastErrno()) : answer.toString('latin1', 0, length)
  } finally {
    fs.closeSync(fd)
  }
}

/** What a server says to a node that asks it, its source address; or why there was no answer. */
export async function ask(node: Node, address: string, question: Question): Promise<string> {
  const { port, protocol = 'tcp', timeoutMs = ANSWER_MS } = question
  try {
    if (protocol === 'udp') return await askUdp(node, address, question, timeoutMs)
    return await askTcp(node, address, port, timeoutMs)
  } catch (error) {
    if (error instanceof KernelError) return error.errno
    throw error
  }
}

/** The same where no answer is expected: gives up soon. */
export function askBlocked(node: Node, address: string, question: Question): Promise<string> {
  return ask(node, address, { timeoutMs: BLOCKED_MS, ...question })
}

/** Whether one ping comes back. */
export async function pings(node: Node, address: string, seconds = 2): Promise<boolean> {
  const child = node.netns.spawn('ping', ['-c1', '-n', `-W${seconds}`, address], {
    stdio: 'ignore',
  })
  const code = await new Promise(resolve => child.once('close', resolve))
  return code === 0
}
