import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter()

/** As much of `text` as fits into so many cells of a terminal, never half a character. */
export function cut(text: string, cells: number): string {
  // One cell takes one character at least: no need to measure what is thousands too long.
  const start = text.length > cells * 20 ? text.slice(0, cells * 20) : text
  if (start === text && stringWidth(text) <= cells) return text
  let left = cells - 1
  let fitting = ''
  for (const { segment } of graphemes.segment(start)) {
    left -= stringWidth(segment)
    if (left < 0) break
    fitting += segment
  }
  return cells > 0 ? `${fitting}…` : ''
}

export { stringWidth as cellsOf }
