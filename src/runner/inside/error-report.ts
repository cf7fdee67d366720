import { inspect, types } from 'node:util'
import type { ProcessOutput } from 'zx/core'
import { CommandError, TnetError, type ErrorReport } from '../../errors.ts'
import { commandOrigin } from '../../lab/shell.ts'
import { fileURLToPath } from 'node:url'
import { isCompiled } from './positions.ts'
import { shownPath } from '../shown-path.ts'

/** The folder that this package runs from. */
const own = fileURLToPath(new URL('../', import.meta.url))

/** The first line of the user's own files in a stack: `scenarios/veth-pair.ts:17`. */
export function userLine(stack: string): string | undefined {
  for (const match of stack.matchAll(/(\/[^\s():]+):(\d+):\d+/g)) {
    const [, file = '', line = ''] = match
    if (isCompiled(file)) return `${shownPath(file)}:${line}`
  }
  return undefined
}

/** Loading node:assert takes a while, and few scripts fail. */
function isAssertionError(error: unknown): boolean {
  const { AssertionError } = process.getBuiltinModule('node:assert')
  return error instanceof AssertionError
}

/** A stack less the frames that are ours or Node's: nobody can mend those in a script. */
function withoutOurs(stack: string): string {
  const isOurs = (line: string) =>
    /^\s+at /.test(line) && (line.includes(own) || /\(?(?:node:internal|tnet-lab:)/.test(line))
  return stack
    .split('\n')
    .filter(line => !isOurs(line))
    .join('\n')
}

/** zx rejects with what a command left: an exit code or a signal, and what it printed. */
function ofCommand(error: Error): TnetError | undefined {
  const origin = commandOrigin(error)
  if (origin === undefined) return undefined
  const { exitCode, signal, stdout, stderr } = error as unknown as ProcessOutput
  // zx puts what kept a command from starting into `cause`.
  if (error.cause instanceof TnetError) return error.cause
  const how = exitCode === null ? `by ${signal}` : `with ${exitCode}`
  const printed = (stderr.trim() || stdout.trim()).split('\n').slice(-20).join('\n')
  const failure = new CommandError(`a command on "${origin.node}" ended ${how}`, {
    code: 'TNET_COMMAND_FAILED',
    hint: 'add .nothrow() when it may fail',
    facts: { command: origin.command, ...(printed === '' ? {} : { printed }) },
    cause: error,
  })
  failure.stack = origin.stack
  return failure
}

/** What is read of an error may itself throw, or be no text. */
function textOf(read: () => unknown): string {
  try {
    const value = read()
    return typeof value === 'string' ? value : value === undefined ? '' : inspect(value)
  } catch {
    return ''
  }
}

/** Something of the script's own that was thrown. */
function ofScript(thrown: unknown): ErrorReport {
  const error = types.isNativeError(thrown) ? thrown : undefined
  const isAssertion = isAssertionError(error)
  const stack = error === undefined ? '' : withoutOurs(textOf(() => error.stack))
  const at = userLine(stack)
  return {
    name: textOf(() => error?.name) || 'Error',
    code: isAssertion ? 'TNET_ASSERTION' : 'TNET_SCENARIO_THREW',
    message:
      error === undefined
        ? `thrown: ${textOf(() => inspect(thrown, { depth: 2 })) || 'something unreadable'}`
        : textOf(() => error.message),
    facts: {},
    hint: isAssertion
      ? 'run with --trace to see what was done before'
      : 'the scenario itself threw this',
    ...(at === undefined ? {} : { at }),
    stack,
  }
}

/** Anything that was thrown, as it goes into an event. */
export function reportError(thrown: unknown): ErrorReport {
  try {
    const error = thrown instanceof Error ? thrown : undefined
    const known = error instanceof TnetError ? error : error && ofCommand(error)
    if (known === undefined) return ofScript(thrown)
    const { name, code, message, facts, hint, at: place } = known
    // It is about a document, and its stack is ours alone.
    if (place !== undefined) return { name, code, message, facts, hint, at: place }
    const stack = withoutOurs(known.stack ?? '')
    const at = userLine(stack)
    return { name, code, message, facts, hint, ...(at === undefined ? {} : { at }), stack }
  } catch {
    return ofScript(undefined) // a proxy that refuses to be looked at
  }
}
