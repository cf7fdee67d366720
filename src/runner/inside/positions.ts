import { SourceMap } from 'node:module'
import type { Compiled } from '../compile.ts'

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

/** Those that ran before, and are over. */
const former = new Set<string>()

/** Forgets the files that ran until now. */
export function forgetPositions(): void {
  for (const file of maps.keys()) former.add(file)
  maps.clear()
}

/** Whether a stack may come from what runs now, and not just from a file that ran before. */
export function isOfNow(stack: string): boolean {
  const files = [...stack.matchAll(/(\/[^\s():]+):\d+:\d+/g)].map(([, file = '']) => file)
  return files.some(isCompiled) || !files.some(file => former.has(file))
}

/** The file of an earlier run that a stack leads to. */
export function formerFile(stack: string): string | undefined {
  const files = [...stack.matchAll(/(\/[^\s():]+):\d+:\d+/g)].map(([, file = '']) => file)
  return files.find(file => former.has(file))
}

/** Whether a file was compiled here, which makes it the user's. */
export function isCompiled(file: string): boolean {
  return maps.has(file)
}
