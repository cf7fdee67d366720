import type { ListingLine } from './listing-line.ts'

/** Where the next line begins, though no newline stands before it. */
const GLUED: readonly RegExp[] = [
  /(?<=[^\s\d:.[(])(?=\d\d:\d\d:\d\d\.\d{6} (?:IP6?|ARP)\b)/,
  /(?<=\S)(?=\[[\w.-]+@[\w.-]+ [^\]\s]*\][#$](?:\s|$))/,
  /(?<=time=[\d.]+ ms)(?=\d+ bytes from )/,
  /(?<=ff:ff:ff:ff:ff:ff)(?=\d+: \S+: <)/,
]

/** Two lines of output that a page glued together, taken apart. */
export function unglued(lines: readonly ListingLine[]): ListingLine[] {
  return lines.flatMap(line => {
    const parts = [line.text]
    for (const pattern of GLUED) {
      parts.splice(0, parts.length, ...parts.flatMap(part => part.split(pattern)))
    }
    if (parts.length === 1) return [line]
    const mistake = { line: line.line, text: 'two lines stand in one; read as two' }
    return parts.map((text, i) =>
      i === 0
        ? { ...line, text, mistakes: [...line.mistakes, mistake] }
        : { ...line, text, mistakes: [] },
    )
  })
}
