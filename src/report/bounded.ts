const isHighSurrogate = (text: string, at: number) => /[\ud800-\udbff]/.test(text.charAt(at))

/** Of a text that is longer than `limit` characters, the start and the end. */
export function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text
  const half = Math.floor(limit / 2)
  // No pair is cut in half.
  const head = isHighSurrogate(text, half - 1) ? half - 1 : half
  const from = text.length - half
  const tail = isHighSurrogate(text, from - 1) ? from + 1 : from
  return `${text.slice(0, head)}\n… the middle is left out …\n${text.slice(tail)}`
}
