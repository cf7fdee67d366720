import type { Effects } from './effects.ts'

/** Names that a fresh machine lacks. Rules and sysctls are no names: nobody refers to them. */
const isName = (key: string) => /^(netns|link|chain|address|subnet) /.test(key)

/**
 * For every command, the last command at or before it that a fresh machine may begin with: a heading
 * stands above it, and nothing that was made before it is used from it on before it is made again.
 */
export function allowedCuts(
  effects: readonly Effects[],
  heads: ReadonlyMap<number, number>,
): (number | undefined)[] {
  const made = new Map<string, number>()
  /** How many uses begin (+1) and end (-1) to need what is before each command. */
  const needs = Array.from({ length: effects.length + 1 }, () => 0)
  const use = (key: string, by: number) => {
    const from = made.get(key)
    if (from === undefined || from >= by) return
    needs[from + 1]! += 1
    needs[by + 1]! -= 1
    // What lies between is known to be needed: the next use adds what is new.
    made.set(key, by)
  }
  effects.forEach(({ makes, sets, moves, deletes, uses }, i) => {
    for (const key of uses) use(key, i)
    for (const [from] of moves) use(from, i)
    for (const key of deletes) use(key, i)
    for (const key of deletes) made.delete(key)
    for (const [from] of moves) made.delete(from)
    for (const key of [...makes, ...sets, ...moves.map(([, to]) => to)]) {
      if (key.startsWith('netns ') && made.has(key)) forgetInside(made, key)
      if (isName(key)) made.set(key, i)
    }
  })
  let depth = 0
  let last: number | undefined
  return effects.map((_, i) => {
    depth += needs[i] ?? 0
    if (i > 0 && depth === 0 && heads.has(i)) last = i
    return last
  })
}

/** A namespace that is made again is empty. */
function forgetInside(made: Map<string, number>, key: string) {
  const [, host = '', name = ''] = key.split(' ')
  const place = ` ${host}/${name} `
  for (const other of made.keys()) if (other.includes(place)) made.delete(other)
}
