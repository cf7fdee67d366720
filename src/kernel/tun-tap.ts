import fs from 'node:fs'
import { EnvironmentError } from '../errors.ts'
import { shellWord } from '../names.ts'
import { refused } from './failure.ts'
import { lastErrno, libcCalls } from './libc.ts'
import { insideNet } from './net-namespace.ts'
import { checkLinkName } from './netlink/link-request.ts'

/** linux/if_tun.h */
const DEVICE = '/dev/net/tun'
const TUNSETIFF = 0x400454ca
const TUNSETPERSIST = 0x400454cb
const TUNSETIFINDEX = 0x400454da
const IFF_TUN = 0x0001
const IFF_TAP = 0x0002
const IFF_NO_PI = 0x1000
const IFF_TUN_EXCL = 0x8000
const IFNAMSIZ = 16

export interface TunTapOptions {
  /** `tap` carries Ethernet frames, `tun` IP packets. */
  kind: 'tun' | 'tap'
  name: string
  /** Default: the kernel's next. */
  index?: number
  /** The device stays when the descriptor is closed. */
  isPersistent?: boolean
  /** Four bytes before each packet: flags, and its EtherType. Default false. */
  withPacketInfo?: boolean
  /** The node's label, for errors. */
  label: string
}

function openDevice(label: string): number {
  try {
    return fs.openSync(DEVICE, fs.constants.O_RDWR | fs.constants.O_NONBLOCK)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    const isDenied = code === 'EACCES' || code === 'EPERM'
    throw new EnvironmentError(`could not open ${DEVICE} for "${label}"`, {
      code: isDenied ? 'TNET_TUN_DENIED' : 'TNET_TUN_MISSING',
      hint: isDenied
        ? `run as root, or let everybody use it: sudo chmod 666 ${DEVICE}`
        : 'load it: sudo modprobe tun; in a container add --device /dev/net/tun',
      facts: { kernel: `open: ${code}`, command: `ls -l ${DEVICE}` },
      cause: error,
    })
  }
}

/** The command that does the same, for a device that stays. */
export function tunTapShell({ kind, name }: Pick<TunTapOptions, 'kind' | 'name'>): string {
  return `ip tuntap add dev ${shellWord(name)} mode ${kind}`
}

/**
 * Makes a TUN or TAP device in a namespace.
 *
 * @returns the descriptor that its packets are read from and written to, without blocking; close
 * it to have the device end, or go on without anybody behind it when it is persistent. Throws an
 * `EnvironmentError` where /dev/net/tun is missing or may not be opened (mode 600, not root).
 */
export function createTunTap(namespace: number, options: TunTapOptions): number {
  const { name, kind, label } = options
  checkLinkName(name)
  return insideNet(namespace, () => {
    const fd = openDevice(label)
    const failed = setUp(fd, options)
    if (failed === undefined) return fd
    const errno = lastErrno()
    fs.closeSync(fd)
    throw refused({
      message: `could not create ${kind} device "${name}" on "${label}"`,
      operation: failed,
      errno,
      noun: 'LINK',
      shell: tunTapShell(options),
      hint: `is there already a link called "${name}" on "${label}"?`,
    })
  })
}

/** The name of the call that failed, if one did; its reason is in errno. */
function setUp(fd: number, options: TunTapOptions): string | undefined {
  const { kind, name, index, isPersistent = false, withPacketInfo = false } = options
  const number = Buffer.from(Int32Array.of(index ?? 0).buffer)
  if (index !== undefined && libcCalls.ioctl(fd, TUNSETIFINDEX, number) < 0) return 'TUNSETIFINDEX'
  const request = Buffer.alloc(40)
  request.write(name, 0, IFNAMSIZ - 1)
  // Without EXCL, a device that is there and has nobody behind it is taken over.
  const flags = (kind === 'tap' ? IFF_TAP : IFF_TUN) | IFF_TUN_EXCL
  request.writeUInt16LE(flags | (withPacketInfo ? 0 : IFF_NO_PI), IFNAMSIZ)
  if (libcCalls.ioctl(fd, TUNSETIFF, request) < 0) return 'TUNSETIFF'
  return isPersistent && setPersistent(fd) < 0 ? 'TUNSETPERSIST' : undefined
}

/** The third argument of this ioctl is a number, not a pointer: any address but null is "yes". */
function setPersistent(fd: number): number {
  return libcCalls.ioctl(fd, TUNSETPERSIST, Buffer.alloc(8))
}
