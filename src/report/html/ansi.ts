import { stripVTControlCharacters } from 'node:util'
import { html, type Markup } from './markup.ts'

/** Select Graphic Rendition of ECMA-48, which programs colour their output with. */
const SGR = /\x1b\[([0-9;]*)m/

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

interface Look {
  colour?: string | undefined
  isBold?: boolean
}

/** So many parameters belong to this one: `38;5;N` and `38;2;R;G;B` are colours of a larger palette. */
function parametersOf(codes: readonly number[], at: number): number {
  if (codes[at] !== 38 && codes[at] !== 48) return 0
  return codes[at + 1] === 5 ? 2 : 4
}

function changed(look: Look, codes: readonly number[]): Look {
  let next = look
  for (let i = 0; i < codes.length; i += 1 + parametersOf(codes, i)) {
    const code = codes[i] ?? 0
    const colour = COLOURS[code >= 90 ? code - 90 : code - 30]
    if (code === 0) next = {}
    else if (code === 1) next = { ...next, isBold: true }
    else if (code === 22) next = { ...next, isBold: false }
    else if (code === 39) next = { ...next, colour: undefined }
    else if (colour !== undefined) next = { ...next, colour }
  }
  return next
}

/** What a program printed: its colours are kept, all else that a terminal obeys is not. */
export function terminalText(output: string): Markup {
  const [first = '', ...rest] = output.replaceAll('\r\n', '\n').split(SGR)
  const pieces: Markup[] = [html`${stripVTControlCharacters(first)}`]
  let look: Look = {}
  for (let i = 0; i < rest.length; i += 2) {
    look = changed(look, (rest[i] ?? '').split(';').map(Number))
    const text = stripVTControlCharacters(rest[i + 1] ?? '')
    const classes = [look.colour && `ansi-${look.colour}`, look.isBold && 'ansi-bold']
    const names = classes.filter(name => typeof name === 'string').join(' ')
    if (text !== '')
      pieces.push(names === '' ? html`${text}` : html`<b class="${names}">${text}</b>`)
  }
  return html`${pieces}`
}
