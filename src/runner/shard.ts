/** Something that takes time, and what it is called from run to run. */
export interface Weighed {
  key: string
  /** Milliseconds that it took before; unknown for a new one. */
  durationMs: number | undefined
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 1000
}

/**
 * Deals out to `total` parts, so that each takes about as long as the others: the longest first, to
 * who has least. What is new counts as one in the middle. The same for the same input, whoever asks.
 *
 * @returns a list a part
 */
export function shards<T extends Weighed>(items: readonly T[], total: number): T[][] {
  const typical = middle(items.flatMap(({ durationMs }) => durationMs ?? []))
  const weight = ({ durationMs }: T) => Math.max(1, durationMs ?? typical)
  const order = [...items].sort((a, b) => weight(b) - weight(a) || (a.key < b.key ? -1 : 1))
  const parts = Array.from({ length: total }, () => ({ items: [] as T[], sum: 0 }))
  for (const item of order) {
    const lightest = parts.reduce((least, part) => (part.sum < least.sum ? part : least))
    lightest.items.push(item)
    lightest.sum += weight(item)
  }
  return parts.map(part => items.filter(item => part.items.includes(item)))
}

/** A digest of who does what: parts of one whole have the same. */
export function planDigest(parts: readonly (readonly Weighed[])[]): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  const text = JSON.stringify(parts.map(part => part.map(({ key }) => key)))
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
