import fs from 'node:fs'
import { transformSync } from 'oxc-transform'
import { UsageError } from '../errors.ts'
import { shownPath } from './shown-path.ts'

/** JavaScript of a TypeScript file, and where each of its lines came from. */
export interface Compiled {
  code: string
  map: object
}

/** What V8 here runs as it stands; anything newer is written in older words. */
const target = Number(process.versions.node.split('.')[0]) >= 24 ? 'esnext' : 'es2022'

type Severity = { message: string; codeframe: string | null; labels: { start: number }[] }

function position(source: string, offset: number): string {
  const before = source.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}

function syntaxError(
  file: string,
  source: string,
  { message, codeframe, labels }: Severity,
): Error {
  const at = position(source, labels[0]?.start ?? 0)
  return new UsageError(`${shownPath(file)}:${at} does not compile: ${message}`, {
    code: 'TNET_SCENARIO_SYNTAX',
    hint: 'mend it; an editor with TypeScript shows the same',
    facts: codeframe === null ? {} : { source: codeframe.trimEnd() },
  })
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`could not read ${shownPath(file)}`, {
      code: 'TNET_SCENARIO_UNREADABLE',
      hint: 'check the path and who may read it',
      facts: { error: (error as Error).message },
      cause: error,
    })
  }
}

/**
 * JavaScript of a TypeScript file: types are removed, `await using` is written out where Node
 * lacks it. Types are not checked: that is `tsc`'s work. Of what does this, oxc-transform starts
 * fastest (CONTRIBUTING has the figures).
 */
export function compile(file: string): Compiled {
  const source = read(file)
  const { code, map, errors } = transformSync(file, source, {
    target,
    sourcemap: true,
    sourceType: 'module',
  })
  const [error] = errors
  if (error !== undefined) throw syntaxError(file, source, error)
  return { code, map: map ?? {} }
}
