import { SourceMap } from 'node:module'
import type { Compiled } from '../compile.ts'

/** Where each compiled line came from, by absolute path. */
const maps = new Map<string, SourceMap>()

/** Remembers the positions of a file that is about to run. */
export function rememberPositions(file: string, { map }: Compiled): void {
  maps.set(file, new SourceMap(map as ConstructorParameters<typeof SourceMap>[0]))
}

/** Of these files the one that a text names before a position; names may have spaces and brackets. */
function fileBefore(text: string, end: number, files: Iterable<string>): string | undefined {
  for (const file of files) {
    const isWhole = !/[\w./-]/.test(text[end - file.length - 1] ?? '')
    if (isWhole && text.endsWith(file, end)) return file
  }
  return undefined
}

const POSITION = /:(\d+):(\d+)/g

/** The first of these files that a stack leads to. */
function firstOf(stack: string, files: ReadonlySet<string> | ReadonlyMap<string, unknown>) {
  for (const { index, 1: line = '' } of stack.matchAll(POSITION)) {
    const file = fileBefore(stack, index, files.keys())
    if (file !== undefined) return { file, line }
  }
  return undefined
}

/** A stack, or anything with `file:line:column` in it, with positions in the files as written. */
export function originalPositions(stack: string): string {
  return stack.replace(POSITION, (whole, line: string, column: string, offset: number) => {
    const file = fileBefore(stack, offset, maps.keys())
    const entry = maps.get(file ?? '')?.findEntry(Number(line) - 1, Number(column) - 1)
    if (entry === undefined || !('originalLine' in entry)) return whole
    return `:${entry.originalLine + 1}:${entry.originalColumn + 1}`
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
  return firstOf(stack, maps) !== undefined || formerFile(stack) === undefined
}

/** The file of an earlier run that a stack leads to. */
export function formerFile(stack: string): string | undefined {
  return firstOf(stack, former)?.file
}

/** The user's own place that a stack leads to first: what was compiled here is the user's. */
export function userPlace(stack: string): { file: string; line: string } | undefined {
  return firstOf(stack, maps)
}
