/** Longer than what anybody types: left as it is. */
const MOST = 16_384
const LOOP =
  /\bfor\s+(\w+)\s+in\s+([^;\n]+?)\s*[;\n]\s*do\b((?:(?!\bfor\b|\bdone\b)[^])*)(?:[;\n]|\s)\s*done\b/
const ASSIGNMENT =
  /(?:^|[;\n])[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=("[^"$`]*"|'[^']*'|[^\s;$`()"'|&<>]+)(?=[ \t]*(?:$|[;\n#]))/g

/** `{1..3}`, `$(seq 1 3)`, `a b c`: the words of a loop; none when that takes a shell to tell. */
function loopWords(text: string): string[] {
  const counted = text
    .replace(/\$\(\s*seq\s+(\d+)\s*\)/g, '{1..$1}')
    .replace(/\$\(\s*seq\s+(\d+)\s+(\d+)\s*\)/g, '{$1..$2}')
  if (/[$`*?]/.test(counted)) return []
  return counted
    .split(/\s+/)
    .filter(word => word !== '')
    .flatMap(word => {
      const range = /^(.*)\{(\d{1,4})\.\.(\d{1,4})\}(.*)$/.exec(word)
      if (range === null) return [word]
      const [, before = '', from = '0', to = '0', after = ''] = range
      const count = Math.min(Math.max(Number(to) - Number(from) + 1, 0), 64)
      return Array.from({ length: count }, (_, i) => `${before}${Number(from) + i}${after}`)
    })
    .slice(0, 64)
}

const replaceVariable = (text: string, name: string, value: string) =>
  text.replace(new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`, 'g'), () => value)

function unrolled(given: string): string {
  let text = given
  for (let turn = 0; turn < 8 && text.length < MOST; turn++) {
    const loop = LOOP.exec(text)
    if (loop === null) break
    const [whole, name = '', list = '', body = ''] = loop
    const turns = loopWords(list).map(word => replaceVariable(body, name, word))
    text = text.replace(whole, () => turns.join('\n'))
  }
  return text
}

/**
 * What a reader's shell makes of each text, as far as that is plain: loops over words are written
 * out, and variables that the document sets to plain words are replaced. Only names are looked for in
 * it; what is run is the document's own text.
 */
export function writtenOut(texts: readonly string[]): string[] {
  const variables = new Map<string, string>()
  return texts.map(given => {
    if (given.length > MOST) return given
    let text = given
    for (const [name, value] of variables) text = replaceVariable(text, name, value)
    for (const [, name = '', value = ''] of text.matchAll(ASSIGNMENT)) {
      const plain = value.replace(/^(['"])(.*)\1$/, '$2')
      variables.set(name, plain)
      text = replaceVariable(text, name, plain)
    }
    return unrolled(text)
  })
}
