import fs from 'node:fs'
import { insideNet } from './net-namespace.ts'

/** include/net/tcp_states.h; an unconnected UDP socket is in TCP_CLOSE. */
const TCP_CLOSE = '07'
const TCP_LISTEN = '0A'

/**
 * Whether a socket waits on `port` in a namespace, on any address (/proc/net/tcp, /proc/net/udp).
 * The file shows the namespace of the thread that reads it.
 */
export function isListening(namespace: number, port: number, protocol: 'tcp' | 'udp'): boolean {
  const state = protocol === 'tcp' ? TCP_LISTEN : TCP_CLOSE
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return insideNet(namespace, () =>
    [protocol, `${protocol}6`].some(file => {
      let table: string
      try {
        table = fs.readFileSync(`/proc/thread-self/net/${file}`, 'latin1')
      } catch {
        return false // a kernel without IPv6
      }
      return table
        .split('\n')
        .slice(1)
        .map(line => line.trim().split(/\s+/))
        .some(([, local, , is]) => local?.endsWith(wanted) === true && is === state)
    }),
  )
}
