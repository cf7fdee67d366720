/** What stands below `<<END`, and the line that asks for it. */
export interface Heredoc {
  opener: string
  body: string
}

/** `<<<` hands over a word. */
const OPENER = /(?<!<)<<(?!<)(-?)\s*(['"]?)([\w.-]+)\2/

/** A text's own lines, without what it hands to its commands, and that. */
export function withoutHeredocs(text: string): { commands: string; heredocs: Heredoc[] } {
  const commands: string[] = []
  const heredocs: Heredoc[] = []
  let open: { end: string; opener: string; lines: string[] } | undefined
  const close = () => {
    if (open !== undefined) heredocs.push({ opener: open.opener, body: open.lines.join('\n') })
    open = undefined
  }
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    if (open !== undefined) {
      if (line.trim() === open.end) close()
      else open.lines.push(line)
      continue
    }
    commands.push(line.replace(OPENER, ''))
    const end = OPENER.exec(line)?.[3]
    if (end !== undefined) open = { end, opener: line, lines: [] }
  }
  close()
  return { commands: commands.join('\n'), heredocs }
}

/** The file that a heredoc becomes; undefined: some program reads it. */
export function fileOf({ opener }: Heredoc): string | undefined {
  const plain = opener.replace(/\d?>&\d|\d?>{1,2}\s*\/dev\/null/g, '')
  return (
    /(?<![<>&])>{1,2}\s*["']?([^\s"'<>;&|]+)/.exec(plain)?.[1] ??
    /\btee\s+(?:-\w+\s+)*["']?([^\s"'<>;&|]+)/.exec(plain)?.[1]
  )
}
