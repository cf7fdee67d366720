/** A line of a file, and what ends it: nothing, where the file ends without. */
export interface FileLine {
  text: string
  end: string
}

/** The lines of a file as documents are read, so that joining them gives the file again. */
export function fileLines(text: string): FileLine[] {
  // One that knows no line feed has carriage returns.
  const pattern = text.includes('\n') ? /(\r*\n)/ : /(\r)/
  const pieces = text.split(pattern)
  const lines: FileLine[] = []
  for (let i = 0; i < pieces.length; i += 2) {
    lines.push({ text: pieces[i] ?? '', end: pieces[i + 1] ?? '' })
  }
  return lines
}
