/** What a shell waits for at the end of a line. */
export type Waiting = 'backslash' | 'operator' | 'quote' | 'heredoc' | 'compound'

interface Heredoc {
  end: string
  /** `<<-`: tabs before its lines do not count. */
  isTabbed: boolean
}

const HEREDOC = /^<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?([^\s'"<>|&;()$`\\]+))/
const CLOSES: Readonly<Record<string, string>> = {
  if: 'fi',
  for: 'done',
  while: 'done',
  until: 'done',
  select: 'done',
  case: 'esac',
  '{': '}',
}
/** After these, and at the start, a word is a command or a keyword. */
const BEFORE_COMMAND = new Set(['then', 'do', 'else', 'elif', '!', 'time', 'if', 'while', 'until'])

/**
 * Reads a command line by line, as far as knowing whether it is complete needs: quotes, heredocs,
 * backslashes, operators at the end, and `if … fi`, `for … done`, `{ … }`, `( … )`.
 */
export class Statement {
  #quote = ''
  #heredocs: Heredoc[] = []
  #isInHeredoc = false
  #closers: string[] = []
  #isAtCommand = true
  #ending: 'backslash' | 'operator' | undefined
  #word = ''

  /** What it still waits for; undefined: a shell would run it now. */
  get waiting(): Waiting | undefined {
    if (this.#quote !== '') return 'quote'
    if (this.#isInHeredoc) return 'heredoc'
    if (this.#ending !== undefined) return this.#ending
    return this.#closers.length > 0 ? 'compound' : undefined
  }

  /** The word that ends the heredoc it is in. */
  get heredocEnd(): string | undefined {
    return this.#isInHeredoc ? this.#heredocs[0]?.end : undefined
  }

  /** What would close what is open: `done`, `)`. */
  get closer(): string | undefined {
    return this.#closers.at(-1)
  }

  add(line: string): void {
    if (this.#isInHeredoc) {
      const [heredoc] = this.#heredocs
      if ((heredoc?.isTabbed ? line.replace(/^\t+/, '') : line) === heredoc?.end) {
        this.#heredocs.shift()
        this.#isInHeredoc = this.#heredocs.length > 0
      }
      return
    }
    this.#ending = undefined
    for (let i = 0; i < line.length;) i = this.#step(line, i)
    if (this.#quote === '') this.#endWord()
    if (this.#heredocs.length > 0 && this.#quote === '') this.#isInHeredoc = true
    if (this.#quote === '' && this.#ending !== 'backslash') this.#isAtCommand = true
  }

  /** Reads one character, or what belongs to it; returns where the next begins. */
  #step(line: string, i: number): number {
    const c = line[i] ?? ''
    if (this.#quote !== '') return this.#inQuote(line, i)
    if (c === '\\') {
      if (i === line.length - 1) this.#ending = 'backslash'
      else this.#word += 'x'
      return i + 2
    }
    if (c === "'" || c === '"') {
      this.#quote = c
      this.#word += 'x'
      this.#ending = undefined
      return i + 1
    }
    if (c === '#' && this.#word === '') return line.length
    if (c === ' ' || c === '\t') this.#endWord()
    else if (c === '<' && line[i + 1] === '<') return this.#redirection(line, i)
    else if (';&|'.includes(c)) this.#operator(line, i)
    else if (c === '(' || c === ')') this.#parenthesis(c)
    else {
      this.#word += c
      this.#ending = undefined
    }
    return i + 1
  }

  #inQuote(line: string, i: number): number {
    const c = line[i]
    if (c === '\\' && this.#quote === '"') return i + 2
    if (c === this.#quote) this.#quote = ''
    return i + 1
  }

  #redirection(line: string, i: number): number {
    this.#endWord()
    const found = HEREDOC.exec(line.slice(i, i + 200))
    // In $((1 << 2)) it shifts.
    if (found === null || /^\d/.test(found[4] ?? '')) return i + 2
    const end = found[2] ?? found[3] ?? found[4] ?? ''
    this.#heredocs.push({ end, isTabbed: found[1] === '-' })
    return i + found[0].length
  }

  #operator(line: string, i: number): void {
    const c = line[i]
    this.#endWord()
    this.#isAtCommand = true
    const isDouble = line[i - 1] === c
    this.#ending = c === '|' || (c === '&' && isDouble) ? 'operator' : undefined
  }

  #parenthesis(c: string): void {
    this.#endWord()
    this.#ending = undefined
    if (c === '(') this.#closers.push(')')
    else if (this.#closers.at(-1) === ')') this.#closers.pop()
    this.#isAtCommand = true
  }

  #endWord(): void {
    const word = this.#word
    this.#word = ''
    if (word === '') return
    if (!this.#isAtCommand) return
    const closer = CLOSES[word]
    if (closer !== undefined && Object.hasOwn(CLOSES, word)) this.#closers.push(closer)
    else if (word === this.#closers.at(-1)) this.#closers.pop()
    this.#isAtCommand = BEFORE_COMMAND.has(word) || word === '{' || word.endsWith('=x')
  }
}
