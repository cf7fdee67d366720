import fs from 'node:fs'
import { checked } from '../failure.ts'
import { libcCalls } from '../libc.ts'
import { failed, missing, notInKernel, present, type FeatureAnswer } from './answer.ts'

const DEVICE = '/dev/net/tun'
/** linux/if_tun.h */
const TUNSETIFF = 0x4004_54ca
const IFF_TUN = 0x1
const IFF_TAP = 0x2
const IFF_NO_PI = 0x1000
/** struct ifreq: the name, then the flags. */
const IFREQ = 40
const IFNAMSIZ = 16

const driver = { name: 'tun' }

function notOpened({ code = '' }: NodeJS.ErrnoException): FeatureAnswer {
  if (code === 'EACCES') {
    return missing(`only root may open ${DEVICE} here (EACCES)`, `sudo chmod 666 ${DEVICE}`)
  }
  if (code === 'EPERM') {
    return missing(`the container may not open ${DEVICE} (EPERM): docker run --device ${DEVICE}`)
  }
  if (code === 'ENOENT' && fs.existsSync('/sys/class/misc/tun')) {
    return missing(
      `the driver is here, but not ${DEVICE}`,
      `sudo mkdir -p /dev/net && sudo mknod -m 666 ${DEVICE} c 10 200`,
    )
  }
  return notInKernel(`${code} on opening ${DEVICE}`, driver)
}

/** Makes a TUN (packets) or TAP (frames) device in the namespace that the main thread is in. */
export function probeTun(mode: 'tun' | 'tap'): FeatureAnswer {
  let fd: number
  try {
    fd = fs.openSync(DEVICE, 'r+')
  } catch (error) {
    return notOpened(error as NodeJS.ErrnoException)
  }
  try {
    const request = Buffer.alloc(IFREQ)
    request.write('probe')
    request.writeUInt16LE((mode === 'tun' ? IFF_TUN : IFF_TAP) | IFF_NO_PI, IFNAMSIZ)
    const message = `could not make a ${mode} device in a sandbox`
    checked(libcCalls.ioctl(fd, TUNSETIFF, request), message, 'TUNSETIFF', 'LINK')
    return present
  } catch (error) {
    return failed(error, driver)
  } finally {
    fs.closeSync(fd)
  }
}
