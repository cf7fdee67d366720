/** Words that cannot be a name in a module, and those that every scenario has already. */
const TAKEN = `arguments await break case catch class const continue debugger default delete do else
  enum eval export extends false finally for function if implements import in instanceof interface let
  new null package private protected public return static super switch this throw true try typeof
  undefined using var void while with yield async of lab step note skip random context expect scenario
  globalThis process console NaN Infinity`.split(/\s+/)

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1)

/** `netns_A` is `netnsA`, `br-veth01` is `brVeth01`, `10` is `n10`, `网桥` stays. */
export function camelCase(label: string): string {
  const words = label
    .normalize('NFKC')
    .split(/[^\p{ID_Continue}]+|_+/u)
    .filter(word => word !== '')
  const [first = '', ...rest] = words
  const name = first.slice(0, 1).toLowerCase() + first.slice(1) + rest.map(capital).join('')
  return /^[\p{ID_Start}]/u.test(name) ? name : `n${name}`
}

/** Names of a scope, each for one thing. */
export class Identifiers {
  readonly #taken: Set<string>

  constructor(outer?: Identifiers) {
    this.#taken = new Set(outer === undefined ? TAKEN : outer.#taken)
  }

  /** Keeps a name that somebody has already. */
  reserve(name: string): void {
    this.#taken.add(name)
  }

  /** A name for a label that nobody here has yet. */
  name(label: string): string {
    const plain = camelCase(label)
    for (let n = 1; ; n++) {
      const name = n === 1 ? plain : `${plain}${/\d$/.test(plain) ? '_' : ''}${n}`
      if (this.#taken.has(name)) continue
      this.#taken.add(name)
      return name
    }
  }
}
