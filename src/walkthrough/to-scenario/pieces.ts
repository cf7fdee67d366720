/** What only a shell as a whole reads: loops, functions, groups, alternatives, heredocs. */
const WHOLE =
  /^\s*(?:for|while|until|if|case|select|function|time)\s|^\s*[\w-]+\s*\(\)|^\s*[({]|\|\||<<|(?:^|[;&\s])(?:do|then|esac)\s/m

/** Where a quote or an escape that begins at `i` ends; `i` where none does. */
function quoteEnd(text: string, i: number): number {
  const quote = text[i]
  if (quote === '\\') return i + 1
  if (quote !== "'" && quote !== '"' && quote !== '`') return i
  for (let j = i + 1; j < text.length; j++) {
    if (text[j] === '\\' && quote !== "'") j++
    else if (text[j] === quote) return j
  }
  return text.length
}

/**
 * The commands of a text that a script may run one by one, as they stand: those between `;`, `&&` and
 * line ends. One of which more than a command is made stays whole.
 */
export function piecesOf(text: string): string[] {
  if (WHOLE.test(text)) return [text.trim()]
  const pieces: string[] = []
  let start = 0
  const end = (at: number, next: number) => {
    pieces.push(text.slice(start, at).trim())
    start = next
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    const isComment = char === '#' && /^$|[\s;&]/.test(text[i - 1] ?? '')
    if (isComment) {
      const lineEnd = text.indexOf('\n', i)
      end(i, lineEnd < 0 ? text.length : lineEnd)
      i = lineEnd < 0 ? text.length : lineEnd
    } else if (char === ';' || char === '\n') end(i, i + 1)
    else if (char === '&' && text[i + 1] === '&') end(i, ++i + 1)
    else i = quoteEnd(text, i)
  }
  end(text.length, text.length)
  return pieces.filter(piece => piece !== '')
}

/** `NAME=value` and nothing else. */
const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_]\w*)=("[^"$`\\]*"|'[^']*'|[^\s"'$`\\;&|<>()*?]*)$/

const FUNCTION = /^(?:function\s+)?([\w-]+)\s*\(\)\s*[{(]/
const REMEMBERED =
  /^(?:cd|alias|export|source|set|shopt|umask|pushd|popd)(?:\s|$)|^\.\s|^[A-Za-z_]\w*=\S*$/

/** What a shell remembers from one command to the next, which a script's shells do not. */
export class ShellMemory {
  readonly #values = new Map<string, string>()
  readonly #functions = new Map<string, string>()
  readonly #lines: string[] = []
  /** How it came to where it is. */
  #folder: string[] = []

  /** Whether a piece is all about that, and is remembered. */
  takes(piece: string): boolean {
    const [, name, value] = ASSIGNMENT.exec(piece) ?? []
    if (name !== undefined && value !== undefined) {
      this.#values.set(name, value.replace(/^(["'])(.*)\1$/s, '$2'))
    }
    const [, called] = FUNCTION.exec(piece) ?? []
    if (called !== undefined) {
      this.#functions.set(called, piece)
      return true
    }
    if (name === undefined && !REMEMBERED.test(piece)) return false
    this.#lines.push(piece)
    if (/^cd(?:\s+[/~-]|\s*$)/.test(piece)) this.#folder = []
    if (/^cd\s+\S/.test(piece)) this.#folder.push(piece)
    return true
  }

  /** With the variables whose values are known in their place. */
  expanded(piece: string): string {
    if (!piece.includes('$') || /\\\$|'[^']*\$/.test(piece)) return piece
    return piece.replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => {
      const value = this.#values.get(braced ?? bare ?? '')
      return value === undefined || !/^[\w.:/@%+-]+$/.test(value) ? all : value
    })
  }

  /** What has to stand before a piece that needs something of it. */
  before(piece: string): string {
    const functions = this.#calledIn(piece)
    const isNeeded = [piece, ...functions].some(text => /[$~]|^\.{1,2}\//.test(text))
    return [...(isNeeded ? this.#lines : []), ...functions].map(line => `${line}\n`).join('')
  }

  /** The same for a program that may serve the files around it. */
  beforeProgram(piece: string): string {
    const before = this.before(piece)
    return before === '' ? this.#folder.map(line => `${line}\n`).join('') : before
  }

  /** Functions that a text calls, and those that they call, as they were made. */
  #calledIn(text: string): string[] {
    const needed = new Set<string>()
    const texts = [text]
    for (let each = texts.pop(); each !== undefined; each = texts.pop()) {
      for (const [name, body] of this.#functions) {
        if (needed.has(name) || !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(each)) continue
        needed.add(name)
        texts.push(body)
      }
    }
    return [...this.#functions].flatMap(([name, body]) => (needed.has(name) ? [body] : []))
  }
}
