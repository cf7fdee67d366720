/** Labelled lines of an error, in the order in which they are printed. */
export type Facts = Readonly<Record<string, string>>

export interface TnetErrorOptions {
  /** Stable, greppable: `TNET_` and what went wrong. */
  code: string
  /** One thing to try. */
  hint: string
  /** What else is known, such as the kernel's words or the command that does the same. */
  facts?: Facts
  /** `file:line` that it is about, when that is not the script's own that threw it. */
  at?: string
  cause?: unknown
}

/**
 * Every failure that a user can cause or meet. The message is one line: what, on what, where.
 *
 * @example
 * throw new UsageError('"10.0.1.0/24" leaves no address for "web"', {
 *   code: 'TNET_POOL_EXHAUSTED',
 *   hint: 'give the network a larger subnet',
 * })
 */
export class TnetError extends Error {
  readonly code: string
  readonly hint: string
  readonly facts: Facts
  readonly at?: string

  constructor(message: string, options: TnetErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = options.code
    this.hint = options.hint
    this.facts = options.facts ?? {}
    if (options.at !== undefined) this.at = options.at
  }
}

/** The script, or the command line, is wrong. */
export class UsageError extends TnetError {}

/** This machine lacks a permission, a kernel feature or a tool. */
export class EnvironmentError extends TnetError {}

/** A program that a scenario ran failed, or could not be started. */
export class CommandError extends TnetError {}

/** What was expected did not happen. */
export class ExpectationError extends TnetError {}

/** Something took longer than it may. */
export class DeadlineError extends TnetError {}

/** Something could not be undone; `failures` holds each reason. */
export class CleanupError extends TnetError {
  readonly failures: readonly unknown[]

  constructor(message: string, options: TnetErrorOptions & { failures: readonly unknown[] }) {
    super(message, options)
    this.failures = options.failures
  }
}

export interface KernelErrorOptions extends TnetErrorOptions {
  /** The message or call that the kernel refused: `RTM_NEWLINK`, `setns`. */
  operation: string
  /** The kernel's name for the refusal: `EEXIST`. */
  errno: string
}

/** The kernel refused; its words and the command that does the same are in `facts`. */
export class KernelError extends TnetError {
  readonly operation: string
  readonly errno: string

  constructor(message: string, options: KernelErrorOptions) {
    super(message, options)
    this.operation = options.operation
    this.errno = options.errno
  }
}

/** What an error says, as it crosses from a sandbox to whoever prints it. */
export interface ErrorReport {
  name: string
  code: string
  message: string
  facts: Facts
  hint: string
  /** `file:line` of the script's own line, when it is known. */
  at?: string
  stack?: string
}

/** An error's text: one line, then labelled facts, then one thing to try, then where. */
export function explain(report: ErrorReport): string {
  const rows: [string, string][] = Object.entries(report.facts)
  if (report.hint !== '') rows.push(['hint', report.hint])
  if (report.at !== undefined) rows.push(['at', report.at])
  const width = Math.max(7, ...rows.map(([label]) => label.length))
  const lines = rows.map(([label, text]) => {
    const [first = '', ...rest] = text.split('\n')
    const indent = '\n' + ' '.repeat(width + 3)
    return `  ${label.padEnd(width)} ${[first, ...rest].join(indent)}`.trimEnd()
  })
  return [`${report.name} ${report.code}: ${report.message}`, ...lines].join('\n')
}
