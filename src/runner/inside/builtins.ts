const { ownKeys, getOwnPropertyDescriptor } = Reflect

type Known = Map<PropertyKey, readonly [value: unknown, get: unknown, set: unknown]>

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** What a thing is made of. Of `process` what is no function changes by itself. */
function partsOf(thing: object, onlyFunctions: boolean): Known {
  const parts: Known = new Map()
  for (const key of ownKeys(thing)) {
    const { value, get, set } = getOwnPropertyDescriptor(thing, key) ?? {}
    if (onlyFunctions && typeof value !== 'function') continue
    parts.set(key, [value, get, set])
  }
  return parts
}

function isSame(known: Known, now: Known): boolean {
  if (known.size !== now.size) return false
  for (const [key, [value, get, set]] of known) {
    const other = now.get(key)
    if (other === undefined || other[1] !== get || other[2] !== set) return false
    if (!Object.is(other[0], value)) return false
  }
  return true
}

/** What every script of this process shares: the language's own objects, and Node's. */
export class Builtins {
  readonly #known: { thing: object; parts: Known }[] = []

  constructor() {
    const things = new Set<object>()
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      // What is loaded when it is first asked for is not loaded for this.
      const { value } = getOwnPropertyDescriptor(globalThis, name) ?? {}
      if (!isObject(value) || value === globalThis) continue
      things.add(value)
      const { prototype } = value as { prototype?: unknown }
      if (isObject(prototype)) things.add(prototype)
    }
    things.add(process)
    things.add(console)
    for (const thing of things) this.#known.push({ thing, parts: partsOf(thing, isNodes(thing)) })
  }

  /** Whether a script has changed any of it: whatever runs next may go wrong by that. */
  get areChanged(): boolean {
    try {
      return !this.#known.every(({ thing, parts }) => isSame(parts, partsOf(thing, isNodes(thing))))
    } catch {
      return true
    }
  }
}

const isNodes = (thing: object) => thing === process || thing === console
