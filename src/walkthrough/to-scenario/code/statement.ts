import { LinkSymbol, type NodeSymbol } from './symbols.ts'

/** A link where it is spoken of: how it is found then, should nobody hold it. */
export interface LinkUse {
  link: LinkSymbol
  node: NodeSymbol
  name: string
}

/** Of a statement's code: text as it stands, a node by its variable, a link. */
export type Part = string | NodeSymbol | LinkUse

/** What a statement builds, for those that belong together. */
export type Deed =
  | { type: 'bridge' | 'up' | 'other'; link: LinkSymbol }
  | { type: 'address'; link: LinkSymbol; prefix: string }

export interface Code {
  type: 'code'
  parts: Part[]
  /** `const [veth0, veth1] = …` for two, `const br0 = …` for one; nothing for those nobody uses. */
  declares?: LinkUse[]
  deed?: Deed
}

/** A line of its own, `//` before it. */
export interface Comment {
  type: 'comment'
  text: string
  /** The document's own words about what comes next. */
  isProse?: true
}

export type Statement = Code | Comment

/** Code out of a template: nodes and links in it stand for what the script calls them. */
export function code(
  pieces: TemplateStringsArray,
  ...values: readonly (string | NodeSymbol | LinkSymbol)[]
): Code {
  const parts: Part[] = []
  const add = (part: Part) => {
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  for (const [i, piece] of pieces.entries()) {
    const value = values[i]
    add(piece)
    if (value !== undefined) add(value instanceof LinkSymbol ? useOf(value) : value)
  }
  return { type: 'code', parts }
}

export const useOf = (link: LinkSymbol): LinkUse => ({ link, node: link.node, name: link.name })

export const comment = (text: string): Comment => ({ type: 'comment', text })

export const prose = (text: string): Comment => ({ type: 'comment', text, isProse: true })

/** Code that builds. */
export const built = (statement: Code, deed: Deed): Code => ({ ...statement, deed })
