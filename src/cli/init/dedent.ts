/**
 * A file's text as it stands in the code, without the indentation that the code gives it: that of
 * the first line.
 */
export function dedent(strings: TemplateStringsArray, ...values: readonly string[]): string {
  const text = strings.reduce((before, part, n) => before + (values[n - 1] ?? '') + part)
  const whole = text.replace(/^\n/, '')
  const [indentation = ''] = /^ */.exec(whole) ?? []
  return whole.replaceAll(new RegExp(`^ {0,${indentation.length}}`, 'gm'), '')
}
