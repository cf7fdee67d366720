/**
 * What an editor does not show, or shows as something else: controls, directions of writing, halves
 * of a surrogate pair, and what ends a line for a compiler only.
 */
const UNSEEN =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A string as prettier writes it: in single quotes unless double ones need less escaping. */
export function stringLiteral(text: string): string {
  const count = (char: string) => text.split(char).length
  const quote = count("'") > count('"') ? '"' : "'"
  const inside = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replace(UNSEEN, escaped)
  return quote + inside + quote
}

/** What stands between the backticks of a template that yields this text; its lines stay lines. */
export function templateText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    .replace(UNSEEN, char => (char === '\n' ? char : escaped(char)))
}

/** One line that may stand in a comment of either kind. */
export function commentText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(UNSEEN, escaped).replaceAll('*/', '*\\/').trim()
}
