import fs from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import { transformSync } from 'oxc-transform'
import { UsageError } from '../errors.ts'

/** Where each compiled line came from, by absolute path. */
const maps = new Map<string, SourceMap>()

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
  return new UsageError(`${path.relative('', file)}:${at} does not compile: ${message}`, {
    code: 'TNET_SCENARIO_SYNTAX',
    hint: 'mend it; an editor with TypeScript shows the same',
    facts: codeframe === null ? {} : { source: codeframe.trimEnd() },
  })
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`could not read ${path.relative('', file)}`, {
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
export function compile(file: string): string {
  const source = read(file)
  const { code, map, errors } = transformSync(file, source, {
    target,
    sourcemap: true,
    sourceType: 'module',
  })
  const [error] = errors
  if (error !== undefined) throw syntaxError(file, source, error)
  if (map !== undefined) maps.set(file, new SourceMap(map as never))
  return code
}

/** A stack, or anything with `file:line:column` in it, with positions in the files as written. */
export function originalPositions(stack: string): string {
  return stack.replace(/(\/[^\s():]+):(\d+):(\d+)/g, (whole, file: string, line, column) => {
    const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1)
    if (entry === undefined || !('originalLine' in entry)) return whole
    return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}

/** Whether a file was compiled here, which makes it the user's. */
export function isCompiled(file: string): boolean {
  return maps.has(file)
}
