import path from 'node:path'

/** A file as people find it: relative to here when it is below, whole when it is elsewhere. */
export function shownPath(file: string): string {
  const relative = path.relative('', file)
  return relative.startsWith('..') ? file : relative
}
