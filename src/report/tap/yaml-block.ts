import { bounded } from '../bounded.ts'
import { visible } from '../drawing/visible.ts'

export type YamlFields = Readonly<
  Record<string, string | number | Readonly<Record<string, string>> | undefined>
>

const LONGEST_TEXT = 16 * 1024
/** YAML takes up to 1024 characters for a key that stands on its value's line. */
const LONGEST_KEY = 200

const unicode = (character: string) =>
  visible(character) === character
    ? character
    : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** YAML reads JSON's strings as they are; only what it would not print has to be escaped as well. */
function quoted(text: string): string {
  const json = JSON.stringify(text)
  return visible(json) === json ? json : json.replace(/./gsu, unicode)
}

/** Lines stay lines where that is safe; everything else is quoted. Nothing is lost either way. */
function scalar(text: string, indent: string): string {
  if (!text.includes('\n') || visible(text) !== text) return quoted(text)
  const chomping = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-'
  const lines = chomping === '-' ? text : text.slice(0, -1)
  return `|2${chomping}\n${lines.replace(/^(?=[^\n])/gm, `${indent}  `)}`
}

function field(key: string, value: string | number, indent: string): string {
  const label = /^[a-z]+$/.test(key) ? key : quoted(key.slice(0, LONGEST_KEY))
  const text =
    typeof value === 'number' ? String(value) : scalar(bounded(value, LONGEST_TEXT), indent)
  return `${indent}${label}: ${text}`
}

/** A test point's diagnostics, two spaces in from it: lines of YAML between `---` and `...`. */
export function yamlBlock(fields: YamlFields): string {
  const lines = Object.entries(fields).flatMap(([key, value]) => {
    if (value === undefined) return []
    if (typeof value !== 'object') return [field(key, value, '  ')]
    const inner = Object.entries(value)
    if (inner.length === 0) return []
    return [`  ${key}:`, ...inner.map(([label, text]) => field(label, text, '    '))]
  })
  return lines.length === 0 ? '' : `  ---\n${lines.join('\n')}\n  ...\n`
}
