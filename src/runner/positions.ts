import { SourceMap } from 'node:module'
import type { Compiled } from './compile.ts'

/** Where each compiled line came from, by absolute path. */
const maps = new Map<string, SourceMap>()

/** Remembers the positions of a file that is about to run. */
export function rememberPositions(file: string, { map }: Compiled): void {
  maps.set(file, new SourceMap(map as ConstructorParameters<typeof SourceMap>[0]))
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
