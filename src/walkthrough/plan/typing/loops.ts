import type { Variables } from './variables.ts'

/** Longer than what anybody types: left as it is. */
export const MOST_TEXT = 16_384
const MOST_TURNS = 64
const MOST_LOOPS = 32
const LOOP = /\bfor\s+(\w+)\s+in\s+([^;\n]+?)\s*[;\n]\s*do\b/
const DO_OR_DONE = /(?<=^|[;\n\s&|])(?:do|done)(?=$|[;\n\s&|)<>])/g
const COUNTING = /\bfor\s*\(\(\s*(\w+)\s*=\s*(\d+)\s*;\s*\w+\s*<(=?)\s*(\d+)\s*;\s*\w+\+\+\s*\)\)/g

/** `ns{1..3}`, `ns{a,b}`: what bash makes of one word. */
function braceWords(word: string): string[] {
  const range = /^(.*)\{(\d{1,4})\.\.(\d{1,4})\}(.*)$/.exec(word)
  if (range !== null) {
    const [, before = '', from = '0', to = '0', after = ''] = range
    const count = Math.min(Math.max(Number(to) - Number(from) + 1, 0), MOST_TURNS)
    return Array.from({ length: count }, (_, i) => `${before}${Number(from) + i}${after}`)
  }
  const list = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/.exec(word)
  if (list === null) return [word]
  const [, before = '', words = '', after = ''] = list
  return words.split(',').map(one => `${before}${one}${after}`)
}

/** `{1..3}`, `$(seq 1 3)`, `a b c`: the words of a loop; undefined when that takes a shell to tell. */
function loopWords(text: string): string[] | undefined {
  const counted = text
    .replace(/\$\(\s*seq\s+(\d+)\s*\)/g, '{1..$1}')
    .replace(/\$\(\s*seq\s+(\d+)\s+(\d+)\s*\)/g, '{$1..$2}')
    .replace(/["']/g, '')
  if (/[$`*?]/.test(counted)) return undefined
  const words = counted.split(/\s+/).filter(word => word !== '')
  return words.flatMap(braceWords).slice(0, MOST_TURNS)
}

/** Where the `done` of a loop stands whose `do` ends at `from`. */
function doneOf(text: string, from: number): number | undefined {
  let depth = 1
  DO_OR_DONE.lastIndex = from
  for (let word = DO_OR_DONE.exec(text); word !== null; word = DO_OR_DONE.exec(text)) {
    depth += word[0] === 'do' ? 1 : -1
    if (depth === 0) return word.index
  }
  return undefined
}

/**
 * A text as a shell comes to run it: variables have their values, and loops over plain words are
 * written out. Of a loop over anything else one turn is left, in which nobody knows the variable.
 */
export function unrolled(text: string, variables: Variables): string {
  let done = ''
  let rest = text.replace(COUNTING, (...[, name, from, orEqual, to]) => {
    const last = orEqual === '' ? Number(to) - 1 : Number(to)
    return `for ${name} in {${from}..${last}}`
  })
  for (let loops = 0; loops < MOST_LOOPS && rest.length < MOST_TEXT; loops++) {
    const loop = LOOP.exec(rest)
    if (loop === null) break
    const [head, name = '', list = ''] = loop
    const from = loop.index + head.length
    const to = doneOf(rest, from)
    if (to === undefined) break
    done += variables.spelled(rest.slice(0, loop.index))
    const body = rest.slice(from, to).trim()
    const words = loopWords(variables.spelled(list))
    if (words === undefined) variables.forget(name)
    const turns = words?.map(word => `${name}='${word}'\n${body}\n`) ?? [`${body}\n`]
    rest = `\n${turns.join('')}${rest.slice(to + 'done'.length)}`
  }
  return done + variables.spelled(rest)
}
