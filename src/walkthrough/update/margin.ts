/** What stands before an output in its line: marks of quotes, indentation, the listing's number. */
export interface Margin {
  head: string
  number?: number
  /** Between the number and the output. */
  tail: string
}

const MARGIN = /^(\s*(?:>\s?)*\s*)(?:(\d{1,5})(\s?[|│:.)])?)?(\s*)$/
const NUMBER = /^(\s*(?:>\s?)*\s*)(\d{1,5})(?=\s|[|│:.)]|$)/

/** Reads what stands before an output; undefined: something else does. */
export function marginOf(text: string): Margin | undefined {
  const [, head, number, mark = '', blanks = ''] = MARGIN.exec(text) ?? []
  if (head === undefined) return undefined
  if (number === undefined) return { head: head + blanks, tail: '' }
  return { head, number: Number(number), tail: mark + blanks }
}

/** A line with its margin; one that is empty has no blanks at its end. */
export function withMargin({ head, number, tail }: Margin, text: string): string {
  const line = `${head}${number ?? ''}${tail}${text}`
  return text === '' ? line.trimEnd() : line
}

/** The number that a line of a listing begins with. */
export function numberOf(line: string): number | undefined {
  const digits = NUMBER.exec(line)?.[2]
  return digits === undefined ? undefined : Number(digits)
}

/** The line with another number in its place. */
export const renumbered = (line: string, number: number): string =>
  line.replace(NUMBER, (_, head: string) => `${head}${number}`)
