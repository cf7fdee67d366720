import type { SourceLine } from '../document/document.ts'
import type { Mistake } from './typed.ts'

/** A line of a listing as its writer meant it: out of one line of the file, or several. */
export interface ListingLine {
  line: number
  lastLine: number
  text: string
  mistakes: Mistake[]
}

export const listingLine = ({ line, text }: SourceLine): ListingLine => ({
  line,
  lastLine: line,
  text,
  mistakes: [],
})

export const isBlank = (line: ListingLine): boolean => line.text.trim() === ''
