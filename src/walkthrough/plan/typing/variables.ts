const VALUE = String.raw`(?:"[^"${'`'}]*"|'[^']*'|\$\(\([^()]*\)\)|\$\([^()]*\)|\([^()]*\)|[^\s;${'`'}()"'|&<>]*)`
const ASSIGNMENT = String.raw`[A-Za-z_]\w*\+?=${VALUE}`
const DECLARING = String.raw`(?:(?:export|local|readonly|declare|typeset)[ \t]+(?:-\w+[ \t]+)*)?`
/** In the order in which a shell comes to them. */
const TOKEN = new RegExp(
  [
    String.raw`(?<ahead>(?:^|[;\n&|({]|\b(?:do|then|else)\b)[ \t]*${DECLARING})(?<sets>${ASSIGNMENT}(?:[ \t]+${ASSIGNMENT})*)(?=[ \t]*(?:$|[\n;#&)}]))`,
    String.raw`\bread[ \t]+(?:-\w+[ \t]+)*(?<read>\w+(?:[ \t]+\w+)*)`,
    String.raw`\$\{(?<array>\w+)\[[@*]\]\}`,
    String.raw`\$\{(?<braced>\w+)(?<op>##?|%%?|:?-)?(?<operand>[^{}]*)\}`,
    String.raw`\$\(\((?<sum>[^()]*)\)\)`,
    String.raw`\$(?<plain>[A-Za-z_]\w*)`,
  ].join('|'),
  'g',
)
const ONE = new RegExp(`(?<name>[A-Za-z_]\\w*)(?<more>\\+?)=(?<value>${VALUE})`, 'g')

const unquoted = (text: string) => text.replace(/^(['"])(.*)\1$/s, '$2')

/** What `${value#pattern}` and its like leave of a value; undefined: nobody needs that. */
function trimmed(value: string, op: string, pattern: string): string | undefined {
  if (value.length > 200 || pattern.length > 40 || pattern.split('*').length > 3) return undefined
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  const matches = new RegExp(`^${source}$`, 's')
  const lengths = Array.from({ length: value.length + 1 }, (_, n) => n)
  if (op.length === 2) lengths.reverse()
  const isStart = op.startsWith('#')
  const part = (n: number) => (isStart ? value.slice(0, n) : value.slice(value.length - n))
  const length = lengths.find(n => matches.test(part(n)))
  if (length === undefined) return value
  return isStart ? value.slice(length) : value.slice(0, value.length - length)
}

type Groups = Record<string, string | undefined>

/** The variables of the reader's shell, as far as the document sets them to plain words. */
export class Variables {
  readonly #values = new Map<string, string>()

  /** `$((i + 1))` */
  #sum(text: string): string | undefined {
    const [, one = '', sign = '', other = ''] =
      /^\s*\$?(\w+)\s*([-+*])\s*\$?(\w+)\s*$/.exec(text) ?? []
    const [a, b] = [one, other].map(word => Number(this.#values.get(word) ?? word))
    if (sign === '' || a === undefined || b === undefined || Number.isNaN(a + b)) return undefined
    return String(sign === '+' ? a + b : sign === '-' ? a - b : a * b)
  }

  #braced(name: string, op: string, operand: string): string | undefined {
    const value = this.#values.get(name)
    if (op === '') return operand === '' ? value : undefined
    if (op.endsWith('-')) return value ?? (operand.includes('$') ? undefined : operand)
    return value === undefined ? undefined : trimmed(value, op, operand)
  }

  #set(text: string): string {
    return text.replace(ONE, (...rest) => {
      const { name = '', more = '', value = '' } = rest.at(-1) as Groups
      const spelled = this.spelled(value)
      const plain = unquoted(spelled.replace(/^\((.*)\)$/s, '$1').trim())
      if (more !== '' || /[$`]/.test(plain)) this.#values.delete(name)
      else this.#values.set(name, plain)
      // What stands in parentheses would be read as commands.
      return `${name}${more}=${/^\([^(]/.test(value) ? '' : spelled}`
    })
  }

  /** From here on its value comes from elsewhere. */
  forget(name: string): void {
    this.#values.delete(name)
  }

  /** A text with the values of those that are known, as it comes to set them. */
  spelled(text: string): string {
    if (!/[$=]|\bread\b/.test(text)) return text
    return text.replace(TOKEN, (whole: string, ...rest) => {
      const groups = rest.at(-1) as Groups
      const { ahead, sets, read, array, braced, op = '', operand = '', sum, plain } = groups
      if (sets !== undefined) return `${ahead ?? ''}${this.#set(sets)}`
      for (const name of (read ?? '').split(/\s+/)) this.forget(name)
      if (braced !== undefined) return this.#braced(braced, op, operand) ?? whole
      if (sum !== undefined) return this.#sum(sum) ?? whole
      return this.#values.get(array ?? plain ?? '') ?? whole
    })
  }
}

/** The text of a function or a script with the words that it is called with. */
export function withArguments(body: string, args: readonly string[]): string {
  if (/^\s*shift\b/m.test(body)) return body
  return body.replace(
    /\$\{([1-9])(?::?-([^{}]*))?\}|\$([1-9])|\$([@*])|\$\{([@*])\}/g,
    (_, braced?: string, instead?: string, plain?: string) => {
      const n = braced ?? plain
      return n === undefined ? args.join(' ') : (args[Number(n) - 1] ?? instead ?? '')
    },
  )
}
