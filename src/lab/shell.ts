import { createRequire } from 'node:module'
import type { Shell } from 'zx/core'
import { hostsFile } from './hosts-file.ts'
import type { Node } from './node.ts'

export type NodeShell = Shell

/**
 * zx's `$` with every command on `node`. zx is loaded here, on first use: importing it costs more
 * than starting a scenario. Its standard input is /dev/null, because bash reads ~/.bashrc when it
 * gets a socket there, which is what Node's pipes are.
 */
export function nodeShell(node: Node): NodeShell {
  const { $ } = createRequire(import.meta.url)('zx/core') as typeof import('zx/core')
  return $({
    stdio: ['ignore', 'pipe', 'pipe'],
    verbose: false,
    spawn: ((file: string, args: readonly string[], options: object) => {
      node.netns.setHosts(hostsFile(node))
      return node.netns.spawn(file, args, options)
    }) as typeof import('node:child_process').spawn,
  })
}
