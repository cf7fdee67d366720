import { shellWord } from '../../names.ts'
import { templateText } from './code/literal.ts'
import { code, comment, type Code, type Statement } from './code/statement.ts'
import type { NodeSymbol } from './code/symbols.ts'

const SUDO = /(^|[;&|(]\s*|\n\s*|\b(?:then|do|else)\s+)sudo\s+(?:-[A-Za-z]+\s+)*/g
/** What stands before a command that is for a namespace, which it names. */
export const INSIDE = /^ip\s+n(?:e(?:t(?:ns?)?)?)?\s+e(?:x(?:ec?)?)?\s+(\S+)\s+(?=\S)/
const MOST_SHOWN = 3

/** A command in the words of the document, and where it is typed. */
export interface RawCommand {
  text: string
  node: NodeSymbol
  /** A namespace that no container stands for, which the shell is in. */
  inside?: string
  find: (namespace: string) => NodeSymbol | undefined
}

/** A script is root on its hosts, where nobody may have `sudo`. */
export const withoutSudo = (text: string): string => text.replace(SUDO, '$1')

/** Whether a text is one command, and nothing in it is for a shell but quotes. */
export const isPlain = (text: string): boolean =>
  !/[|<>&;`$*?\n(){}\\~]/.test(
    text.replace(/'[^']*'|"[^"$`\\]*"/g, '').replace(/\s+\d?>\s*(?:\/dev\/null|&\d)/g, ''),
  )

/** Typed on a host for a namespace that no container stands for. */
export const insideOf = (text: string, namespace: string | undefined): string =>
  namespace === undefined
    ? text
    : `ip netns exec ${shellWord(namespace)} bash -c ${shellWord(text)}`

/** ``host.$`…` `` with the document's own words. */
function shell({ text, node, inside, find }: RawCommand, options = ''): Code {
  const plain = withoutSudo(text)
  if (inside !== undefined) {
    return code`await ${node}.$${options}\`${templateText(insideOf(plain, inside))}\``
  }
  const namespace = isPlain(plain) ? INSIDE.exec(plain)?.[1] : undefined
  const container = namespace === undefined ? undefined : find(namespace)
  const rest = container === undefined ? plain : plain.replace(INSIDE, '')
  return code`await ${container ?? node}.$${options}\`${templateText(rest)}\``
}

/** As it stands; it has to end well. */
export const raw = (command: RawCommand): Statement => shell(command)

/** However it ends. */
export const rawAnyhow = (command: RawCommand): Statement => shell(command, '({ nothrow: true })')

/** It has to fail, as the document shows. */
export function rawFailing(command: RawCommand, variable: string): Statement[] {
  const made = shell(command, '({ nothrow: true })')
  const said = `${variable} works, and the document shows it failing`
  return [
    { ...made, parts: [`const ${variable} = `, ...made.parts] },
    code`if (${variable}.exitCode === 0) throw new Error('${said}')`,
  ]
}

/** What a document shows and no expectation says. */
export function shownOnly(shown: readonly string[]): Statement[] {
  const lines = shown.map(line => line.trim()).filter(line => line !== '')
  if (lines.length === 0) return []
  const more = lines.length - MOST_SHOWN
  return [
    comment('shown, and not checked:'),
    ...lines.slice(0, MOST_SHOWN).map(line => comment(`| ${line}`)),
    ...(more > 0 ? [comment(`| and ${more} more ${more === 1 ? 'line' : 'lines'}`)] : []),
  ]
}
