import path from 'node:path'
import { CommandError, TnetError, type ErrorReport } from '../errors.ts'
import { isCompiled } from './compile.ts'

/** The first line of the user's own files in a stack: `scenarios/veth-pair.ts:17`. */
function userLine(stack: string): string | undefined {
  for (const match of stack.matchAll(/(\/[^\s():]+):(\d+):\d+/g)) {
    const [, file = '', line = ''] = match
    if (isCompiled(file)) return `${path.relative('', file)}:${line}`
  }
  return undefined
}

/** zx rejects with what a command left; its own text tells it well. */
function ofCommand(error: Error & { exitCode?: unknown; stderr?: unknown }): TnetError | undefined {
  if (error.constructor.name !== 'ProcessOutput') return undefined
  const output = String(error.stderr ?? '').trim()
  return new CommandError(`a command ended with exit code ${String(error.exitCode)}`, {
    code: 'TNET_COMMAND_FAILED',
    hint: 'add .nothrow() when it may fail',
    facts: output === '' ? {} : { stderr: output },
    cause: error,
  })
}

/** Anything that was thrown, as it goes into an event. */
export function reportError(thrown: unknown): ErrorReport {
  const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`)
  const known = error instanceof TnetError ? error : ofCommand(error)
  const stack = error.stack ?? ''
  const at = userLine(stack)
  const line = at === undefined ? {} : { at }
  if (known !== undefined) {
    const { name, code, message, facts, hint } = known
    return { name, code, message, facts, hint, ...line, stack }
  }
  return {
    name: error.name,
    code: 'TNET_SCENARIO_THREW',
    message: error.message,
    facts: {},
    hint: 'the scenario itself threw this',
    ...line,
    stack,
  }
}
