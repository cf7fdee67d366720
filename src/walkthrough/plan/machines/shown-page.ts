import { WRAP } from '../../typed/typed.ts'
import { showsFailure } from '../steps/shown-result.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { isIP } from './addresses.ts'
import type { Destination } from './destinations.ts'
import type { OwnAddresses } from './own-addresses.ts'

/** What a document shows of what somebody answers to HTTP. */
export interface ShownPage {
  status?: number
  headers?: Record<string, string>
  body?: string
  /** Lines of the body that were looked for. */
  found?: string
  /** It is what the document's own server says. */
  isOwn?: boolean
}

const MOST_LINES = 40
const LONGEST_LINE = 500
/** Those that comparing looks at. */
const HEADER = /^(?:< )?(location|content-type|www-authenticate|allow): *(\S.*)$/i
const STATUS = /^(?:< )?HTTP\/[\d.]+ ([2-5]\d\d)\b/
/** Lines of tools, and what is left out. */
const NO_PAGE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|^\.\.\.$|^HTTP\/|^\s*%|^[*<>] /

/** Whether a request goes on to where it is sent. */
export const isFollower = ({ placed: { command } }: Destination): boolean =>
  /\bwget\b|\s-[a-zA-Z]*L|\s--location/.test(command.text)

function headOf(lines: readonly string[]): ShownPage {
  const at = lines.findIndex(line => STATUS.test(line))
  const status = STATUS.exec(lines[at] ?? '')?.[1]
  if (status === undefined) return {}
  const after = lines.slice(at + 1)
  const end = after.findIndex(line => /^<?\s*$/.test(line))
  const found = (end < 0 ? after : after.slice(0, end)).flatMap(line => {
    const [, name, value] = HEADER.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, value.trim()] as const]
  })
  const headers = found.length === 0 ? {} : { headers: Object.fromEntries(found) }
  return { status: Number(status), ...headers }
}

/** `-w '%{http_code}'` alone. */
function codeOf(text: string, lines: readonly string[]): ShownPage {
  const [line = '', ...others] = lines
  const isCode = others.length === 0 && /^[2-5]\d\d$/.test(line.trim())
  return isCode && /%\{(?:http_code|response_code)\}/.test(text) ? { status: Number(line) } : {}
}

function bodyOf(text: string, lines: readonly string[]): ShownPage {
  const isWget = /\bwget\b/.test(text)
  const isPrinted = isWget && /\s-\w*O\s?-/.test(text) && /\s-\w*q|--quiet|2>/.test(text)
  const isElsewhere = /\s-\w*[IivwoO]|\s--(?:head|include|verbose|write-out|output)|\|/.test(text)
  if (isWget ? !isPrinted || text.includes('|') : isElsewhere) return {}
  const isPlain = (line: string) => line.length < LONGEST_LINE && !NO_PAGE.test(line)
  return lines.length <= MOST_LINES && lines.every(isPlain) ? { body: `${lines.join('\n')}\n` } : {}
}

/** Lines of the page that `grep` picks out of it. */
function foundOf(text: string, lines: readonly string[]): ShownPage {
  const isPicked = /\|\s*grep(?!.*(?:\||\s-\w*[cnvqlABC]))\s/.test(text)
  const isPage = !/\s-\w*[Iivw]|\s--(?:head|include|verbose|write-out)/.test(text.split('|', 1)[0]!)
  const isPlain = (line: string) => line.length < LONGEST_LINE && !NO_PAGE.test(line)
  return isPicked && isPage && lines.every(isPlain) ? { found: `${lines.join('\n')}\n` } : {}
}

/** What writes a page, or says one. */
const WRITES = /\b(?:echo|printf)\b|<</
/** Fewer characters may be anywhere. */
const TELLING = 4

/**
 * Tells requests that show what the document's own server says, whomever they name: a rule leads
 * there, and when it does not, nobody behind the gateway may say the same.
 */
export function ownPages(
  { placed, own }: { placed: readonly PlacedCommand[]; own: OwnAddresses },
  destinations: readonly Destination[],
): (destination: Destination) => boolean {
  const linesOf = ({ isHttp, placed: { command } }: Destination) =>
    (isHttp ? (command.shown ?? []) : [])
      .map(line => line.trim())
      .filter(line => line.length >= TELLING && !NO_PAGE.test(line) && !HEADER.test(line))
  const written = placed.flatMap(({ command: { text } }) => (WRITES.test(text) ? [text] : []))
  const said = new Set(
    destinations.filter(({ to }) => isIP(to) && own.has(to)).flatMap(one => linesOf(one)),
  )
  return destination =>
    linesOf(destination).some(line => said.has(line) || written.some(text => text.includes(line)))
}

/** What a request shows of the page, when that is one that a simple server can give. */
export function shownPage(destination: Destination): ShownPage {
  const { command } = destination.placed
  const { shown = [], text } = command
  if (!destination.isHttp || shown.length === 0 || showsFailure(command)) return {}
  const lines = shown.map(line => line.replaceAll(WRAP, ''))
  // Of several answers it would be the first.
  const isMany = lines.filter(line => STATUS.test(line)).length > 1
  return {
    ...(isMany ? {} : headOf(lines)),
    ...codeOf(text, lines),
    ...bodyOf(text, lines),
    ...foundOf(text, lines),
  }
}
