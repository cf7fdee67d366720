import { Identifiers } from './identifiers.ts'
import { commentText, stringLiteral } from './literal.ts'
import type { Code, LinkUse, Part, Statement } from './statement.ts'
import { NodeSymbol, type LinkSymbol } from './symbols.ts'

const DECLARES = /^(?:const|await using) (\w+)/

const isLink = (part: Part): part is LinkUse =>
  typeof part !== 'string' && !(part instanceof NodeSymbol)
const usesOf = (statement: Statement): LinkUse[] =>
  statement.type === 'code' ? statement.parts.filter(isLink) : []

/**
 * The body of a step: links that it makes and uses are held in constants, others are asked of their
 * node, once for all when they are spoken of more than once.
 */
export class Scope {
  readonly #statements: readonly Statement[]
  readonly #names: Identifiers
  readonly #held = new Map<LinkSymbol, string>()
  readonly #lines: string[] = []
  /** How often links are still to be spoken of. */
  readonly #uses = new Map<LinkSymbol, number>()

  constructor(statements: readonly Statement[], outer: Identifiers) {
    this.#statements = statements
    this.#names = new Identifiers(outer)
    for (const { link } of statements.flatMap(usesOf)) {
      this.#uses.set(link, this.#usesOf(link) + 1)
    }
    for (const statement of statements) {
      const [first] = statement.type === 'code' ? statement.parts : []
      const name = typeof first === 'string' ? DECLARES.exec(first)?.[1] : undefined
      if (name !== undefined) this.#names.reserve(name)
    }
  }

  #usesOf(link: LinkSymbol): number {
    return this.#uses.get(link) ?? 0
  }

  /** Its lines; one that is a template may have line ends in it. */
  lines(): string[] {
    for (const statement of this.#statements) {
      if (statement.type === 'comment') this.#lines.push(`// ${commentText(statement.text)}`)
      else this.#write(statement)
      for (const { link } of usesOf(statement)) this.#uses.set(link, this.#usesOf(link) - 1)
    }
    return this.#lines
  }

  #write(statement: Code): void {
    const declared = this.#declared(statement)
    const text = statement.parts.map((part, at) => {
      if (typeof part === 'string') return part
      if (part instanceof NodeSymbol) return part.variable
      return this.#link(part, statement.parts[at + 1])
    })
    this.#lines.push(declared + text.join(''))
  }

  #declared({ declares }: Code): string {
    if (declares === undefined) return ''
    const names = declares.map(({ link, name: label }) => {
      if (this.#usesOf(link) === 0) return ''
      const name = this.#names.name(label)
      this.#held.set(link, name)
      return name
    })
    if (names.every(name => name === '')) return ''
    const pattern = names.length === 1 ? names[0] : `[${names.join(', ').replace(/(?:, )+$/, '')}]`
    return `const ${pattern} = `
  }

  #link({ link, node, name }: LinkUse, next: Part | undefined): string {
    const held = this.#held.get(link)
    if (held !== undefined) return held
    const found = `await ${node.variable}.link(${stringLiteral(name)})`
    if (this.#usesOf(link) > 1) {
      const constant = this.#names.name(name)
      this.#held.set(link, constant)
      this.#lines.push(`const ${constant} = ${found}`)
      return constant
    }
    return typeof next === 'string' && next.startsWith('.') ? `(${found})` : found
  }
}
