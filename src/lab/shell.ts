import { spawnSync, type SpawnOptions, type SpawnSyncOptions } from 'node:child_process'
import { createRequire } from 'node:module'
import type { ProcessPromise, Shell } from 'zx/core'
import { spelled } from '../kernel/spelling.ts'
import { shellWord } from '../names.ts'
import { recordCommand, recordSyncCommand } from './command-record.ts'
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
function withoutRc<O extends SpawnOptions>(file: string, options: O): [string, string[], O] {
  const { shell } = options
  if (typeof shell !== 'string' || !shell.endsWith('bash')) return [file, [], options]
  // Its standard input is a socket, which is what Node's pipes are, and so it takes us for rshd.
  return [shell, ['--norc', '-c', file], { ...options, shell: false }]
}

/** A command that still runs when the lab ends is ended by it, which is no failure of the script. */
function forgiven(promise: ProcessPromise, node: Node): void {
  const forget = node.lab.undo.push('a command that nobody awaits', () => {
    promise.catch(() => {})
  })
  promise.child?.once('close', forget)
}

const isTemplate = (first: unknown) => Array.isArray(first) && 'raw' in first

type Pipe = (to: never, ...rest: unknown[]) => unknown

/** ``.pipe`…` `` begins its command where zx's own `$` does, which is on no node. */
function pipingHere(promise: ProcessPromise, shell: (options: object) => Pipe): void {
  const here =
    (pipe: Pipe) =>
    (to: never, ...rest: unknown[]) =>
      isTemplate(to)
        ? pipe(shell({ halt: true, signal: promise.signal })(to, ...rest) as never)
        : pipe(to, ...rest)
  const own = promise.pipe as unknown as Pipe & Record<'stdout' | 'stderr' | 'stdall', Pipe>
  const [stdout, stderr, stdall] = [here(own.stdout), here(own.stderr), here(own.stdall)]
  const value = Object.assign(here(own), { stdout, stderr, stdall })
  void Object.defineProperty(promise, 'pipe', { value })
}

/** What is done to each command of a shell, and of the shells that it makes by `$({ … })`. */
function watched<T extends object>(
  shell: T,
  node: Node,
  onPlain: (promise: ProcessPromise) => void = () => {},
): T {
  return new Proxy(shell, {
    apply(target, self, args) {
      // Before zx, which would put it into an error of its own.
      node.netns.prepare()
      const result: unknown = Reflect.apply(target as () => unknown, self, args)
      if (typeof result === 'function') return watched(result, node)
      if (!(result instanceof Promise)) return result
      const promise = result as ProcessPromise
      onPlain(promise)
      pipingHere(promise, watched(shell, node) as unknown as (options: object) => Pipe)
      forgiven(promise, node)
      return remembered(promise, node)
    },
  })
}

/**
 * zx's `$` with every command on `node`. zx is loaded here, on first use: importing it costs more
 * than starting a scenario.
 */
export function nodeShell(node: Node): NodeShell {
  const { $ } = createRequire(import.meta.url)('zx/core') as typeof import('zx/core')
  /** zx puts `set -euo pipefail;` before what was typed. */
  const typed = (command: string) => {
    const { prefix = '' } = $
    return command.startsWith(prefix) ? command.slice(prefix.length) : command
  }
  const shell = $({
    quiet: true,
    spawn: ((command: string, _args: readonly string[], options: SpawnOptions) => {
      node.netns.setHosts(hostsFile(node))
      const child = node.netns.spawn(...withoutRc(command, options))
      recordCommand(node, typed(command), child)
      return child
    }) as typeof import('node:child_process').spawn,
    spawnSync: ((command: string, _args: readonly string[], options: SpawnSyncOptions) => {
      node.netns.setHosts(hostsFile(node))
      return recordSyncCommand(node, typed(command), () =>
        node.netns.inside(() => spawnSync(...withoutRc(command, options))),
      )
    }) as typeof spawnSync,
  })
  // With options of its own, such as `input`, a command may be written to in any way.
  return watched(shell, node, endUnusedInput)
}
