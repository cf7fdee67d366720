import { transformSync } from 'oxc-transform'
import { UsageError } from '../errors.ts'
import { shownPath } from './shown-path.ts'
import { sourceBytes } from './source-bytes.ts'

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

/**
 * JavaScript of a TypeScript file: types are removed, `await using` is written out where Node
 * lacks it. Types are not checked: that is `tsc`'s work. Of what does this, oxc-transform starts
 * fastest (CONTRIBUTING has the figures).
 */
export function compile(file: string): Compiled {
  const source = sourceBytes(file).toString('utf8')
  const { code, map, errors } = transformSync(file, source, {
    target,
    sourcemap: true,
    sourceType: 'module',
  })
  const [error] = errors
  if (error !== undefined) throw syntaxError(file, source, error)
  return { code, map: map ?? {} }
}
