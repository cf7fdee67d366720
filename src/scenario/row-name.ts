import { inspect } from 'node:util'
import { misuse } from './scenario-options.ts'

/** How the scenarios of a table are called: a pattern, or what makes a name of a row. */
export type RowName<Row> = string | ((row: Row, index: number) => string)

const PATTERN =
  /%[%sdjo#]|\$([\p{ID_Start}_][\p{ID_Continue}]*(?:\.[\p{ID_Start}_][\p{ID_Continue}]*)*)/gu

const shown = (value: unknown) =>
  typeof value === 'string' ? value : inspect(value, { depth: 1, breakLength: Infinity })

/** `$peer.port` of `{ peer: { port: 80 } }` is 80, alone in a list; none without such a property. */
function property(row: unknown, path: string): unknown[] {
  let value = row
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(key in value)) return []
    value = (value as Record<string, unknown>)[key]
  }
  return [value]
}

/**
 * The name of a row's scenario: `%s` is the row, or the next part of a row that is a list, `%#` its
 * number, `$key` a property, `%%` a per cent sign. A name without any of them gets the row's number,
 * from 1.
 */
export function rowName<Row>(name: RowName<Row>, row: Row, index: number): string {
  if (typeof name === 'function') return name(row, index)
  if (typeof name !== 'string') {
    throw misuse(
      'rows need a name',
      "scenario.each([1, 2])('row %s', async ({ lab }, row) => { … })",
    )
  }
  const values: unknown[] = Array.isArray(row) ? [...(row as unknown[])] : [row]
  const valueOf = (whole: string, key: string | undefined): unknown[] => {
    if (key !== undefined) return property(row, key)
    return whole === '%#' ? [index + 1] : values.splice(0, 1)
  }
  let isNamed = false
  const replaced = name.replace(PATTERN, (whole, key: string | undefined) => {
    if (whole === '%%') return '%'
    const found = valueOf(whole, key)
    if (found.length === 0) return whole
    isNamed = true
    return shown(found[0])
  })
  return isNamed ? replaced : `${replaced} (${index + 1})`
}
