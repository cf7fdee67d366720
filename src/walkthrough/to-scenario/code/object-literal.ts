import { stringLiteral } from './literal.ts'

/** `{ to: 'default', metric: 5 }`; what is undefined is left out, and an empty one is nothing. */
export function objectLiteral(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const entries = Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return []
    return `${key}: ${typeof value === 'string' ? stringLiteral(value) : String(value)}`
  })
  return entries.length === 0 ? '' : `{ ${entries.join(', ')} }`
}
