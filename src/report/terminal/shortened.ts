/**
 * What a text takes at most in a terminal, by counting two cells for what may take two: exact widths
 * need a library that takes 20 ms to load (for ICU's segmenter), and every run would pay for it.
 */
export function cellsAtMost(text: string): number {
  let taken = 0
  for (const character of text) taken += character < '\u1100' ? 1 : 2
  return taken
}

/** Cut to so many cells. */
export function shortened(text: string, cells: number): string {
  let taken = 0
  let end = 0
  let fitting = 0
  for (const character of text) {
    taken += character < '\u1100' ? 1 : 2
    if (taken > cells) return `${text.slice(0, fitting)}…`
    end += character.length
    if (taken < cells) fitting = end
  }
  return text
}
