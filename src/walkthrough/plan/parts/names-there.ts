import type { Effects } from './effects.ts'

/** The names that are there while a reader goes down a document, and which command made each. */
export class NamesThere {
  /** Number in the list of commands, by name. */
  readonly #made = new Map<string, number>()
  readonly #partners = new Map<string, string>()

  madeBy(name: string): number | undefined {
    return this.#made.get(name)
  }

  #add(name: string, by: number) {
    this.#made.set(name, by)
  }

  #delete(name: string) {
    this.#made.delete(name)
    const partner = this.#partners.get(name)
    this.#partners.delete(name)
    if (partner === undefined) return
    this.#partners.delete(partner)
    this.#made.delete(partner)
  }

  /** A network namespace takes along what is in it, and the other ends of that. */
  #deleteNamespace(name: string) {
    if (!this.#made.has(name)) return
    const [, host = '', namespace = ''] = name.split(' ')
    const place = ` ${host}/${namespace} `
    for (const other of this.#made.keys()) if (other.includes(place)) this.#delete(other)
    this.#delete(name)
  }

  #move(from: string, to: string, by: number) {
    const partner = this.#partners.get(from)
    this.#partners.delete(from)
    this.#made.delete(from)
    this.#add(to, by)
    if (partner === undefined) return
    this.#partners.set(partner, to).set(to, partner)
  }

  /** What command number `by` does to them. */
  apply(effects: Effects, by: number): void {
    for (const name of effects.deletes) {
      if (name.startsWith('netns ')) this.#deleteNamespace(name)
      // `iptables -F POSTROUTING`, `-F`: every rule that begins so.
      else if (name.startsWith('rule ')) {
        for (const rule of this.#made.keys()) if (rule.startsWith(name)) this.#delete(rule)
      } else this.#delete(name)
    }
    for (const name of effects.makes) {
      if (name.startsWith('netns ')) this.#deleteNamespace(name)
      this.#add(name, by)
    }
    for (const [one, other] of effects.pairs) this.#partners.set(one, other).set(other, one)
    for (const [from, to] of effects.moves) this.#move(from, to, by)
    for (const name of effects.sets) this.#add(name, by)
  }
}
