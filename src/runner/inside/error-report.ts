import { inspect, types } from 'node:util'
import type { ProcessOutput } from 'zx/core'
import { CommandError, TnetError, type ErrorReport } from '../../errors.ts'
import { commandOrigin } from '../../lab/shell.ts'
import { fileURLToPath } from 'node:url'
import { userPlace } from './positions.ts'
import { shownPath } from '../shown-path.ts'

/** The folder that this package runs from. */
const own = fileURLToPath(new URL('../', import.meta.url))

/** The first line of the user's own files in a stack: `scenarios/veth-pair.ts:17`. */
export function userLine(stack: string): string | undefined {
  const place = userPlace(stack)
  return place && `${shownPath(place.file)}:${place.line}`
}

/** Loading node:assert takes a while, and few scripts fail. */
function isAssertionError(error: unknown): boolean {
  const { AssertionError } = process.getBuiltinModule('node:assert')
  return error instanceof AssertionError
}

/** A stack less the frames that are ours or Node's: nobody can mend those in a script. */
function withoutOurs(stack: string): string {
  const isOurs = (line: string) =>
    /^\s+at /.test(line) && (line.includes(own) || /\(?(?:node:|tnet-lab:)/.test(line))
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

const MOST_CAUSES = 10

/** What somebody wrapped: a script's own message is often the one that says nothing. */
function wrappedBy(error: Error | undefined, key: 'cause' | 'errors'): unknown[] {
  try {
    const value: unknown = (error as { cause?: unknown; errors?: unknown } | undefined)?.[key]
    if (key === 'errors') return Array.isArray(value) ? value : []
    return value === undefined ? [] : [value]
  } catch {
    return []
  }
}

const lineOf = (thrown: unknown) =>
  types.isNativeError(thrown)
    ? `${textOf(() => thrown.name) || 'Error'}: ${textOf(() => thrown.message).split('\n', 1)[0]}`
    : textOf(() => inspect(thrown, { depth: 2 }))

/** The chain of its causes and the errors that it gathers, a line each. */
function causesOf(error: Error | undefined): ErrorReport['facts'] {
  const seen = new Set<unknown>([error])
  const causes: string[] = []
  let [cause] = wrappedBy(error, 'cause')
  while (cause !== undefined && !seen.has(cause) && seen.size <= MOST_CAUSES) {
    seen.add(cause)
    causes.push(lineOf(cause))
    const [next] = types.isNativeError(cause) ? wrappedBy(cause, 'cause') : []
    cause = next
  }
  const gathered = wrappedBy(error, 'errors').slice(0, MOST_CAUSES).map(lineOf)
  return {
    ...(causes.length === 0 ? {} : { cause: causes.join('\n') }),
    ...(gathered.length === 0 ? {} : { errors: gathered.join('\n') }),
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
    facts: causesOf(error),
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
