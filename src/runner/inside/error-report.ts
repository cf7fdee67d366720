import { AssertionError } from 'node:assert'
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

/** A stack less the frames that are ours or Node's: nobody can mend those in a script. */
function withoutOurs(stack: string): string {
  const isOurs = (line: string) =>
    /^\s+at /.test(line) && (line.includes(own) || /\(?node:internal/.test(line))
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

/** Anything that was thrown, as it goes into an event. */
export function reportError(thrown: unknown): ErrorReport {
  const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`)
  const known = error instanceof TnetError ? error : ofCommand(error)
  const stack = withoutOurs((known ?? error).stack ?? '')
  const at = userLine(stack)
  const line = at === undefined ? {} : { at }
  if (known !== undefined) {
    const { name, code, message, facts, hint } = known
    return { name, code, message, facts, hint, ...line, stack }
  }
  const isAssertion = error instanceof AssertionError
  return {
    name: error.name,
    code: isAssertion ? 'TNET_ASSERTION' : 'TNET_SCENARIO_THREW',
    message: error.message,
    facts: {},
    hint: isAssertion
      ? 'run with --trace to see what was done before'
      : 'the scenario itself threw this',
    ...line,
    stack,
  }
}
