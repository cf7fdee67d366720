import type { Diagnostic, Output, ProgramOutput } from '../../../runner/events.ts'
import { oneLine } from '../../drawing/visible.ts'
import { terminalText } from '../ansi.ts'
import { printed } from '../code-block.ts'
import { html, type Markup } from '../markup.ts'

const linesIn = (text: string) => text.replace(/\n$/, '').split('\n').length
const lineCount = (lines: number) =>
  html`<span class="dim">${lines} line${lines !== 1 && 's'}</span>`

/** More than these begin closed. */
const MOST_OPEN_LINES = 12

/** What the script itself printed, in order; what went to stderr is marked. */
export function outputSection(outputs: readonly Output[]): Markup | undefined {
  if (outputs.length === 0) return undefined
  const lines = outputs.reduce((sum, { text }) => sum + linesIn(text), 0)
  const text = outputs.map(({ stream, text, omittedBytes = 0 }) => {
    const shown =
      stream === 'stderr'
        ? html`<span class="stderr">${terminalText(text)}</span>`
        : terminalText(text)
    const end = text.endsWith('\n') ? '' : '\n'
    const left =
      omittedBytes > 0 && html`<i class="dim">… ${omittedBytes} bytes more are left out … </i>`
    return html`${shown}${end}${left}`
  })
  const open = lines <= MOST_OPEN_LINES ? html` open` : undefined
  return html`<section class="output">
    <h4>Output</h4>
    <details class="part" ${open}>
      <summary>of the script ${lineCount(lines)}</summary>
      ${printed(text)}
    </details>
  </section>`
}

export function programSection(programs: readonly ProgramOutput[]): Markup | undefined {
  if (programs.length === 0) return undefined
  const parts = programs.map(
    ({ node, command, text }) =>
      html`<details class="part">
        <summary>
          <span class="node">${oneLine(node)}</span>
          <code>${oneLine(command)}</code> ${lineCount(text === '' ? 0 : linesIn(text))}
        </summary>
        ${printed(terminalText(text))}
      </details>`,
  )
  return html`<section class="programs">
    <h4>Programs</h4>
    ${parts}
  </section>`
}

/** What was collected from each node when the scenario failed. */
export function diagnosticSection(
  diagnostics: readonly Diagnostic[],
  folder: string | undefined,
): Markup | undefined {
  if (diagnostics.length === 0 && folder === undefined) return undefined
  const nodes = [...new Set(diagnostics.map(({ node }) => node))].map(node => {
    const own = diagnostics.filter(one => one.node === node)
    const parts = own.map(
      ({ what, command, text }) =>
        html`<details class="part">
          <summary>
            ${oneLine(what)}
            <code class="dim">${oneLine(command)}</code>
            ${lineCount(text === '' ? 0 : linesIn(text))}
          </summary>
          ${printed(terminalText(text))}
        </details>`,
    )
    const names = own.map(({ what }) => oneLine(what)).join(', ')
    return html`<details class="part">
      <summary>
        <span class="node">${oneLine(node)}</span> <span class="dim">${names}</span>
      </summary>
      <div class="inner">${parts}</div>
    </details>`
  })
  const where =
    folder === undefined
      ? undefined
      : html`<p class="dim">also in <code>${oneLine(folder)}</code></p>`
  return html`<section class="diagnostics">
    <h4>Diagnostics</h4>
    ${where}${nodes}
  </section>`
}
