import { shellWord } from '../names.ts'

/**
 * The words of a command as this project spells it: bare, or in single quotes.
 *
 * @example
 * wordsOf("ip netns exec web curl 'http://[2001:db8::1]/'")
 */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  for (const [word] of line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)) {
    words.push(word.replace(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped))
  }
  return words
}

/** What shellcheck takes for a part of a loop: `ping -M do`. */
const RESERVED = /^(do|done|if|then|elif|else|fi|case|esac|for|in|while|until|function|select)$/

/** Words as they are typed. */
export const typedLine = (words: readonly string[]) =>
  words.map(word => (RESERVED.test(word) ? `'${word}'` : shellWord(word))).join(' ')

/** A command, and the namespace that it is for, when it names one. */
export interface Placed {
  node: string
  /** Without `ip netns exec NODE`, and without the `-n NODE` of `ip` and `bridge`. */
  words: string[]
}

/** Takes `ip -n web addr` and `ip netns exec web sysctl …` apart. */
export function placed(line: string): Placed | undefined {
  const words = wordsOf(line)
  const [tool = '', option, node = ''] = words
  if (tool === 'ip' && option === 'netns' && node === 'exec') {
    return { node: words[3] ?? '', words: words.slice(4) }
  }
  if (['ip', 'bridge', 'tc'].includes(tool) && option === '-n') {
    return { node, words: [tool, ...words.slice(3)] }
  }
  return undefined
}

/** The word after another one. */
export function after(words: readonly string[], key: string): string | undefined {
  const at = words.indexOf(key)
  return at < 0 ? undefined : words[at + 1]
}

/** Typed without quotes, every shell reads it as these words alone. */
export const isPlain = (command: string) => /^[\w\s@%+=:,./!-]+$/.test(command)

/**
 * On one line, and harmless: in a comment it cannot end the comment, in a terminal it is shown and
 * not obeyed.
 */
export function oneLine(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .replace(
      /[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/gu,
      character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
}
