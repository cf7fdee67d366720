import { AF_INET6 } from '../netlink/address-bytes.ts'
import { MessageBuffer, MSG_ERRQUEUE, type ControlMessage } from './message-buffer.ts'
import { setOption } from './socket-option.ts'
import { decodeSocketAddress } from './socket-address.ts'

/** linux/in.h, linux/in6.h, linux/errqueue.h */
const IPPROTO_IP = 0
const IP_RECVERR = 11
const IPPROTO_IPV6 = 41
const IPV6_RECVERR = 25
const SO_EE_ORIGIN_ICMP = 2
const SO_EE_ORIGIN_ICMP6 = 3

const message = new MessageBuffer(2048)

/** An ICMP error that came for a socket. */
export interface IcmpError {
  type: number
  code: number
  /** Who sent it. */
  from: string
  /** The MTU of "too big". */
  info: number
}

/** Has the kernel keep ICMP errors with their type, code and sender. */
export function wantErrors(fd: number, family: number): void {
  if (family === AF_INET6) setOption(fd, IPPROTO_IPV6, IPV6_RECVERR, 1)
  else setOption(fd, IPPROTO_IP, IP_RECVERR, 1)
}

/** struct sock_extended_err, and the offender's address after it */
function parse({ level, type, data }: ControlMessage): IcmpError | undefined {
  const isError =
    (level === IPPROTO_IP && type === IP_RECVERR) ||
    (level === IPPROTO_IPV6 && type === IPV6_RECVERR)
  if (!isError || data.length < 16) return undefined
  const origin = data.readUInt8(4)
  if (origin !== SO_EE_ORIGIN_ICMP && origin !== SO_EE_ORIGIN_ICMP6) return undefined
  return {
    type: data.readUInt8(5),
    code: data.readUInt8(6),
    info: data.readUInt32LE(8),
    from: decodeSocketAddress(data.subarray(16))?.address ?? '',
  }
}

/** The next ICMP error of a socket, if one waits. */
export function readError(fd: number): IcmpError | undefined {
  while (message.receive(fd, MSG_ERRQUEUE) >= 0) {
    for (const control of message.controlMessages()) {
      const error = parse(control)
      if (error !== undefined) return error
    }
  }
  return undefined
}
