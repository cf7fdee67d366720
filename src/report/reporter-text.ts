import path from 'node:path'

/** A reporter as it is asked for: `html`, `html=FILE`, `tap=-` or `./my-reporter.mjs=FILE`. */
export interface ReporterText {
  name: string
  output?: string
}

export function readReporter(text: string): ReporterText {
  const at = text.indexOf('=')
  return at < 0 ? { name: text } : { name: text.slice(0, at), output: text.slice(at + 1) }
}

/** Whether it is the path of somebody's own. */
export const isOwnReporter = (name: string) => /[./]/.test(name)

/** The same where its paths are those of `folder`; `-` is none. */
export function placedReporter(text: string, folder: string): string {
  const place = (name: string) => path.relative('', path.resolve(folder, name))
  const { name, output } = readReporter(text)
  const placed = isOwnReporter(name) ? `./${place(name)}` : name
  if (output === undefined) return placed
  return `${placed}=${output === '-' || output === '' ? output : place(output)}`
}
