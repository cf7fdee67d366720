import { html, type Markup, type MarkupValue } from './markup.ts'

/** A copy button gets its text from the block that it stands in. */
const COPY = html`<button type="button" class="copy" data-copy hidden>Copy</button>`

/** Commands, or something else that people take with them. */
export function copyable(text: MarkupValue): Markup {
  return html`<div class="code">
    <pre tabindex="0">${text}</pre>
    ${COPY}
  </div>`
}

/** What was printed. */
export function printed(text: MarkupValue): Markup {
  return html`<div class="code"><pre tabindex="0">${text}</pre></div>`
}
