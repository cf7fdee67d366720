import { UsageError } from '../errors.ts'
import type { RunOptions } from './run-options.ts'

/** Of all scenarios none is what was asked for. */
export function nothingMatches({ selection, files }: RunOptions): UsageError {
  const { filter, tags, keys } = selection
  const asked = [
    ...(filter === undefined ? [] : [`"${filter.join('" or "')}" in its name or file`]),
    ...(tags === undefined ? [] : [`the tag ${tags.join(' or ')}`]),
    ...(keys === undefined ? [] : ['failed last time']),
  ]
  return new UsageError(`no scenario has ${asked.join(' and ')}`, {
    code: 'TNET_NOTHING_MATCHES',
    hint: '"tnet-lab list" with the same files shows what there is',
    facts: { looked: `in ${files.length} file${files.length === 1 ? '' : 's'}` },
  })
}
