import { EnvironmentError, KernelError } from '../errors.ts'
import { errnoName, lastErrno } from './libc.ts'

/** strerror(3) of what a lab meets; anything else is named by its errno alone. */
const words: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EINVAL: 'Invalid argument',
  EEXIST: 'File exists',
  ENODEV: 'No such device',
  EBUSY: 'Device or resource busy',
  EACCES: 'Permission denied',
  EOPNOTSUPP: 'Operation not supported',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  ENOTCONN: 'Transport endpoint is not connected',
  ERANGE: 'Numerical result out of range',
  ELOOP: 'Too many levels of symbolic links',
  ENFILE: 'Too many open files in system',
  EMFILE: 'Too many open files',
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'EXISTS',
  ENODEV: 'MISSING',
  ENOENT: 'MISSING',
  ESRCH: 'MISSING',
  EADDRNOTAVAIL: 'MISSING',
  EPERM: 'DENIED',
  EACCES: 'DENIED',
  EINVAL: 'INVALID',
  ERANGE: 'INVALID',
  EOPNOTSUPP: 'UNSUPPORTED',
  EAFNOSUPPORT: 'UNSUPPORTED',
  EBUSY: 'BUSY',
  ENETUNREACH: 'UNREACHABLE',
  EHOSTUNREACH: 'UNREACHABLE',
}

export interface Refusal {
  /** What was being done, on what, where: the first line. */
  message: string
  /** `RTM_NEWLINK`, `setns` */
  operation: string
  errno: number
  /** What the code is about: `LINK`, `ROUTE`, `NAMESPACE`. */
  noun: string
  /** The kernel's extended ack. */
  extendedAck?: string
  /** The command that does the same. */
  shell?: string
  hint?: string
}

function defaultHint(errno: string): string {
  switch (errno) {
    case 'EPERM':
    case 'EACCES':
      return 'run it through "tnet-lab run", which gives a scenario the rights it needs'
    case 'EOPNOTSUPP':
      return 'this kernel may lack the feature; "tnet-lab doctor" says what it can do'
    case 'EMFILE':
      return 'raise the limit of open files: ulimit -n'
    default:
      return 'add --trace to see every action that came before'
  }
}

/** A `KernelError` with the kernel's own words; EPERM outside of a sandbox is the machine's. */
export function refused(refusal: Refusal): KernelError {
  const errno = errnoName(refusal.errno)
  const meaning = words[errno] === undefined ? errno : `${errno} (${words[errno]})`
  const ack = refusal.extendedAck === undefined ? '' : ` ${refusal.extendedAck}`
  return new KernelError(refusal.message, {
    code: `TNET_${refusal.noun}_${reasons[errno] ?? errno.replace(/\W/g, '')}`,
    operation: refusal.operation,
    errno,
    hint: refusal.hint ?? defaultHint(errno),
    facts: {
      kernel: `${refusal.operation}: ${meaning}${ack}`,
      ...(refusal.shell === undefined ? {} : { command: refusal.shell }),
    },
  })
}

/** Checks what a libc call returned: throws what errno says when it is negative. */
export function checked(result: number, message: string, operation: string, noun: string): number {
  if (result >= 0) return result
  const errno = lastErrno()
  if (errnoName(errno) === 'EPERM' && noun === 'NAMESPACE') {
    throw new EnvironmentError(message, {
      code: 'TNET_NAMESPACE_DENIED',
      hint: 'start the script with "tnet-lab run": it makes a sandbox, as root or without',
      facts: { kernel: `${operation}: EPERM (Operation not permitted)` },
    })
  }
  throw refused({ message, operation, errno, noun })
}
