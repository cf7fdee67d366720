function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits}`
}

/**
 * What a terminal would take as its own is shown, not obeyed: controls, what turns the direction
 * of writing, line ends that are none to a terminal, halves of a pair. Lines and tabs stay.
 */
export const shown = (text: string) =>
  text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/gu, escaped)

/** A name is one line, whatever is in it. */
export const shownName = (text: string) =>
  shown(text.replaceAll('\n', '\\n').replaceAll('\t', '\\t'))

/** Empty lines stay empty, coloured ones too. */
export const indented = (text: string, by: number) =>
  text.replace(/^(?!(?:\x1b\[\d+m)*$)/gm, ' '.repeat(by))

/** `7 ms`, `1.0 s`, `2 min 5 s` */
export function shownTime(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`
  return shownSeconds(ms)
}

/** `3 s`, `2 min 5 s` */
export function shownSeconds(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

export const linesIn = (text: string) => text.split('\n').length - 1
