import fs from 'node:fs'

/** Namespaces as descriptors of this process, for whoever enters them by /proc/PID/fd. */
export interface OpenNamespaces {
  net: number
  mnt: number
  uts: number
}

/** Opens those that the main thread is in now: inside of `Netns.inside` a node's. */
export function openNamespaces(): OpenNamespaces {
  const open = (kind: string) => fs.openSync(`/proc/thread-self/ns/${kind}`, 'r')
  return { net: open('net'), mnt: open('mnt'), uts: open('uts') }
}

export function closeNamespaces({ net, mnt, uts }: OpenNamespaces): void {
  for (const fd of [net, mnt, uts]) fs.closeSync(fd)
}
