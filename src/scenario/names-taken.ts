/** A function of which only the text matters. */
export type Callable = (...args: never[]) => unknown

/** Up to the first parameter: `async ({`, `function pair(`, `pair(`, and no `context =>`. */
const HEAD = /^(?:async\b\s*)?(?:function\b[^(]*|\*?\s*[\p{ID_Continue}$]+\s*(?=\())?\(\s*/u
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u

/** Without comments, and with nothing in its strings that could be taken for code. */
function withoutText(code: string): string {
  const pattern =
    /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"|`(?:\\[^]|[^`\\])*`/g
  return code.replace(pattern, found => (found.startsWith('/') ? ' ' : '""'))
}

/** By its name, a parameter that is not used. */
const UNUSED = /^_[\p{ID_Continue}$]*\s*[,)=]/u

/** What stands between a bracket at `from` and the one that closes it. */
function bracketed(code: string, from: number): string | undefined {
  let depth = 0
  for (let i = from; i < code.length; i++) {
    if ('([{'.includes(code[i] ?? '')) depth++
    if (')]}'.includes(code[i] ?? '') && --depth === 0) return code.slice(from + 1, i)
  }
  return undefined
}

/** The parts of a list that no bracket holds together. */
function splitTop(code: string): string[] {
  const found: string[] = ['']
  let depth = 0
  for (const character of code) {
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character)) depth--
    if (character === ',' && depth === 0) found.push('')
    else found[found.length - 1] += character
  }
  return found.map(part => part.trim()).filter(part => part !== '')
}

/**
 * What a function takes out of its first parameter, by name: nothing if that is called `_`, or
 * begins so. Undefined when it cannot be told, as with `context => …` or `{ ...rest }`. As
 * Playwright and vitest do it, from the function's own text.
 */
export function namesTaken(fn: Callable): string[] | undefined {
  const code = withoutText(Function.prototype.toString.call(fn))
  const head = HEAD.exec(code)
  if (/^(?:async\s+)?_[\p{ID_Continue}$]*\s*=>/u.test(code)) return []
  // A bound function keeps its text to itself.
  if (head === null || /\[native code\]\s*\}$/.test(code)) return undefined
  const at = head[0].length
  if (code[at] === ')' || UNUSED.test(code.slice(at))) return []
  if (code[at] !== '{') return undefined
  const inside = bracketed(code, at)
  if (inside === undefined || inside.includes('...')) return undefined
  const names = splitTop(inside).map(part => IDENTIFIER.exec(part)?.[0])
  return names.includes(undefined) ? undefined : (names as string[])
}
