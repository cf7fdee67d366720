import { visible } from '../drawing/visible.ts'

/** What the runner undoes in a command's message; a line feed would end the command. */
const data = (text: string) =>
  visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** In a property the characters that part properties as well. */
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

export interface Annotation {
  level: 'error' | 'warning' | 'notice'
  title: string
  message: string
  /** Relative to the workspace. */
  file?: string
  line?: number
}

/** A line that GitHub's runner takes as an annotation: `::error file=a.ts,line=7,title=…::…`. */
export function workflowCommand({ level, title, message, file, line }: Annotation): string {
  const properties = { file, line: file === undefined ? undefined : line, title }
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`)
  return `::${level} ${given.join(',')}::${data(message)}\n`
}
