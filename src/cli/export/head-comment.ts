import fs from 'node:fs'

/** The comment at the head of a scenario's file, without its stars: most often a drawing. */
export function headComment(file: string): string[] {
  const text = fs.readFileSync(file, 'utf8').replace(/^\uFEFF|\r/g, '')
  const [, comment = ''] = /^\s*\/\*\*?([^]*?)\*\//.exec(text) ?? []
  const lines = comment.split('\n').map(line => line.replace(/^\s*\* ?/, '').trimEnd())
  while (lines[0] === '') lines.shift()
  while (lines.at(-1) === '') lines.pop()
  const indent = Math.min(
    ...lines.filter(line => line !== '').map(line => line.search(/\S/)),
    Infinity,
  )
  return lines.map(line => line.slice(Number.isFinite(indent) ? indent : 0))
}
