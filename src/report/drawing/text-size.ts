import stringWidth from 'string-width'
import { oneLine } from './visible.ts'

/** Pixels. */
export const ROW_HEIGHT = 18
export const FONT_SIZE = 12

/**
 * A column of a monospace font takes 0.55 em (Consolas) to 0.602 em (DejaVu Sans Mono, Menlo), what
 * takes two columns 1 em in East Asian fonts and up to 1.25 em in those of emoji: what is measured
 * here is not less than what is drawn.
 */
const EM = { narrow: 0.605, wide: 1, emoji: 1.25 }

const isPlain = (text: string) => /^[ -~]*$/.test(text)
const graphemes = new Intl.Segmenter()

function widthInEm(character: string): number {
  const columns = stringWidth(character)
  if (columns < 2) return columns * EM.narrow
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(character) ? EM.emoji : EM.wide
}

/** How wide a line of the drawing is, at most, in pixels. */
export function textWidth(text: string): number {
  if (isPlain(text)) return Math.ceil(text.length * EM.narrow * FONT_SIZE)
  let em = 0
  for (const { segment } of graphemes.segment(text)) em += widthInEm(segment)
  return Math.ceil(em * FONT_SIZE)
}

/**
 * Fonts disagree about the rest: an emoji of a family is one picture, or four side by side. Such a
 * line is drawn as wide as it was measured.
 */
export function isOfKnownWidth(text: string): boolean {
  return isPlain(text.replaceAll('…', ''))
}

/** A name on one line, its end cut off where it takes more than `columns`. */
export function shorten(text: string, columns: number): string {
  const line = oneLine(text)
  if (line.length <= columns && isPlain(line)) return line
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(line)) {
    const width = stringWidth(segment)
    if (used + width > columns - 1) return stringWidth(line) <= columns ? line : `${kept}…`
    kept += segment
    used += width
  }
  return kept
}
