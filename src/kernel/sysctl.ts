import fs from 'node:fs'
import { EnvironmentError, UsageError } from '../errors.ts'
import { insideNet } from './net-namespace.ts'

/** `net.ipv4.ip_forward`, or with slashes where a link's name has a dot: `net/ipv4/conf/eth0.7/…` */
function path(key: string): string {
  const parts = key.includes('/') ? key.split('/') : key.split('.')
  if (parts.length < 2 || parts.some(part => !/^[^\s/\0]+$/.test(part) || /^\.+$/.test(part))) {
    throw new UsageError(`${JSON.stringify(key)} is not a sysctl`, {
      code: 'TNET_SYSCTL_INVALID',
      hint: 'write it as net.ipv4.ip_forward',
    })
  }
  if (parts[0] !== 'net') {
    throw new UsageError(`"${key}" belongs to the whole machine, not to a node`, {
      code: 'TNET_SYSCTL_FOREIGN',
      hint: 'only sysctls below "net." are per network namespace',
    })
  }
  return `/proc/sys/${parts.join('/')}`
}

function failure(key: string, error: unknown, verb: string): Error {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  if (code === 'EINVAL') {
    return new UsageError(`the kernel does not take that value for ${key}`, {
      code: 'TNET_SYSCTL_INVALID',
      hint: 'see ip-sysctl.rst in the kernel documentation for its values',
      facts: { kernel: `${verb}: ${code}` },
    })
  }
  return new EnvironmentError(`could not ${verb} ${key}`, {
    code: code === 'ENOENT' ? 'TNET_SYSCTL_MISSING' : 'TNET_SYSCTL_DENIED',
    hint:
      code === 'ENOENT'
        ? `this kernel has no ${key} here; is its module loaded, and does the link exist?`
        : 'only sysctls that the kernel keeps per network namespace can be set in a lab',
    facts: { kernel: `${verb}: ${code}`, command: `sysctl ${key}` },
    cause: error,
  })
}

/** A sysctl's value in a namespace, without the line end. */
export function readSysctl(namespace: number, key: string): string {
  const file = path(key)
  try {
    return insideNet(namespace, () => fs.readFileSync(file, 'utf8')).trimEnd()
  } catch (error) {
    throw failure(key, error, 'read')
  }
}

export function writeSysctl(namespace: number, key: string, value: string | number): void {
  const file = path(key)
  try {
    insideNet(namespace, () => fs.writeFileSync(file, String(value)))
  } catch (error) {
    throw failure(key, error, 'write')
  }
}
