import { escaped } from '../drawing/paint.ts'

/** HTML that may go into a page as it stands. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type MarkupValue = Markup | string | number | false | undefined | readonly MarkupValue[]

function asHtml(value: MarkupValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(asHtml).join('')
  return escaped(String(value))
}

/** Each template once: a page has thousands of rows. */
const dense = new WeakMap<TemplateStringsArray, string[]>()

function denseOf(strings: TemplateStringsArray): string[] {
  const known = dense.get(strings)
  if (known !== undefined) return known
  const made = strings.map(text => text.replace(/\n\s*/g, ' '))
  dense.set(strings, made)
  return made
}

/**
 * Whatever is not markup itself is text, here and in attributes, which stand in double quotes. A
 * line break of the template, with what indents the next line, is a space.
 *
 * @example
 * html`<p title="${name}">${paragraphs.map(text => html`<b>${text}</b>`)}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const texts = denseOf(strings)
  return new Markup(
    texts.map((text, i) => (i === 0 ? text : asHtml(values[i - 1]) + text)).join(''),
  )
}

/** For those who hear the page. */
export function unseen(text: string): Markup {
  return html`<span class="unseen">${text}</span>`
}
