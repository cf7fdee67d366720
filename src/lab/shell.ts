import type { SpawnOptions } from 'node:child_process'
import { createRequire } from 'node:module'
import type { ProcessPromise, Shell } from 'zx/core'
import { spelled } from '../kernel/spelling.ts'
import { shellWord } from '../names.ts'
import { hostsFile } from './hosts-file.ts'
import type { Node } from './node.ts'

export type NodeShell = Shell

/** Where a command that failed came from: zx knows neither the node nor the script's line. */
export interface CommandOrigin {
  node: string
  /** What to type to run it again. */
  command: string
  /** The stack of the line that started it. */
  stack: string
}

const origins = new WeakMap<object, CommandOrigin>()

/** Where the command came from that failed with `error`; nothing for any other error. */
export function commandOrigin(error: object): CommandOrigin | undefined {
  return origins.get(error)
}

/** Remembers the origin when the command fails; whoever awaits it gets zx's own ProcessOutput. */
function remembered(promise: ProcessPromise, node: Node): ProcessPromise {
  const stack = new Error().stack ?? ''
  // The prototype's own: a handler added here would make every failure a handled one.
  const then = promise.then.bind(promise) as Promise<unknown>['then']
  promise.then = ((onOutput: never, onFailure: ((output: object) => unknown) | undefined) =>
    then(onOutput, (output: object) => {
      const command = spelled(node.netns.name, `bash -c ${shellWord(promise.cmd)}`)
      origins.set(output, { node: node.label, command, stack })
      // Nobody there to hear it: the failure goes on as it came.
      return onFailure === undefined ? Promise.reject(output) : onFailure(output)
    })) as typeof promise.then
  return promise
}

/** zx's own pipes; TypeScript does not know of them. */
type Piped = { constructor: { bus: { sources(to: ProcessPromise): readonly unknown[] } } }

/** Ends what nobody will write to, so that a command which reads gets an end and not silence. */
function endUnusedInput(promise: ProcessPromise): void {
  setImmediate(() => {
    const { bus } = (promise as unknown as Piped).constructor
    const { stdin } = promise
    if (bus.sources(promise).length === 0 && stdin?.writableLength === 0) stdin.end()
  })
}

/** zx asks for `cmd` in a shell; bash is told not to read ~/.bashrc, as it does for rshd. */
function withoutRc(file: string, options: SpawnOptions): [string, string[], SpawnOptions] {
  const { shell } = options
  if (typeof shell !== 'string' || !shell.endsWith('bash')) return [file, [], options]
  // Its standard input is a socket, which is what Node's pipes are, and so it takes us for rshd.
  return [shell, ['--norc', '-c', file], { ...options, shell: false }]
}

/**
 * zx's `$` with every command on `node`. zx is loaded here, on first use: importing it costs more
 * than starting a scenario.
 */
export function nodeShell(node: Node): NodeShell {
  const { $ } = createRequire(import.meta.url)('zx/core') as typeof import('zx/core')
  const shell = $({
    quiet: true,
    spawn: ((command: string, _args: readonly string[], options: SpawnOptions) => {
      node.netns.setHosts(hostsFile(node))
      return node.netns.spawn(...withoutRc(command, options))
    }) as typeof import('node:child_process').spawn,
  })
  return new Proxy(shell, {
    apply(target, self, args) {
      const result: unknown = Reflect.apply(target, self, args)
      // $({ … }) gives another shell, $`…` a command.
      if (!(result instanceof Promise)) return result
      endUnusedInput(result as ProcessPromise)
      return remembered(result as ProcessPromise, node)
    },
  })
}
