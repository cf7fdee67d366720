import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../errors.ts'
import type { RunEvent } from '../runner/events.ts'
import type { Reporter, ReporterOutput } from './reporter.ts'

/** What a reporter of the user's own is: an object, or only what it does with an event. */
interface Own {
  tell: (event: RunEvent) => unknown
  close?: () => unknown
}

/** What its module exports by default. */
type Make = (output: ReporterOutput) => unknown

/** Node's own `import()`: one that is written out becomes `require()` in what is shipped. */
// oxlint-disable-next-line typescript/no-implied-eval
const nativeImport = new Function('specifier', 'return import(specifier)') as (
  specifier: string,
) => Promise<Record<string, unknown>>

function failed(name: string, what: string, error: unknown): UsageError {
  const { message, stack } = error instanceof Error ? error : { message: String(error) }
  const at = stack?.split('\n').find(line => line.startsWith('    at '))
  return new UsageError(`reporter ${name} ${what}`, {
    code: 'TNET_REPORTER_FAILED',
    hint: 'mend it; `tnet-lab report` tells it the same events again',
    facts: { error: message, ...(at === undefined ? {} : { thrown: at.trim() }) },
    cause: error,
  })
}

/** When it fails, the run and other reporters go on; it is told nothing more, and that is said. */
class OwnReporter implements Reporter {
  readonly #name: string
  readonly #own: Own
  #failure: UsageError | undefined
  #heard: Promise<unknown> = Promise.resolve()

  constructor(name: string, own: Own) {
    this.#name = name
    this.#own = own
  }

  tell(event: RunEvent): void {
    if (this.#failure !== undefined) return
    try {
      const told = this.#own.tell(event)
      if (!(told instanceof Promise)) return
      const heard = told.catch((error: unknown) => this.#fail(`failed at "${event.type}"`, error))
      this.#heard = Promise.all([this.#heard, heard])
    } catch (error) {
      this.#fail(`failed at "${event.type}"`, error)
    }
  }

  async close(): Promise<void> {
    await this.#heard
    try {
      if (this.#failure === undefined) await this.#own.close?.()
    } catch (error) {
      this.#fail('failed when it was closed', error)
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  #fail(what: string, error: unknown): void {
    this.#failure ??= failed(this.#name, what, error)
  }
}

async function exportedBy(name: string): Promise<unknown> {
  try {
    return (await nativeImport(pathToFileURL(path.resolve(name)).href))['default']
  } catch (error) {
    throw new UsageError(`reporter ${name} could not be loaded`, {
      code: 'TNET_REPORTER_UNKNOWN',
      hint: 'it is a JavaScript module with a default export: output => event => …',
      facts: { error: (error as Error).message },
      cause: error,
    })
  }
}

function ownOf(made: unknown): Own | undefined {
  if (typeof made === 'function') return { tell: made as Own['tell'] }
  return typeof (made as Own | undefined)?.tell === 'function' ? (made as Own) : undefined
}

/** @throws UsageError for a module that is not there, or makes no reporter */
export async function ownReporter(
  name: string,
  openOutput: () => ReporterOutput,
): Promise<Reporter> {
  const make = await exportedBy(name)
  if (typeof make !== 'function') {
    throw new UsageError(`reporter ${name} has no default export that is a function`, {
      code: 'TNET_REPORTER_UNKNOWN',
      hint: 'export default output => event => output.write(JSON.stringify(event))',
    })
  }
  const output = openOutput()
  let own: Own | undefined
  try {
    own = ownOf(await (make as Make)(output))
  } catch (error) {
    throw failed(name, 'failed when it was made', error)
  }
  if (own !== undefined) return new OwnReporter(name, own)
  throw new UsageError(`reporter ${name} made neither a function nor an object with tell()`, {
    code: 'TNET_REPORTER_UNKNOWN',
    hint: 'export default output => event => output.write(JSON.stringify(event))',
  })
}
