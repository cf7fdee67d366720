import {
  CommandError,
  DeadlineError,
  EnvironmentError,
  UsageError,
  type ErrorReport,
  type Facts,
  type TnetError,
} from '../errors.ts'

/** It never let go of the thread, or never ended after it was over. */
export function stuck(ms: number, whileDoing: string): DeadlineError {
  return new DeadlineError(`the scenario was not over after ${ms.toFixed(0)} ms`, {
    code: 'TNET_SCENARIO_STUCK',
    hint: 'it never let go of the thread: look for a loop that waits for nothing',
    facts: { while: whileDoing },
  })
}

/** A script wrote where only we write. */
export function garbled(text: string): CommandError {
  return new CommandError('the scenario wrote to a descriptor of its sandbox', {
    code: 'TNET_SCENARIO_GARBLED',
    hint: 'write to files that it opens itself, or to standard output',
    facts: { wrote: text.slice(0, 200) },
  })
}

const mebibytes = (bytes: number) => `${(bytes / (1 << 20)).toFixed(0)} MiB`

/** All that runs in the sandbox took more memory than it may. */
export function tooLarge(bytes: number, limitBytes: number, largest: string): CommandError {
  return new CommandError(
    `the scenario's sandbox took ${mebibytes(bytes)} of memory, and may take ${mebibytes(limitBytes)}`,
    {
      code: 'TNET_SCENARIO_MEMORY',
      hint: 'give it more with --memory MIB, or find what keeps growing',
      facts: { largest },
    },
  )
}

function outOfMemory(limitBytes: number, facts: Facts): CommandError {
  const message = `the scenario ran out of memory: its sandbox may take ${mebibytes(limitBytes)}`
  return new CommandError(message, {
    code: 'TNET_SCENARIO_MEMORY',
    hint: 'give it more with --memory MIB, or find what keeps growing',
    facts,
  })
}

/** How the process of a sandbox ended that was not asked to. */
export interface Death {
  exitCode: number | null
  signal: NodeJS.Signals | null
  /** What it printed last. */
  printed: string
  /** It could not be started. */
  failure: unknown
  /** It came so far that it could say so. */
  isReady: boolean
  memoryBytes: number
}

/** What a sandbox died of. */
export function deathOf({
  exitCode,
  signal,
  printed,
  failure,
  isReady,
  memoryBytes,
}: Death): TnetError {
  const facts = printed.trim() === '' ? {} : { printed: printed.trim().slice(-4096) }
  if (!isReady) return sandboxDenied(failure, facts)
  if (/heap out of memory|Allocation failed|std::bad_alloc|Cannot allocate memory/.test(printed)) {
    return outOfMemory(memoryBytes, facts)
  }
  // unshare of util-linux 2.38 says so when what it waits for was ended by a signal.
  const isUnshares = exitCode === 1 && /sigprocmask unblock failed/.test(printed)
  if (signal !== null || (exitCode ?? 0) > 128 || isUnshares) {
    const by = isUnshares ? 'a signal' : (signal ?? `exit code ${exitCode}`)
    return new CommandError(`the scenario's process was ended by ${by}`, {
      code: 'TNET_SCENARIO_KILLED',
      hint: 'it crashed, ran out of memory, or somebody ended it',
      facts,
    })
  }
  return new UsageError(`the scenario ended its process with exit code ${exitCode}`, {
    code: 'TNET_SCENARIO_EXITED',
    hint: 'let it return or throw: process.exit() hides what happened',
    facts,
  })
}

function sandboxDenied(failure: unknown, facts: Facts): EnvironmentError {
  const missing = (failure as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  return new EnvironmentError('could not make a sandbox', {
    code: missing ? 'TNET_TOOL_MISSING' : 'TNET_SANDBOX_DENIED',
    hint: missing
      ? 'apt-get install -y util-linux, which brings setpriv and unshare'
      : 'run it with sudo, or allow user namespaces; "tnet-lab doctor" says what is in the way',
    facts,
    cause: failure,
  })
}

/** As the events have it. */
export function reportOf({ name, code, message, facts, hint }: TnetError): ErrorReport {
  return { name, code, message, facts, hint }
}
