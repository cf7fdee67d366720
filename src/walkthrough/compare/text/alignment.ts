/** More cells than this, and lines are matched one after the other. */
const MOST_CELLS = 4_000_000

/** Two lists, one beside the other: what stands in both in the same order, and what is between. */
export interface Alignment {
  /** Of `shown`: its partner's number in `seen`. */
  partners: (number | undefined)[]
  /** Numbers of those in `seen` that have none. */
  extra: number[]
}

interface Lists<A, B> {
  shown: readonly A[]
  seen: readonly B[]
  isSame: (shown: A, seen: B) => boolean
}

function greedy<A, B>({ shown, seen, isSame }: Lists<A, B>): (number | undefined)[] {
  let at = 0
  return shown.map(item => {
    for (let j = at; j < seen.length; j++) {
      if (!isSame(item, seen[j] as B)) continue
      at = j + 1
      return j
    }
    return undefined
  })
}

/** The longest common subsequence. */
function longest<A, B>({ shown, seen, isSame }: Lists<A, B>): (number | undefined)[] {
  const width = seen.length + 1
  const lengths = new Uint32Array((shown.length + 1) * width)
  const same = new Uint8Array(shown.length * seen.length)
  for (let i = shown.length - 1; i >= 0; i--) {
    for (let j = seen.length - 1; j >= 0; j--) {
      const is = isSame(shown[i] as A, seen[j] as B)
      same[i * seen.length + j] = is ? 1 : 0
      const below = lengths[(i + 1) * width + j] ?? 0
      const beside = lengths[i * width + j + 1] ?? 0
      const both = (lengths[(i + 1) * width + j + 1] ?? 0) + 1
      lengths[i * width + j] = is ? both : Math.max(below, beside)
    }
  }
  const partners: (number | undefined)[] = shown.map(() => undefined)
  for (let i = 0, j = 0; i < shown.length && j < seen.length;) {
    if (same[i * seen.length + j] === 1) partners[i++] = j++
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++
    else j++
  }
  return partners
}

/** Puts two lists beside one another, so that as many as can be have a partner, in order. */
export function align<A, B>(
  shown: readonly A[],
  seen: readonly B[],
  isSame: (shown: A, seen: B) => boolean,
): Alignment {
  const lists = { shown, seen, isSame }
  const isBig = (shown.length + 1) * (seen.length + 1) > MOST_CELLS
  const partners = isBig ? greedy(lists) : longest(lists)
  const taken = new Set(partners)
  return { partners, extra: [...seen.keys()].filter(j => !taken.has(j)) }
}

/** Shown without a partner, and seen without one in the same gap: in order, two by two. */
export function* gaps({
  partners,
  extra,
}: Alignment): Generator<{ missing: number[]; extra: number[] }> {
  let left = [...extra]
  let missing: number[] = []
  for (const [i, partner] of partners.entries()) {
    if (partner === undefined) {
      missing.push(i)
      continue
    }
    const before = left.filter(j => j < partner)
    if (missing.length > 0 || before.length > 0) yield { missing, extra: before }
    left = left.filter(j => j > partner)
    missing = []
  }
  if (missing.length > 0 || left.length > 0) yield { missing, extra: left }
}
